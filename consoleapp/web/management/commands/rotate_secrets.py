"""`manage.py rotate_secrets`: encrypts every stored secret with the first of CONSOLE_SECRET_KEYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from consoleapp.web import sealing


class Command(BaseCommand):
    help = "Encrypts every stored secret with the first key; afterwards the other keys may be dropped."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rotated = sealing.rotate()
        except sealing.SealBroken as err:
            raise CommandError(f"No key in CONSOLE_SECRET_KEYS opens {err}; put the one back that does.") from err
        first = sealing.fingerprint(settings.STORED_SECRET_KEYS[0])
        self.stdout.write(f"{rotated} secrets were encrypted anew; all are under the key {first} now.")
