"""The app of the wizard: drafts and the three steps that fill them."""

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "consoleapp.wizard"
    label = "wizard"

    def ready(self) -> None:
        """Has a draft's secrets wiped in the transaction that makes its order final, and when nobody comes back."""
        from consoleapp.orders.models import order_final
        from consoleapp.web import sealing
        from consoleapp.web.housekeeping import now_and_then
        from consoleapp.wizard.services.idle import wipe_idle_secrets
        from consoleapp.wizard.services.ordering import wipe_secrets

        order_final.connect(wipe_secrets, dispatch_uid="wizard.wipe_secrets")
        now_and_then.connect(wipe_idle_secrets, dispatch_uid="wizard.wipe_idle_secrets")
        sealing.register("wizard.DraftSecret", "sealed")
