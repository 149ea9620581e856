"""The app of governance: what a team may order, and how much."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "consoleapp.governance"
    label = "governance"

    def ready(self) -> None:
        """Have the booking of an order that ends without a group given back in the transaction that ends it."""
        from consoleapp.governance.quotas import release_final
        from consoleapp.orders.models import order_final

        order_final.connect(release_final, dispatch_uid="governance.release_final")
