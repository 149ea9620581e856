"""The app of people: who they are, how they sign in."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class AccountsConfig(AppConfig):
    name = "consoleapp.accounts"
    label = "accounts"

    def ready(self) -> None:
        user_logged_in.connect(_signed_in, dispatch_uid="audit")
        user_logged_out.connect(_signed_out, dispatch_uid="audit")


def _signed_in(sender: object, user: Any, **_: object) -> None:
    from consoleapp.audit import services as audit

    # A guest is made by what they save, and that has a row of its own.
    if not user.is_guest:
        audit.record(user, "account.signed-in")


def _signed_out(sender: object, user: Any, **_: object) -> None:
    from consoleapp.audit import services as audit

    if user is not None:
        audit.record(user, "account.signed-out")
