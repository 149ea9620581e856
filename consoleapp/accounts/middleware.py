"""Default deny: who is not signed in sees nothing but the sign-in page, unless guests are welcome."""

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends visitors to the sign-in page where CONSOLE_SIGN_IN=required; lets them through where guests are welcome."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if settings.SIGN_IN == "guest":
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
