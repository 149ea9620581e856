"""`manage.py serve`: migrate, collect static files that changed, and become the production server.

Each server process also runs a worker in a thread, which costs next to nothing; where workers run on their own
(`manage.py worker`), `--no-worker` leaves it out.
"""

import os
import resource
import shutil
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from consoleapp.web.checks import frames_are_of_this_site, refuse_to_serve_in_the_clear, refuse_to_start_without_keys

# Files that a server process has open besides its connections: databases, logs, registries, at the most.
OTHER_FILES: Final = 512


class Command(BaseCommand):
    help = "Migrates, collects static files that changed, and serves with granian."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--connections", type=int, default=2048, help="connections at once in a process")
        parser.add_argument("--no-migrate", action="store_true", help="leave database and static files as they are")
        parser.add_argument("--no-worker", action="store_true", help="leave retries to `manage.py worker`")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_to_serve_in_the_clear(options["host"])
        if settings.METRICS:
            share_metrics(f"{socket.gethostname()}-{options['port']}")
        if not options["no_migrate"]:
            prepare()
        refuse_to_start_without_keys()
        for warning in frames_are_of_this_site():
            self.stderr.write(f"{warning.msg} {warning.hint}")
        os.environ["CONSOLE_BOUND_TO"] = options["host"]
        os.environ["CONSOLE_WORKER_THREAD"] = "false" if options["no_worker"] else "true"
        allow_files(options["connections"])
        self.stderr.write(f"{settings.PRODUCT_NAME}: http://{options['host']}:{options['port']}/")
        self.stderr.flush()
        arguments = [
            "--interface", "asginl", "--host", options["host"], "--port", str(options["port"]),
            # HTTP/1 alone: what a proxy speaks to a server, and one request at a time on each connection.
            "--http", "1", "--no-ws", "--http1-header-read-timeout", "10000",
            "--workers", str(options["workers"]), "--workers-kill-timeout", "15",
            "--backlog", "2048", "--backpressure", str(options["connections"]),
            "--log-level", "warning", "consoleapp.asgi:application",
        ]  # fmt: skip
        os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments])  # noqa: S606


def allow_files(connections: int) -> None:
    """Raise the soft limit of open files, which may be 1,024, so that a process can hold so many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )


def prepare() -> None:
    """Bring the database and the collected static files up to date."""
    call_command("migrate", verbosity=0)
    if static_files_changed():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def share_metrics(server: str) -> None:
    """Give the processes of this server an empty folder in which they add up their counters."""
    folder = Path(settings.DATA_DIR) / "metrics" / server
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def static_files_changed() -> bool:
    """Tell whether a file of static/, a dependency's version or the list of apps is newer than what was collected."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected_at = manifest.stat().st_mtime
    sources = [settings.BASE_DIR / name for name in ("requirements.txt", "consoleapp/settings.py", "static")]
    sources += (settings.BASE_DIR / "static").rglob("*")
    return any(source.stat().st_mtime > collected_at for source in sources if source.exists())
