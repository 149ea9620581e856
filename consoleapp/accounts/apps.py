"""The app of people: who they are, how they sign in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "consoleapp.accounts"
    label = "accounts"
