"""The console as its users start it: a process of its own with the production server, on a free loopback port."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Visitors of tests all come from one address.
MANY_GUESTS = {"CONSOLE_GUESTS_PER_HOUR": "1000000", "CONSOLE_GUESTS_PER_ADDRESS": "1000000"}


class ConsoleServer:
    """Started and stopped by tests; keeps its data folder, so that a restart finds what was saved."""

    def __init__(self, data_dir: Path, **variables: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._variables = variables
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the server's process: ours without the settings that pytest runs under."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")}
        data = {"CONSOLE_DATA_DIR": str(self.data_dir), "PYTHONWARNINGS": "default"}
        return {**ours, **data, **MANY_GUESTS, **self._variables}

    def start(self) -> None:
        """Returns once the first page is served."""
        if not any(self.data_dir.iterdir()):
            shutil.copytree(_prepared(), self.data_dir, dirs_exist_ok=True)
        subprocess.run([sys.executable, "-m", "consoleapp.env", str(self.data_dir)], cwd=ROOT, check=True)
        with (self.data_dir / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url, timeout=10) as answer:
                    answer.read()
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise RuntimeError(f"The console did not start:\n{(self.data_dir / 'server.log').read_text()[-4000:]}")

    @property
    def process_id(self) -> int:
        """The id of the server's main process."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Ends the server and its workers."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=15)
        self._process = None

    def restart(self) -> None:
        """Stops and starts again with the same data on the same port."""
        self.stop()
        self.start()


@cache
def _prepared() -> Path:
    """A data folder with an empty database and the collected static files: what takes a new server longest, done once
    in a process of tests."""
    folder = Path(tempfile.mkdtemp(prefix="console-e2e-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "consoleapp.env", str(folder)], cwd=ROOT, check=True)
    keys = [path for path in folder.iterdir() if path.is_file()]
    command = [
        sys.executable,
        "manage.py",
        "shell",
        "-v0",
        "-c",
        "from consoleapp.web.management.commands.serve import prepare; prepare()",
    ]
    subprocess.run(command, cwd=ROOT, env=ConsoleServer(folder).environment, check=True)
    # Each server makes keys of its own.
    for path in keys:
        path.unlink()
    return folder


def temporary_server(**variables: str) -> ConsoleServer:
    """A server with a data folder of its own below the system's temporary folder."""
    return ConsoleServer(Path(tempfile.mkdtemp(prefix="console-e2e-")), **variables)
