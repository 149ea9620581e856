"""The app of teams: who shares what, and what each member may do."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "consoleapp.teams"
    label = "teams"

    def ready(self) -> None:
        """Have a sign-in with a provider give and take back memberships."""
        from consoleapp.accounts.signals import groups_told
        from consoleapp.teams import services

        groups_told.connect(services.take_groups, dispatch_uid="teams.take_groups")
