"""The app of people: who they are, how they sign in."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class AccountsConfig(AppConfig):
    name = "consoleapp.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Name what holds sealed secrets; have sign-ins recorded, others ended by a new password, and what is over
        forgotten."""
        from allauth.account.signals import password_changed

        from consoleapp.accounts import limits, services
        from consoleapp.web import sealing
        from consoleapp.web.periodic import periodic_tasks

        sealing.register_inside("mfa.Authenticator", "data", ("secret", "seed"))
        user_logged_in.connect(_signed_in, dispatch_uid="audit")
        user_logged_out.connect(_signed_out, dispatch_uid="audit")
        password_changed.connect(services.password_changed, dispatch_uid="accounts.password_changed")
        periodic_tasks.connect(limits.drop_expired_entries, dispatch_uid="accounts.drop_expired_entries")
        periodic_tasks.connect(services.drop_full_buckets, dispatch_uid="accounts.drop_full_buckets")
        periodic_tasks.connect(services.drop_ended_sign_ins, dispatch_uid="accounts.drop_ended_sign_ins")


def _signed_in(sender: object, user: Any, **_: object) -> None:
    from consoleapp.audit import services as audit

    # A guest is made by what they save, and that has a row of its own.
    if not user.is_guest:
        audit.record(user, "account.signed-in")


def _signed_out(sender: object, user: Any, **_: object) -> None:
    from consoleapp.audit import services as audit

    if user is not None:
        audit.record(user, "account.signed-out")
