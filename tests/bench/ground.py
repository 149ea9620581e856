"""The ground that figures stand on: one data folder, Django set up over it, the console served from it, a user in it.

This process and the served console share the folder, so that a figure can put rows into the database that the server
then shows. Modules that need Django's models may only be imported after `prepare()`.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from tests.e2e.server import ConsoleServer

if TYPE_CHECKING:
    from consoleapp.accounts.models import User
    from consoleapp.wizard.models import Draft

ROOT = Path(__file__).resolve().parent.parent.parent
# Installed peers and what they need; kept between runs.
PEERS = ROOT / "var"


def prepare() -> Path:
    """Makes the data folder and sets up Django over it; removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="console-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith(("CONSOLE_", "ALIBABA_CLOUD_"))]:
        del os.environ[name]
    # Peers and ours alike start from compiled modules, as they do where this is not set.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ |= {
        "CONSOLE_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "consoleapp.settings",
        "CONSOLE_LOG_LEVEL": "WARNING",
    }
    from consoleapp import env

    env.make_keys(folder)
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def console(**variables: str) -> ConsoleServer:
    """The console over the common data folder; not started yet."""
    return ConsoleServer(Path(os.environ["CONSOLE_DATA_DIR"]), CONSOLE_LOG_LEVEL="WARNING", **variables)


def person(name: str) -> "tuple[User, str]":
    """A user, made when there is none of this name, and the Cookie header of a session of theirs."""
    from django.conf import settings
    from django.test import Client

    from consoleapp.accounts.models import User

    user, _ = User.objects.get_or_create(username=name)
    client = Client()
    client.force_login(user)
    return user, f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def draft(owner: "User", containers: int) -> "Draft":
    """A stored draft of a whole group with this many containers, every secret in the vault."""
    from consoleapp.teams.actors import Actor
    from consoleapp.wizard.draft.encoding import to_draft
    from consoleapp.wizard.services import drafts
    from tests.bench import content

    made = to_draft(content.group(containers), content.VPC)
    return drafts.create_draft(Actor(owner), made.data, secrets=made.secrets)
