"""The app of other portals that link to the console: it helps to write the links."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "consoleapp.portal"
    label = "portal"
