"""The app of teams: who shares what, and what each member may do."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "consoleapp.teams"
    label = "teams"
