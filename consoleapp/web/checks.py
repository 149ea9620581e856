"""Checks that `manage.py check --database default` and every start of the server and the worker run."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.management.base import CommandError
from django.db import DatabaseError

from consoleapp.web import sealing
from consoleapp.web.frames import origins_of_other_sites


def keys_in_use_are_held(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each key that stored secrets need and CONSOLE_SECRET_KEYS does not hold."""
    if not databases:
        return []
    try:
        missing = sealing.missing_keys()
    except DatabaseError:
        # Nothing is migrated yet, so nothing is sealed.
        return []
    return [
        Error(
            f"{count} stored secrets need the key with the fingerprint {key}, which CONSOLE_SECRET_KEYS does not hold."
            if key
            else f"{count} stored secrets were sealed before they named their key, and none in CONSOLE_SECRET_KEYS "
            "opens them.",
            hint="Put the key back behind the first one and run `manage.py rotate_secrets`; then it may go.",
            id="console.E001",
        )
        for key, count in sorted(missing.items())
    ]


def frames_are_of_this_site(**_kwargs: Any) -> list[CheckMessage]:
    """Return a warning for each listed site whose frames no browser sends a session into."""
    return [
        Warning(
            f"CONSOLE_FRAME_ANCESTORS names {origin}, which is of another site than CONSOLE_ALLOWED_HOSTS.",
            hint="Browsers send no session into its frame, so nobody is signed in there. Serve both below one domain.",
            id="console.W001",
        )
        for origin in origins_of_other_sites()
    ]


def refuse_to_start_without_keys() -> None:
    """Raise CommandError when a key that is in use was dropped."""
    for message in keys_in_use_are_held(["default"]):
        raise CommandError(f"{message.msg} {message.hint}")


def refuse_to_serve_in_the_clear(host: str) -> None:
    """Raise CommandError where real orders and passwords would pass unencrypted, or beside a debugger's pages.

    `host` is the address that the server is bound to, "" where nobody knows. Loopback is for a proxy on this machine.
    """
    if settings.CLOUD != "alibaba" or (settings.HTTPS and not settings.DEBUG) or is_loopback(host):
        return
    raise CommandError(
        "With CONSOLE_CLOUD=alibaba the console is served with CONSOLE_HTTPS=true and without CONSOLE_DEBUG, unless it "
        "is bound to a loopback address: say `serve --host 127.0.0.1`, or CONSOLE_BOUND_TO to another server."
    )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches the address, or is reached from it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
