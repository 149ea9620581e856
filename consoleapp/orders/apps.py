"""The app of orders: one confirmed press, one container group."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "consoleapp.orders"
    label = "orders"
