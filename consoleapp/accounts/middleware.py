"""Default deny: who is not signed in sees nothing but the sign-in page, unless guests are welcome; and an end to
sign-ins that nobody uses.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject

from consoleapp.accounts.factors import WANTED
from consoleapp.accounts.personas import persona_in
from consoleapp.domain.roles import Permission
from consoleapp.web.frames import is_framed
from consoleapp.web.polling import is_polled

# How old the cookie may be before an answer brings a new one.
RENEW_SECONDS: Final = 60


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends visitors to the sign-in page where CONSOLE_SIGN_IN=required; lets them through where guests are welcome."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if settings.SIGN_IN == "guest":
            return None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        return answer or self._second_factor_first(request, view_func)

    def _second_factor_first(self, request: HttpRequest, view_func: Any) -> HttpResponse | None:
        """Lead to setting up the second factor that the sign-in has asked for; one's own account stays open."""
        needs = getattr(view_func, "needs", None)
        is_own = needs is not None and needs.permission in (Permission.OPEN, Permission.SELF)
        if is_own or not request.user.is_authenticated or WANTED not in request.session:
            return None
        return redirect("accounts:second-factor")

    def get_login_url(self, view_func: Any) -> str:
        """Return the console's own page for every view: that of Django's admin would not limit who tries passwords."""
        return str(settings.LOGIN_URL)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        """Lead to the sign-in page, but never inside another page: what is typed there would be gone, and no frame of
        another site shows where passwords are typed."""
        if is_framed(request):
            return render(request, "accounts/framed.html", {"address": request.get_full_path()}, status=401)
        if request.headers.get("HX-Request") != "true":
            return super().handle_no_permission(request, view_func)
        if is_polled(view_func):
            # Nothing is typed in what a page asks by itself, and it would ask again and again.
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return HttpResponse(status=401)


class IdleMiddleware:
    """Takes nobody for signed in who has asked for nothing in SESSION_IDLE_MINUTES, where sign-in is required.

    When somebody was last there stands in a signed cookie that is bound to the session, so that no page writes to the
    database for it. What an open page asks by itself is no sign of anybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SIGN_IN != "required":
            return self.get_response(request)
        user = request.user

        def whoever_is_there() -> AbstractBaseUser | AnonymousUser:
            is_idle = user.is_authenticated and not _is_seen(request, settings.SESSION_IDLE_MINUTES * 60)
            return AnonymousUser() if is_idle else user

        request.user = SimpleLazyObject(whoever_is_there)  # type: ignore[assignment]
        response = self.get_response(request)
        if request.session.accessed and request.user.is_authenticated and not getattr(request, "is_polled", False):
            _renew(request, response)
        return response

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> None:
        """Note what kind of request it is."""
        request.is_polled = is_polled(view_func)  # type: ignore[attr-defined]


class PersonaMiddleware:
    """Puts the person on the request as whom a guest of the demo acts, see personas.py."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SIGN_IN == "guest":
            guest = request.user
            request.user = SimpleLazyObject(lambda: persona_in(request.session, guest) or guest)  # type: ignore[assignment]
        return self.get_response(request)


def seen_now(session_key: str | None) -> str:
    """Return what the cookie says of a session whose person is there now."""
    return _signer(session_key).sign("seen")


def _signer(session_key: str | None) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"accounts.seen.{session_key}")


def _is_seen(request: HttpRequest, seconds: int) -> bool:
    """Tell whether the cookie is this session's, and not older than that."""
    try:
        cookie = request.COOKIES.get(settings.IDLE_COOKIE_NAME, "")
        _signer(request.session.session_key).unsign(cookie, max_age=seconds)
    except signing.BadSignature:
        return False
    return True


def _renew(request: HttpRequest, response: HttpResponse) -> None:
    if not _is_seen(request, RENEW_SECONDS):
        response.set_cookie(
            settings.IDLE_COOKIE_NAME,
            seen_now(request.session.session_key),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
