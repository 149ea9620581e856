"""The app of container groups that exist or existed."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "consoleapp.groups"
    label = "groups"

    def ready(self) -> None:
        """Name what the worker does: delete what was replaced, and wipe the logs that were kept for long enough."""
        from consoleapp.groups.services.kept import forget_old_logs
        from consoleapp.groups.services.replacing import delete_replaced
        from consoleapp.web.periodic import frequent_tasks, periodic_tasks

        periodic_tasks.connect(forget_old_logs, dispatch_uid="groups.forget_old_logs")
        frequent_tasks.connect(delete_replaced, dispatch_uid="groups.delete_replaced")
