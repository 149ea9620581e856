"""The app of saved credentials: logins for registries that a team shares and nobody reads."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "consoleapp.credentials"
    label = "credentials"

    def ready(self) -> None:
        """Name what holds sealed secrets; have those in use checked once a day."""
        from consoleapp.credentials.checks import check_those_in_use
        from consoleapp.web import sealing
        from consoleapp.web.periodic import periodic_tasks

        periodic_tasks.connect(check_those_in_use, dispatch_uid="credentials.check_those_in_use")
        sealing.register("credentials.RegistryCredential", "sealed")
