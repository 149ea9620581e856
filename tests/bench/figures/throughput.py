"""P9: requests a second of Basic Settings from 16 clients, beside a bare Django view served the same way."""

from collections.abc import Iterator

from tests.bench import ground
from tests.bench.load import requests_a_second
from tests.bench.measure import Figure, take_turns
from tests.bench.processes import granian, served
from tests.e2e.server import free_port

ROUNDS = 7


def figures() -> Iterator[Figure]:
    owner, cookie = ground.person("alice")
    draft = ground.draft(owner, 1)
    server, port = ground.console(), free_port()
    server.start()
    try:
        with served(granian("tests.bench.served.bare:application", port), port, DJANGO_SETTINGS_MODULE=""):
            values = take_turns(
                lambda: requests_a_second(f"{server.url}/buy/{draft.pk}/basic/", cookie),
                lambda: requests_a_second(f"http://127.0.0.1:{port}/", seconds=1),
                ROUNDS,
            )
    finally:
        server.stop()
    what = "GET Basic Settings, 16 clients ÷ bare Django view, same server"
    yield Figure("P9", what, "requests/s", *values, bar=1 / 15, at_least=True)
