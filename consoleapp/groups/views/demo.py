"""The page of the images that one may try in the demo. They are there in the simulator alone."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consoleapp.groups.views.examples import EXAMPLES, LOGINS


@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """Show the images; where the cloud is a real one there are none."""
    if settings.CLOUD != "simulator":
        raise Http404
    return render(request, "groups/demo.html", {"examples": EXAMPLES, "logins": LOGINS})
