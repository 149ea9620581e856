"""The app of the audit trail."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "consoleapp.audit"
    label = "audit"

    def ready(self) -> None:
        """Have the chain's end written into the log every day."""
        from consoleapp.audit.services import log_anchor
        from consoleapp.web.periodic import periodic_tasks

        periodic_tasks.connect(log_anchor, dispatch_uid="audit.log_anchor")
