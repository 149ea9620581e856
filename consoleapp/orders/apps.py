"""The app of orders: one confirmed press, one container group."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "consoleapp.orders"
    label = "orders"

    def ready(self) -> None:
        """Name the periodic tasks, what holds sealed secrets, and who knows whether workers work."""
        from consoleapp.orders import heartbeats
        from consoleapp.orders.services import let_go_of_idle
        from consoleapp.web import health, metrics, sealing
        from consoleapp.web.periodic import periodic_tasks

        periodic_tasks.connect(let_go_of_idle, dispatch_uid="orders.let_go_of_idle")
        periodic_tasks.connect(heartbeats.forget_old, dispatch_uid="orders.forget_old_beats")
        sealing.register("orders.Order", "sealed_secrets")
        health.register(fault=heartbeats.why_not_ready, remark=heartbeats.remark)
        metrics.register("console_orders_overdue_seconds", "Longest due order's wait", heartbeats.overdue_seconds)
        metrics.register("console_worker_beat_age_seconds", "Since any worker took a turn", heartbeats.beat_age_seconds)
