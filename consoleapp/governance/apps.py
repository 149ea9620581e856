"""The app of governance: what a team may order, and how much."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "consoleapp.governance"
    label = "governance"

    def ready(self) -> None:
        """Have the booking of an order that ends without a group given back in the transaction that ends it, and that
        of a group once it has ended."""
        from consoleapp.governance import preview
        from consoleapp.governance.quotas import release_final
        from consoleapp.governance.verify import verify_nightly
        from consoleapp.governance.watch import watch
        from consoleapp.orders.models import order_final
        from consoleapp.web.periodic import frequent_tasks, periodic_tasks

        frequent_tasks.connect(watch, dispatch_uid="governance.watch")
        periodic_tasks.connect(verify_nightly, dispatch_uid="governance.verify_nightly")
        preview.register("running", preview.RUNNING)
        order_final.connect(release_final, dispatch_uid="governance.release_final")
