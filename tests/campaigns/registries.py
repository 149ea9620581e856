"""Silent registries: every check that may run waits for one, more people press, and somebody else looks at pages."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.campaigns import people
from tests.campaigns.report import Report, percentile
from tests.topology import Topology

# As many as the console lets run, each user as many as they may; and two more who press beside them.
USERS, CHECKS_A_USER, MORE_USERS = 4, 2, 2
CHECKS: Final = USERS * CHECKS_A_USER
PAGE_SECONDS, ALIVE_SECONDS = 0.3, 0.1
# A page that waits for a registry takes seconds; one on a busy machine does not.
SLOW_SECONDS: Final = 2.0
# Between a press and the next.
PAUSE_SECONDS: Final = 0.3
KEY_ID: Final = "campaign"


def run(*, is_short: bool) -> Report:
    """The report."""
    seconds = 8 if is_short else 60
    report = Report(
        f"{CHECKS} checks wait for {seconds} s", "pages that keep their places while they wait", not is_short
    )
    with SilentRegistry() as registry, _console(registry) as topology:
        presses = _presses(registry, USERS * [CHECKS_A_USER] + MORE_USERS * [1])
        pages, alive = _looked_at(topology.servers[0].url, registry, presses, seconds)
        report.exactly("checks at once, at most", registry.most, CHECKS)
        report.exactly("pages that did not come", sum(answer.status != 200 for answer in pages), 0)
        report.exactly(f"pages slower than {SLOW_SECONDS:g} s", _slow(pages), 0)
        report.at_most_time("page, p95", percentile([page.seconds for page in pages], 0.95), PAGE_SECONDS, " s")
        report.exactly("/healthz that did not answer", sum(answer.status != 200 for answer in alive), 0)
        report.at_most_time("/healthz, p95", percentile([each.seconds for each in alive], 0.95), ALIVE_SECONDS, " s")
        report.add("pages", len(pages), len(pages) > 0)
        report.finds_defect = _finds(topology, registry, presses)
    return report


def _finds(topology: Topology, registry: "SilentRegistry", presses: Sequence["Press"]) -> bool:
    bad = topology.served("flawed", "tests.campaigns.flawed:application", CAMPAIGN_DEFECT="kept-places")
    try:
        pages, _alive = _looked_at(bad.url, registry, presses, 1)
        return _slow(pages) > 0
    finally:
        bad.end()


def _slow(answers: Sequence[people.Answer]) -> int:
    return sum(answer.seconds > SLOW_SECONDS for answer in answers)


class SilentRegistry:
    """A port that takes connections and says nothing; counts how many are open at once, and were at the most."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._lock = threading.Lock()
        self.open = self.most = 0
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "SilentRegistry":
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                connection, _address = self._listener.accept()
                threading.Thread(target=self._hold, args=(connection,), daemon=True).start()

    def _hold(self, connection: socket.socket) -> None:
        self._count(+1)
        with connection, suppress(OSError):
            while connection.recv(4096):
                pass
        self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self.open += change
            self.most = max(self.most, self.open)


@contextmanager
def _console(registry: SilentRegistry) -> Iterator[Topology]:
    """The console with the sockets of the real cloud's mode, and the simulator as its cloud."""
    from consoleapp.simulator.app import DerivedKeys

    with ExitStack() as stack:
        key_file = Path(stack.enter_context(TemporaryDirectory(prefix="console-keys-"))) / "key"
        key_file.write_text(KEY_ID)
        settings = {
            "CONSOLE_CLOUD": "alibaba",
            # A campaign's server is started without `serve`, which would say it.
            "CONSOLE_BOUND_TO": "127.0.0.1",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DerivedKeys(KEY_ID).secret_of(KEY_ID) or "",
            "CONSOLE_CHECK_LOOPBACK": "true",
            "CONSOLE_REGISTRY_NETWORKS": f"https://{registry.host}=127.0.0.0/8",
        }
        topology = Topology(
            database="sqlite",
            has_cache=False,
            servers=1,
            workers=0,
            simulator=("--keys-from", str(key_file)),
            settings=settings,
        )
        yield stack.enter_context(topology)


class Press:
    """Somebody's *Check* of one draft, or a look at the versions of its image, again and again."""

    def __init__(self, user: Any, image: str, *, is_check: bool) -> None:
        from tests.wizard.complete import draft, private_spec

        self._cookie = people.cookie_of(user)
        made = draft(user, private_spec(image=image, image_registry_credentials=()))
        key = made.typed["spec"]["containers"][0]["_key"]
        self._path = f"/buy/{made.pk}/_/check/{key}/?on=basic" if is_check else f"/buy/{made.pk}/versions/{key}/"
        self._form: dict[str, str] | None = {} if is_check else None

    def go_on(self, url: str, ended: threading.Event) -> None:
        """Returns after the first answer once it has ended."""
        while not ended.is_set():
            people.ask(url, self._path, self._cookie, self._form)
            ended.wait(PAUSE_SECONDS)


def _presses(registry: SilentRegistry, users: Sequence[int]) -> list[Press]:
    made = [(people.new_user(), presses) for presses in users]
    image = f"{registry.host}/team/api:1"
    return [Press(user, image, is_check=not number) for user, presses in made for number in range(presses)]


def _looked_at(
    url: str, registry: SilentRegistry, presses: Sequence[Press], seconds: float
) -> tuple[list[people.Answer], list[people.Answer]]:
    """What somebody else gets while checks wait: pages, and `/healthz`."""
    cookie, paths = people.onlooker(url)
    ended = threading.Event()
    threads = [threading.Thread(target=partial(press.go_on, url, ended)) for press in presses]
    for thread in threads:
        thread.start()
    try:
        with suppress(TimeoutError):
            people.wait_until(lambda: registry.open >= CHECKS, 5)
        pages, alive, until = [], [], time.monotonic() + seconds
        while time.monotonic() < until:
            pages += [people.ask(url, path, cookie, timeout=5) for path in paths]
            alive.append(people.ask(url, "/healthz", "", timeout=5))
            time.sleep(0.1)
        return pages, alive
    finally:
        ended.set()
        for thread in threads:
            thread.join()
