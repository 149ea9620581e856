"""The app of orders: one confirmed press, one container group."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "consoleapp.orders"
    label = "orders"

    def ready(self) -> None:
        """Has a task stored in the transaction that sets an order's next try; names what holds sealed secrets."""
        from consoleapp.orders.models import next_try_set
        from consoleapp.orders.services import let_go_of_idle
        from consoleapp.orders.tasks import wake
        from consoleapp.web import sealing
        from consoleapp.web.housekeeping import now_and_then

        next_try_set.connect(wake, dispatch_uid="orders.wake")
        now_and_then.connect(let_go_of_idle, dispatch_uid="orders.let_go_of_idle")
        sealing.register("orders.Order", "sealed_secrets")
