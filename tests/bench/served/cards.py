"""The open container card rendered two ways, inside the production server and under the shipped settings; and the
console's own pages, each with the processor time that it took.

Each answer carries the seconds that the renderings in it took; the way there and back is not in them. Ours is the whole
card with rows, folds and image; the baseline is Django's own rendering of the same forms, which has none of these.
"""

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path

from consoleapp.wizard import steps
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.views import basic
from consoleapp.wizard.views.page_context import PageState
from tests.bench import content

RENDERINGS = 5
# The header that says how many seconds of a processor the answer took.
SECONDS = "X-Processor-Seconds"
FORMS = ("form", "paste")
LISTS = ("probes", "handlers")


def _card() -> Any:
    made = to_draft(content.group(1), content.VPC)
    shown = PageState(made.data, made.secrets, open=made.data["spec"]["containers"][0]["_key"])
    evaluation = steps.evaluate(shown.data, shown.secrets)
    return basic._with_forms(shown, evaluation.problems, basic._containers(shown, NetworkChoices(), evaluation))[0]


def _forms(card: Any) -> list[Any]:
    return [*(card.body[name] for name in FORMS), *(form for name in LISTS for form in card.body[name])]


def _ours(card: Any) -> str:
    return render_to_string("wizard/_container.html", {"card": card, "body": card.body})


def _as_div(card: Any) -> str:
    return "".join(form.as_div() for form in _forms(card))


def _timed(render: Callable[[Any], str]) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        cards = [_card() for _ in range(RENDERINGS)]
        started = time.thread_time()
        for card in cards:
            html = render(card)
        seconds = (time.thread_time() - started) / RENDERINGS
        return HttpResponse(f"{seconds} {len(html)}")

    return view


def weighed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware around all others: says in a header what processor time the whole answer took."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.thread_time()
        response = get_response(request)
        response[SECONDS] = str(time.thread_time() - started)
        return response

    return middleware


urlpatterns = [path("ours", _timed(_ours)), path("as_div", _timed(_as_div)), path("", include("consoleapp.urls"))]
