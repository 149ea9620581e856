"""The app of approvals: orders that wait for somebody else's word."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "consoleapp.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Have approvals that nobody has decided in time ended by the worker, and what waits judged by a policy before
        that is saved."""
        from consoleapp.approvals.preview import WAITING
        from consoleapp.approvals.services import expire
        from consoleapp.governance import preview
        from consoleapp.web.periodic import frequent_tasks

        preview.register("waiting", WAITING)
        frequent_tasks.connect(expire, dispatch_uid="approvals.expire")
