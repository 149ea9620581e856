"""The app of the wizard: drafts and the three steps that fill them."""

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "consoleapp.wizard"
    label = "wizard"

    def ready(self) -> None:
        """Has a draft's secrets wiped in the transaction that makes its order final."""
        from consoleapp.orders.models import order_final
        from consoleapp.wizard.services.ordering import wipe_secrets

        order_final.connect(wipe_secrets, dispatch_uid="wizard.wipe_secrets")
