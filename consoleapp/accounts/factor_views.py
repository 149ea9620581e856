"""Setting up, asking for and removing second factors, and confirming that it is still the same person.

Nothing is stored before a factor has shown that it works: a new app's secret travels sealed in its form, and what a
passkey answers to is made by a press.
"""

from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consoleapp.accounts import factors
from consoleapp.accounts.confirming import confirmed
from consoleapp.accounts.factor_forms import CodeForm, NewAppForm, NewPasskeyForm, PasskeyForm
from consoleapp.accounts.forms import ConfirmPasswordForm
from consoleapp.accounts.models import User
from consoleapp.accounts.qr import qr_code
from consoleapp.accounts.views import in_turn

PAGE = "accounts:second-factor"


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show what the person has set up, and what they can."""
    return _page(request)


def _page(request: HttpRequest, passkey: NewPasskeyForm | None = None, status: int = 200) -> HttpResponse:
    user = cast(User, request.user)
    context = {
        "factors": factors.factors_of(user),
        "is_wanted": factors.WANTED in request.session,
        "must_have_one": factors.must_have_one(user),
        "passkey": passkey or NewPasskeyForm(),
        "passkeys_at_most": factors.PASSKEYS_AT_MOST,
        "codes_in_all": settings.MFA_RECOVERY_CODE_COUNT,
    }
    return render(request, "accounts/second_factor.html", context, status=status)


@require_POST
@confirmed(PAGE)
def app(request: HttpRequest) -> HttpResponse:
    """Show a new authenticator app's secret, or set the app up with its first code."""
    user = cast(User, request.user)
    if "sealed" not in request.POST:
        sealed = factors.seal_new_secret(user, generate_totp_secret())
        return _app_page(request, NewAppForm(initial={"sealed": sealed}, user=user))
    form = NewAppForm(request.POST, user=user)
    if form.secret is None:
        return redirect(PAGE)
    if not form.is_valid():
        return _app_page(request, form, status=422)
    try:
        codes = factors.add_app(request, user, form.secret)
    except IntegrityError:
        messages.info(request, _("There is an authenticator app already. Remove it first."))
        return redirect(PAGE)
    return _added(request, codes, _("Your authenticator app is set up."))


def _app_page(request: HttpRequest, form: NewAppForm, status: int = 200) -> HttpResponse:
    secret = str(form.secret)
    address = factors.MFAAdapter().build_totp_url(cast(User, request.user), secret)
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    context = {"form": form, "qr": qr_code(address), "secret": " ".join(groups), "sealed": form["sealed"].value()}
    return render(request, "accounts/authenticator_app.html", context, status=status)


@require_POST
@confirmed(PAGE)
def passkey(request: HttpRequest) -> HttpResponse:
    """Set up the passkey that the browser has made."""
    user, form = cast(User, request.user), NewPasskeyForm(request.POST)
    if len(factors.factors_of(user).passkeys) >= factors.PASSKEYS_AT_MOST:
        return redirect(PAGE)
    if not form.is_valid():
        return _page(request, form, status=422)
    codes = factors.add_passkey(request, user, form.cleaned_data["name"], form.cleaned_data["credential"])
    return _added(request, codes, _("Your passkey is set up."))


def _added(request: HttpRequest, codes: list[str], words: str) -> HttpResponse:
    messages.success(request, words)
    next_url = request.session.pop(factors.WANTED, "")
    return _codes_page(request, codes, next_url) if codes else redirect(next_url or PAGE)


def _codes_page(request: HttpRequest, codes: list[str], next_url: str = "") -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "next_url": next_url})


@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Tell the page's script what a passkey answers to: a new one (`for=create`), or one that the person has."""
    user: User
    if isinstance(request.user, User):
        user = request.user
        if request.POST.get("for") == "create":
            return JsonResponse(webauthn.begin_registration(user, passwordless=False))
    else:
        stage = LoginStageController.enter(request, AuthenticateStage.key)
        if stage is None:
            return HttpResponse(status=403)
        user = stage.login.user
    return JsonResponse(webauthn.begin_authentication(user))


@require_POST
@confirmed(PAGE)
def codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    user = cast(User, request.user)
    if not factors.factors_of(user).is_any:
        return redirect(PAGE)
    return _codes_page(request, factors.new_codes(request, user))


@require_POST
@confirmed(PAGE)
def remove(request: HttpRequest) -> HttpResponse:
    """Remove a factor (`factor`, its number), but not the last one of who must have one."""
    user, typed = cast(User, request.user), request.POST.get("factor", "")
    held = factors.factors_of(user)
    if len(held.passkeys) + bool(held.app) == 1 and factors.must_have_one(user):
        messages.error(request, _("Your role asks for a second factor. Set up another one, then remove this."))
    elif typed.isascii() and typed.isdigit() and len(typed) < 19 and factors.remove(request, user, int(typed)):
        messages.success(request, _("Removed."))
    return redirect(PAGE)


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of who has given a password, and sign in."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]
    user: User = stage.login.user
    forms, held = _forms(request, user), factors.factors_of(user)
    forms["code"].fields["code"].widget.attrs["autofocus"] = not held.passkeys
    for form in forms.values():
        if form.is_bound and form.is_valid():
            form.save()
            answer: HttpResponse = stage.exit()
            return answer
    context = {**forms, "factors": held}
    return render(request, "accounts/ask_second_factor.html", context, status=422 if request.method == "POST" else 200)


def _forms(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return the form for codes and that for passkeys; that which was pressed is bound."""
    data = request.POST if request.method == "POST" else None
    with_passkey = data is not None and "credential" in data
    with_code = data is not None and "code" in data
    return {
        "code": CodeForm(data if with_code else None, user=user),
        "passkey": PasskeyForm(data if with_passkey else None, user=user),
    }


@in_turn
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask who is signed in to show once more that it is them: with the password, a code or a passkey."""
    user = cast(User, request.user)
    next_url = get_next_redirect_url(request) or ""
    forms = _forms(request, user)
    data = request.POST if "password" in request.POST else None
    forms["password"] = ConfirmPasswordForm(data, request=request)
    if done := next((form for form in forms.values() if form.is_bound and form.is_valid()), None):
        done.save()
        return redirect(next_url or PAGE)
    context = {
        **forms,
        "factors": factors.factors_of(user),
        "sso_name": settings.OIDC_ISSUER and settings.OIDC_NAME,
        "next_url": next_url,
    }
    return render(request, "accounts/confirm.html", context, status=422 if request.method == "POST" else 200)
