"""The app of container groups that exist or existed."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "consoleapp.groups"
    label = "groups"

    def ready(self) -> None:
        """Name what the worker does every few seconds."""
        from consoleapp.groups.services.replacing import delete_replaced
        from consoleapp.web.periodic import frequent_tasks

        frequent_tasks.connect(delete_replaced, dispatch_uid="groups.delete_replaced")
