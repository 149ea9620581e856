"""The app of orders: one confirmed press, one container group."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "consoleapp.orders"
    label = "orders"

    def ready(self) -> None:
        """Names the chores, and what holds sealed secrets."""
        from consoleapp.orders.services import let_go_of_idle
        from consoleapp.web import sealing
        from consoleapp.web.housekeeping import now_and_then

        now_and_then.connect(let_go_of_idle, dispatch_uid="orders.let_go_of_idle")
        sealing.register("orders.Order", "sealed_secrets")
