"""`manage.py verify_audit`: exits with 1 where a row was changed or is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consoleapp.audit import services

LIMITS = (
    "A chain alone does not tell whether rows were cut off its end, or whether it was made anew from some row on: "
    "compare it with a count and a hash that were written down elsewhere (--anchor prints them, --count and --hash "
    "take them)."
)
LIMITS_BEYOND = "What came after them may have been cut off or made anew without a trace in the chain."


class Command(BaseCommand):
    help = f"Checks the hash chain of the audit trail. {LIMITS}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", action="store_true", help="print count, hash and time as one line of JSON")
        parser.add_argument("--count", type=int, help="how many rows there were when the hash was written down")
        parser.add_argument("--hash", help="the hash of the last of them, 64 hexadecimal digits")

    def handle(self, *args: Any, **options: Any) -> None:
        written_down = _written_down(options["count"], options["hash"])
        # Read first: a row that is added meanwhile is not yet verified.
        anchor = services.anchor()
        broken = services.verify(written_down)
        if broken:
            place = f"row {broken.row_id}" if broken.row_id is not None else "the end"
            raise CommandError(f"The audit trail does not hold at {place}: {broken.reason}.")
        if options["anchor"]:
            self.stdout.write(anchor.as_json())
            return
        self.stdout.write(f"The audit trail holds: {anchor.count} rows.")
        if written_down:
            self.stdout.write(f"It has the {written_down.count} rows that were written down. {LIMITS_BEYOND}")
        else:
            self.stdout.write(LIMITS)


def _written_down(count: int | None, hash_: str | None) -> services.Anchor | None:
    if count is None and hash_ is None:
        return None
    if count is None or hash_ is None or count < 1:
        raise CommandError("--count and --hash belong together: the number of rows and the hash of the last of them.")
    return services.Anchor(count, hash_.strip().lower())
