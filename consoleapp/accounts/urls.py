"""Addresses of signing in and out, of one's password and of one's sign-ins."""

from importlib import import_module
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase

from consoleapp.accounts import views
from consoleapp.domain.roles import Permission
from consoleapp.web.routes import route


def _later(module: str, name: str) -> views.View:
    """Return the view, which is loaded with its first use, and is not there where guests are welcome.

    What it takes (keys, tokens, passkeys) is more than ten MiB of every process, and most consoles need none of it.
    """

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        loaded: views.View = getattr(import_module(f"consoleapp.accounts.{module}"), name)
        return loaded(request, *args, **kwargs)

    return views.needs_sign_in(view)


app_name = "accounts"
urlpatterns = [
    route("sign-in/", views.sign_in, Permission.OPEN, name="sign-in"),
    route("sign-out/", views.sign_out, Permission.SELF, name="sign-out"),
    route("password/", views.password, Permission.SELF, name="password"),
    route("sso/", login_not_required(_later("sso_views", "begin")), Permission.OPEN, name="sso"),
    route("sso/callback/", login_not_required(_later("sso_views", "callback")), Permission.OPEN, name="sso-callback"),
    route("second-factor/", _later("factor_views", "second_factor"), Permission.SELF, name="second-factor"),
    route("second-factor/app/", _later("factor_views", "app"), Permission.SELF, name="authenticator-app"),
    route("second-factor/passkey/", _later("factor_views", "passkey"), Permission.SELF, name="passkey"),
    route("second-factor/codes/", _later("factor_views", "codes"), Permission.SELF, name="recovery-codes"),
    route("second-factor/remove/", _later("factor_views", "remove"), Permission.SELF, name="second-factor-remove"),
    # These two also know somebody who has given a password and is not signed in yet.
    route(
        "second-factor/ask/",
        login_not_required(_later("factor_views", "ask")),
        Permission.OPEN,
        name="second-factor-ask",
    ),
    route(
        "second-factor/options/",
        login_not_required(_later("factor_views", "passkey_options")),
        Permission.OPEN,
        name="passkey-options",
    ),
    route("confirm/", _later("factor_views", "confirm"), Permission.SELF, name="confirm"),
    route("people/", _later("people_views", "people"), Permission.SITE, name="people"),
    route("sign-ins/", views.sign_ins, Permission.SELF, name="sign-ins"),
]
