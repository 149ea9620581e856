"""P9: what a visitor waits for after a press: the processor time of the GET of Basic Settings that follows the POST.

Beside Django's own rendering of the open card's forms alone, and the page of 20 containers beside that of one. Both
inside a worker of the server.
"""

from collections.abc import Callable, Iterator

from django.test import Client

from tests.bench import ground
from tests.bench.load import Browserlike
from tests.bench.measure import Figure, take_turns
from tests.bench.processes import granian, served
from tests.bench.served.cards import SECONDS
from tests.e2e.server import free_port
from tests.wizard.page_form import open_step

PRESSES = 3


def figures() -> Iterator[Figure]:
    owner, cookie = ground.person("alice")
    one, twenty = (f"/buy/{ground.draft(owner, containers).pk}/basic/" for containers in (1, 20))
    visitor = Client(SERVER_NAME="localhost")
    visitor.force_login(owner)
    port = free_port()
    command = granian("consoleapp.asgi:application", port, workers=1, interface="asginl")
    with served(command, port, DJANGO_SETTINGS_MODULE="tests.bench.served.settings"):
        browser = Browserlike(f"http://127.0.0.1:{port}", cookie)

        def after_a_press(path: str) -> Callable[[], float]:
            return lambda: min(_pressed(visitor, browser, path) for _ in range(PRESSES)) * 1000

        def as_div() -> float:
            return float(browser.get("/as_div").split()[0]) * 1000

        page, forms = take_turns(after_a_press(one), as_div)
        yield Figure(
            "P9a", "GET of Basic Settings after a POST ÷ as_div of the card's forms", "ms", page, forms, bar=0.7
        )
        many, few = take_turns(after_a_press(twenty), after_a_press(one))
        yield Figure("P9b", "the same with 20 containers ÷ with 1", "ms", many, few, bar=1.4)


def _pressed(visitor: Client, browser: Browserlike, path: str) -> float:
    """Saves the page, and says how many seconds of a processor the server takes to show it again."""
    saved = open_step(visitor, path).press("save")
    if saved.status_code != 303:
        raise RuntimeError(f"the press was answered with {saved.status_code}")
    browser.get(path)
    return float(browser.headers[SECONDS])
