"""The app of the wizard: drafts and the three steps that fill them."""

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "consoleapp.wizard"
    label = "wizard"
