"""`/import/`: a text in another language becomes a draft, once its reader has seen what is taken over and what is not.

Nothing is kept between two presses: the text travels with the form until it is taken over. It may hold secrets, so it
is only ever posted, and no list repeats one.
"""

import logging
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from consoleapp.accounts.services import TooManyGuests
from consoleapp.languages.imports import sources
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX
from consoleapp.teams.services import actor_for_saving
from consoleapp.web.domain_words import said
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.encoding import Written
from consoleapp.wizard.draft.fitting import storable_text
from consoleapp.wizard.forms.basic import canonical_sizes
from consoleapp.wizard.layout import BASIC
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.services.draft_limits import TooMuch
from consoleapp.wizard.services.importing import Asked, Look, look_at, problems_of
from consoleapp.wizard.services.network import with_defaults
from consoleapp.wizard.shape import Data
from consoleapp.wizard.summary.imported import lists_of
from consoleapp.wizard.validation import read
from consoleapp.wizard.views.basic import chosen_network, network_source
from consoleapp.wizard.views.room import tell_displaced
from consoleapp.wizard.views.start import as_last_time
from consoleapp.wizard.views.step import SeeOther
from consoleapp.wizard.views.submission import Way

logger = logging.getLogger(__name__)

PAGE: Final = "wizard/import.html"
PREVIEW: Final = "wizard/_import_answer.html"
# So many of the values that will be marked are told.
PROBLEMS_SHOWN: Final = 8


@dataclass(frozen=True)
class _Posted:
    """What was posted; `wrong` says why a file cannot be taken."""

    asked: Asked
    wrong: str = ""
    do: str = ""
    seen: str = field(default="", repr=False)


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def importing(request: HttpRequest) -> HttpResponse:
    """Ask for the text; tell what becomes of it; make the draft of what was told."""
    console_request = cast(ConsoleRequest, request)
    if request.method != "POST":
        return _page(console_request, _Posted(Asked("")), None)
    posted = _posted(request)
    if posted.wrong or not posted.asked.text.strip():
        return _page(console_request, posted, None)
    look = look_at(posted.asked, network_source(console_request).is_region)
    if posted.do == "open" and look.is_ready and posted.seen == look.mark:
        return _opened(console_request, posted, look)
    return _page(console_request, posted, look)


@sensitive_variables()
def _posted(request: HttpRequest) -> _Posted:
    post: QueryDict = request.POST
    text, wrong = post.get("text", ""), ""
    uploaded = request.FILES.get("file")
    if isinstance(uploaded, UploadedFile):
        read_text, wrong = _read_file(uploaded)
        text = text if wrong else read_text
    asked = Asked(
        text.replace("\r\n", "\n"),
        # A button stands behind what was chosen before.
        post.get("kind", ""),
        frozenset(post.getlist("offered")),
        frozenset(post.getlist("choice")),
    )
    return _Posted(asked, wrong, post.get("do", ""), post.get("seen", ""))


@sensitive_variables()
def _read_file(uploaded: "UploadedFile[Any]") -> tuple[str, str]:
    """Return the text of the file, and why it cannot be taken."""
    content = uploaded.read(TEXT_BYTES_MAX + 1)
    if len(content) > TEXT_BYTES_MAX:
        return "", _("The file is larger than %(most)d kB.") % {"most": TEXT_BYTES_MAX // 1024}
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", _("The file is no text in UTF-8.")


@sensitive_variables()
def _page(
    request: ConsoleRequest, posted: _Posted, look: Look | None, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    """Show the page, or to htmx what becomes of the text alone: the text is left as somebody may be typing on."""
    wrong = posted.wrong or (look.wrong if look else "")
    is_pressed = request.method == "POST" and not request.htmx
    if is_pressed and not look and not wrong:
        wrong = _("Paste a text, or choose a file.")
    if wrong and is_pressed:
        status = 422
    context = {
        "nav": "groups",
        "text": storable_text(posted.asked.text),
        "most_bytes": TEXT_BYTES_MAX,
        "known": [said(source.label) for source in sources.SOURCES],
        "wrong": wrong,
        "line": look.line if look else None,
        "trouble": trouble,
        "look": _shown(look) if look else None,
        # Pressed for a text, or a choice, of which nobody has seen yet what becomes.
        "is_news": posted.do == "open" and bool(look and look.is_ready) and not trouble,
    }
    return render(request, PREVIEW if request.htmx else PAGE, context, status=status)


@sensitive_variables()
def _shown(look: Look) -> dict[str, Any]:
    """Return what the page says of what was read, beside what is wrong with the text."""
    asked, imported = look.asked, look.imported
    kind = asked.kind if look.source and look.source.word == asked.kind else ""
    shown: dict[str, Any] = {
        "kinds": [(source.word, said(source.label)) for source in sources.SOURCES],
        "kind": kind,
        "source": look.source.word if look.source else "",
        "label": said(look.source.label) if look.source else "",
        "mark": look.mark,
        "is_ready": look.is_ready,
    }
    if imported is not None:
        shown |= {"choices": imported.choices, "takes_several": imported.takes_several}
    if imported is not None and look.spec and look.kept and look.made:
        problems = problems_of(look.made)
        shown["lists"] = lists_of(imported, look.spec, look.kept)
        shown["problems"], shown["more_problems"] = problems[:PROBLEMS_SHOWN], len(problems[PROBLEMS_SHOWN:])
    return shown


# --- the draft


@sensitive_variables()
def _opened(request: ConsoleRequest, posted: _Posted, look: Look) -> HttpResponse:
    """Make the draft and lead to its first page, to what is wrong there."""
    made = cast(Written, look.made)
    data, secrets = _completed(request, made.data), made.secrets
    way = _aimed(data, made)
    try:
        draft = drafts.create_draft(actor_for_saving(request), data, secrets=secrets)
    except (DatabaseError, TooMuch, TooManyGuests) as refused:
        trouble, status = _refused(refused)
        return _page(request, posted, look, trouble=trouble, status=status)
    return _led(request, draft, way)


def _led(request: ConsoleRequest, draft: Draft, way: Way) -> HttpResponse:
    tell_displaced(request, draft)
    return SeeOther(way.address(draft))


def _completed(request: ConsoleRequest, data: Data) -> Data:
    """Return the data with what a new draft begins with, where the text says nothing."""
    source, spec = network_source(request), data["spec"]
    if vpc_id := source.vpc_of(raw.word(spec, "region_id"), raw.words(spec, "vswitch_ids")):
        data["page"]["vpc_id"] = vpc_id
    data = as_last_time(request, data)
    canonical_sizes(data["spec"])
    return with_defaults(data, chosen_network(request, data))


@sensitive_variables()
def _aimed(data: Data, made: Written) -> Way:
    """Have what is wrong shown at once, and return where the first of it is."""
    _spec, problems = read(data, made.secrets)
    told = [problem for problem in problems if problem.step == BASIC or not problem.is_missing]
    data["shown_errors"] = sorted({problem.step for problem in told})
    first = next((problem for problem in told if problem.step == BASIC), None)
    return Way(BASIC, open=first.container_key, at=first.field_id.removeprefix("id_")) if first else Way(BASIC)


def _refused(refused: Exception) -> tuple[str, int]:
    if isinstance(refused, TooMuch):
        return str(refused), 422
    if isinstance(refused, TooManyGuests):
        return _("Not saved: too many people began here within the hour. Try again later."), 429
    logger.error("A draft could not be made", exc_info=refused)
    return _("Not saved: the console's database does not take it at the moment."), 503
