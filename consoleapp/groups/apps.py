"""The app of container groups that exist or existed."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "consoleapp.groups"
    label = "groups"
