"""Signing in and out, changing one's password, and the list of one's sign-ins. Where guests are welcome, only out."""

from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import Any, cast

from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consoleapp.accounts import services
from consoleapp.accounts.forms import PasswordForm, SignInForm
from consoleapp.accounts.models import User
from consoleapp.web.failures import too_many_requests

View = Callable[..., HttpResponseBase]

# At most half of the threads that make pages wait for a password's hash; who comes then is told so at once.
_turns = BoundedSemaphore(max(1, settings.SERVER_THREADS // 2))


def needs_sign_in(view: View) -> View:
    """Return the view, which is not there where guests are welcome."""

    @wraps(view)
    def needing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.SIGN_IN != "required":
            raise Http404
        return view(request, *args, **kwargs)

    return needing


def in_turn(view: View) -> View:
    """Return the view, whose POSTs are answered with 429 while too many are at work."""

    @wraps(view)
    def taking_turns(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if not _turns.acquire(blocking=False):
            return too_many_requests(request)
        try:
            return view(request, *args, **kwargs)
        finally:
            _turns.release()

    return taking_turns


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; it answers visitors too."""

    template_name = "accounts/sign_in.html"
    form_class = SignInForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.PASSWORDS == "off":
            raise Http404
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ways = {"sso_name": settings.OIDC_ISSUER and settings.OIDC_NAME, "passwords": settings.PASSWORDS}
        return {**super().get_context_data(**kwargs), **ways}


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """A form for the password; all other sign-ins end with the change."""

    template_name = "accounts/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("accounts:sign-ins")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(User, request.user).may_use_password:
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


sign_in = login_not_required(needs_sign_in(in_turn(SignIn.as_view())))
sign_out = LogoutView.as_view()
password = needs_sign_in(in_turn(ChangePassword.as_view()))


@needs_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show everywhere the person is signed in; a POST ends one (`end`, its number) or all others (`end=others`)."""
    person = cast(User, request.user)
    here = request.session.session_key or ""
    if request.method == "POST":
        ended = services.end_sign_ins(person, here, request.POST.get("end", ""))
        if ended:
            messages.success(request, _("Signed out there."))
        return redirect("accounts:sign-ins")
    context = {
        "sign_ins": services.sign_ins_of(person, here),
        "hours": settings.SESSION_HOURS,
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
    }
    return render(request, "accounts/sign_ins.html", context)
