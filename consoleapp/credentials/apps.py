"""The app of saved credentials: logins for registries that a team shares and nobody reads."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "consoleapp.credentials"
    label = "credentials"

    def ready(self) -> None:
        """Name what holds sealed secrets."""
        from consoleapp.web import sealing

        sealing.register("credentials.RegistryCredential", "sealed")
