"""The app of the wizard: drafts and the three steps that fill them."""

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "consoleapp.wizard"
    label = "wizard"

    def ready(self) -> None:
        """Have a draft's secrets wiped in the transaction that makes its order final, and when nobody comes back;
        have idle guests deleted, and logins whose time is over."""
        from consoleapp.governance import preview
        from consoleapp.orders.models import order_final
        from consoleapp.web import sealing
        from consoleapp.web.periodic import periodic_tasks
        from consoleapp.wizard.preview import DRAFTS
        from consoleapp.wizard.services import logins
        from consoleapp.wizard.services.idle import drop_discarded, drop_idle_guests, wipe_idle_secrets
        from consoleapp.wizard.services.ordering import wipe_secrets

        order_final.connect(wipe_secrets, dispatch_uid="wizard.wipe_secrets")
        periodic_tasks.connect(wipe_idle_secrets, dispatch_uid="wizard.wipe_idle_secrets")
        periodic_tasks.connect(drop_discarded, dispatch_uid="wizard.drop_discarded")
        periodic_tasks.connect(drop_idle_guests, dispatch_uid="wizard.drop_idle_guests")
        periodic_tasks.connect(logins.drop_old, dispatch_uid="wizard.drop_old_logins")
        preview.register("drafts", DRAFTS)
        sealing.register("wizard.DraftSecret", "sealed")
        sealing.register("wizard.KeptLogin", "sealed")
