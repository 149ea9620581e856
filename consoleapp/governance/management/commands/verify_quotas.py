"""`manage.py verify_quotas`: exits with 1 where quotas do not add up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consoleapp.governance import verify


class Command(BaseCommand):
    help = (
        "Compares what teams use of their quotas with what is booked, and that with their orders. Whether groups still "
        "run is the cloud's to say: the watch of the worker asks it all the time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set what is used to the sum of what is booked")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(verify.differences(repair=options["repair"]))
        for told in found:
            self.stdout.write(told)
        if found:
            raise CommandError(f"The quotas do not add up: {len(found)} differences.")
        self.stdout.write("The quotas add up.")
