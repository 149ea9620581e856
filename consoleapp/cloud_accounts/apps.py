"""The app of cloud accounts: which there are, and which team may work in which."""

from django.apps import AppConfig


class CloudAccountsConfig(AppConfig):
    name = "consoleapp.cloud_accounts"
    label = "cloud_accounts"

    def ready(self) -> None:
        """Name what holds sealed secrets."""
        from consoleapp.web import sealing

        sealing.register("cloud_accounts.CloudAccount", "sealed")
