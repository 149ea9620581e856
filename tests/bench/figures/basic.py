"""P2: what twenty containers cost over one on Basic Settings; only one card is open, whatever their number."""

from collections.abc import Iterator

from tests.bench import ground
from tests.bench.load import Browserlike
from tests.bench.measure import Figure, seconds, take_turns


def figures() -> Iterator[Figure]:
    server = ground.console()
    owner, cookie = ground.person("alice")
    paths = [f"/buy/{ground.draft(owner, containers).pk}/basic/" for containers in (20, 1)]
    server.start()
    try:
        client = Browserlike(server.url, cookie)

        def milliseconds(path: str) -> float:
            return seconds(lambda: client.get(path), repeat=5) * 1000

        twenty, one = take_turns(lambda: milliseconds(paths[0]), lambda: milliseconds(paths[1]))
    finally:
        server.stop()
    yield Figure("P2", "GET Basic Settings with 20 containers ÷ with 1", "ms", twenty, one, bar=1.5)
