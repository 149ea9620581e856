"""The app of the catalogue: the pages of launch templates. They make drafts, so it stands above the wizard."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "consoleapp.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Have templates judged before a policy is saved."""
        from consoleapp.catalogue.preview import TEMPLATES
        from consoleapp.governance import preview

        preview.register("templates", TEMPLATES)
