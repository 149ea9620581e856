"""The app that holds what every page shares: request types, middleware, the crispy pack's helpers, template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "consoleapp.web"
    label = "web"

    def ready(self) -> None:
        """Register the checks."""
        from django.core.checks import Tags, register

        from consoleapp.web.checks import frames_are_of_this_site, keys_in_use_are_held

        register(keys_in_use_are_held, Tags.database)
        register(frames_are_of_this_site, Tags.security)
