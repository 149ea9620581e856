"""`/buy/`: Basic Settings before anything is stored, empty or filled in from the address. A save makes the draft."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from consoleapp.accounts.models import User
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.forms.basic import canonical_sizes
from consoleapp.wizard.mapping.starting import first_data
from consoleapp.wizard.services import drafts
from consoleapp.wizard.shape import Data
from consoleapp.wizard.views.basic import PAGE
from consoleapp.wizard.views.step import Shown, receive


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """GET stores nothing; POST makes a guest of a visitor, and the draft."""
    console_request = cast(ConsoleRequest, request)
    if request.method == "POST":
        return receive(console_request, PAGE, None, first_data({}))
    data = _asked_for(request)
    latest = drafts.drafts_of(request.user).first() if isinstance(request.user, User) else None
    return PAGE.render(console_request, Shown(data, {}, open=request.GET.get("open", ""), latest=latest))


def _asked_for(request: HttpRequest) -> Data:
    data = first_data({name: str(value) for name, value in request.GET.items()})
    canonical_sizes(data["basic"])
    return data
