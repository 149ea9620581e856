"""The app that holds what every page shares: request types, middleware, the crispy pack's helpers, template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "consoleapp.web"
    label = "web"
