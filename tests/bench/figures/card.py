"""P1: the open container card, our template pack beside Django's `as_div`, both inside a worker of the server.

Served, not scripted: under a server the templates' recursion starts deeper in the stack, which costs `as_div` and us
differently.
"""

from collections.abc import Iterator

from tests.bench.load import Browserlike
from tests.bench.measure import Figure, take_turns
from tests.bench.processes import granian, served
from tests.e2e.server import free_port


def figures() -> Iterator[Figure]:
    port = free_port()
    settings = "tests.bench.served.settings"
    command = granian("consoleapp.asgi:application", port, workers=1, interface="asginl")
    with served(command, port, DJANGO_SETTINGS_MODULE=settings):
        client = Browserlike(f"http://127.0.0.1:{port}")

        def milliseconds(way: str) -> float:
            return float(client.get(f"/{way}").split()[0]) * 1000

        ours, as_div = take_turns(lambda: milliseconds("ours"), lambda: milliseconds("as_div"))
    yield Figure("P1", "open container card ÷ as_div of the same forms, in the server", "ms", ours, as_div, bar=0.8)
