"""The app of approvals: orders that wait for somebody else's word."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "consoleapp.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Have approvals that nobody has decided in time ended by the worker."""
        from consoleapp.approvals.services import expire
        from consoleapp.web.periodic import frequent_tasks

        frequent_tasks.connect(expire, dispatch_uid="approvals.expire")
