"""The app of approvals: orders that wait for somebody else's word."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "consoleapp.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Have approvals ended by the worker that nobody has decided in time, or whose requester is gone; and what
        waits judged by a policy before that is saved."""
        from consoleapp.approvals.preview import WAITING
        from consoleapp.approvals.services import end_gone, expire
        from consoleapp.governance import preview
        from consoleapp.web.periodic import frequent_tasks

        preview.register("waiting", WAITING)
        frequent_tasks.connect(expire, dispatch_uid="approvals.expire")
        frequent_tasks.connect(end_gone, dispatch_uid="approvals.end_gone")
