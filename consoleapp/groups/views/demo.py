"""Images of the demo to try, with the logins that they take. They are there in the simulator alone."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consoleapp.groups.views.examples import LOGINS

# Image, what it shows, and the user whose login it takes ("" for none).
EXAMPLES: Final[tuple[tuple[str, str | Promise, str], ...]] = (
    ("nginx:1.29", _("A public image: can be pulled without a login."), ""),
    ("registry.example.com/team/api:1.4.2", _("A private image: the registry asks for a login."), "demo"),
    ("harbor.example.com/shop/cart:1.8.0", _("A private image of a registry with a token server."), "demo"),
    (
        "registry.example.com/billing/payments:3.1.0",
        _("An image that few may see: try it as viewer first, then as demo."),
        "viewer",
    ),
    ("nginx:1.92", _("A version that does not exist: near ones are offered."), ""),
    ("open.example.com/public/wbe:1.0.0", _("A repository that does not exist."), ""),
    ("open.example.com/edge/agent:0.5.0", _("An image for ARM64 alone."), ""),
    ("plain.example.com:5000/lab/web:1.0.0", _("A registry that speaks plain HTTP."), ""),
    ("selfsigned.example.com/internal/portal:1.2.0", _("A registry with a certificate that it issued itself."), "demo"),
    ("silent.example.com/public/web:1.0.0", _("A registry that does not answer."), ""),
    ("busy.example.com/public/web:1.0.0", _("A registry with too many requests: with a login it answers."), "demo"),
    ("moved.example.com/public/web:1.0.0", _("A registry that has moved to another host."), ""),
)


@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """Show the images; where the cloud is a real one there are none."""
    if settings.CLOUD != "simulator":
        raise Http404
    return render(request, "groups/demo.html", {"examples": EXAMPLES, "logins": LOGINS})
