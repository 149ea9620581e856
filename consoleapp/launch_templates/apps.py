"""The app of launch templates: container groups of which only some fields are asked."""

from django.apps import AppConfig


class LaunchTemplatesConfig(AppConfig):
    name = "consoleapp.launch_templates"
    label = "launch_templates"
