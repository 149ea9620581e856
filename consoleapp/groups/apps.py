"""The app of container groups that exist or existed."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "consoleapp.groups"
    label = "groups"

    def ready(self) -> None:
        """Have the worker wipe the logs that were kept for long enough."""
        from consoleapp.groups.services.kept import forget_old_logs
        from consoleapp.web.periodic import periodic_tasks

        periodic_tasks.connect(forget_old_logs, dispatch_uid="groups.forget_old_logs")
