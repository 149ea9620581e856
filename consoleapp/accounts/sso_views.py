"""Going to the OpenID Connect provider and coming back from it; see openid.py. Only where the settings name one."""

from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from consoleapp.accounts.openid import Connection, SocialAccountAdapter, failed
from consoleapp.gateways.openid import NoAnswer

# A visitor's session that only remembers where they were led to.
STATE_SECONDS = 900


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the provider by a page that goes on by itself.

    Not by a redirect: browsers hold a redirect of a form, and all that follow it, against the content policy of the
    page with the form (form-action), and a provider may send people on to wherever it likes.
    """
    if not settings.OIDC_ISSUER:
        raise Http404
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if limited:
        return limited
    next_url = get_next_redirect_url(request) or ""
    provider = SocialAccountAdapter(request).get_provider(request, settings.OIDC_ISSUER)
    try:
        address = provider.address(request, next_url, again=bool(request.POST.get("again")))
    except (NoAnswer, OAuth2Error) as error:
        return failed(request, error, next_url)
    if not request.user.is_authenticated:
        request.session.set_expiry(STATE_SECONDS)
    return render(request, "accounts/leaving.html", {"address": address, "sso_name": settings.OIDC_NAME})


@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Sign in whom the provider vouches for. The protocol comes back with a GET; a state lets it do so once."""
    if not settings.OIDC_ISSUER:
        raise Http404
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(Connection(request))(request)
    except (NoAnswer, OAuth2Error) as error:
        return failed(request, error)
    return answer
