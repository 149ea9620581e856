"""`manage.py verify_audit`: exits with 1 where a row was changed or is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consoleapp.audit import services
from consoleapp.audit.models import AuditRow


class Command(BaseCommand):
    help = "Checks the hash chain of the audit trail."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = services.verify()
        if broken:
            place = f"row {broken.row_id}" if broken.row_id is not None else "the end"
            raise CommandError(f"The audit trail does not hold at {place}: {broken.reason}.")
        self.stdout.write(f"The audit trail holds: {AuditRow.objects.count()} rows.")
