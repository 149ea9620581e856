"""Everybody with an account, for site admins: how they sign in, and what helps them or keeps them out."""

from collections import defaultdict
from typing import Any, cast
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from consoleapp.accounts import factors, services
from consoleapp.accounts.confirming import confirmed
from consoleapp.accounts.models import User
from consoleapp.web.formats import listed

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """List people; a POST does something (`do`) about one of them (`person`, their number)."""
    if request.method == "POST":
        answer: HttpResponse = cast(Any, change)(request)
        return answer
    words = request.GET.get("q", "")[:100]
    page = Paginator(services.people(words), A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    held, known = defaultdict(list), set(SocialAccount.objects.filter(user__in=shown).values_list("user_id", flat=True))
    for user_id, kind in Authenticator.objects.filter(user__in=shown).values_list("user_id", "type"):
        held[user_id].append(kind)
    rows = [(person, _ways(person, person.pk in known), _told(held[person.pk])) for person in shown]
    context = {"rows": rows, "page": page, "words": words, "previous_url": "", "next_url": ""}
    if page.has_previous():
        context["previous_url"] = "?" + urlencode({"q": words, "page": page.previous_page_number()})
    if page.has_next():
        context["next_url"] = "?" + urlencode({"q": words, "page": page.next_page_number()})
    return render(request, "accounts/people.html", context)


@confirmed("accounts:people")
def change(request: HttpRequest) -> HttpResponse:
    """Close or open an account, end all its sign-ins, or take away its second factors."""
    by, typed = cast(User, request.user), request.POST.get("person", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    person = User.objects.filter(pk=number, is_guest=False).exclude(pk=by.pk).first()
    do = request.POST.get("do")
    if person is None:
        raise Http404
    if do == "close":
        services.close_account(by, person)
        words = _("%s cannot sign in any more, and is signed out everywhere.")
    elif do == "open":
        services.open_account(by, person)
        words = _("%s can sign in again.")
    elif do == "sign-out":
        services.sign_out_everywhere(by, person)
        words = _("%s is signed out everywhere.")
    elif do == "remove-factors":
        factors.remove_all(request, by, person)
        words = _("%s has no second factor any more, and is signed out everywhere.")
    else:
        raise Http404
    messages.success(request, words % person)
    return redirect("accounts:people")


def _ways(person: User, is_known: bool) -> str:
    """Name how the person signs in."""
    password = [str(_("password"))] if person.may_use_password else []
    return listed([*password, *([settings.OIDC_NAME] if is_known else [])])


def _told(kinds: list[str]) -> str:
    """Name the second factors; "" for none."""
    passkeys = kinds.count(factors.Type.WEBAUTHN)
    app = [str(_("app"))] if factors.Type.TOTP in kinds else []
    keys = [ngettext("%(count)d passkey", "%(count)d passkeys", passkeys) % {"count": passkeys}] if passkeys else []
    return listed([*app, *keys])
