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
    route("sign-ins/", views.sign_ins, Permission.SELF, name="sign-ins"),
]
