"""The app of the catalogue: the pages of launch templates. They make drafts, so it stands above the wizard."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "consoleapp.catalogue"
    label = "catalogue"
