"""A request in each language, as the pages of drafts, orders and groups show it and as it is saved to a file.

The languages are in languages/exports; the parameters line by line, which stand beside them, in request_text.py.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.languages.exports.exported import Exported, without_secrets
from consoleapp.languages.exports.languages import LANGUAGES, Language, export
from consoleapp.web.domain_words import is_box, said, translated, where_in_words
from consoleapp.web.request_text import request_rows, request_text

ACTION: Final = "CreateContainerGroup"
# The word of the parameters line by line in addresses; no language has it.
LINES: Final = "lines"
PART: Final = "includes/_request_in.html"
PAGE: Final = "includes/request_page.html"


@dataclass(frozen=True)
class Shown:
    """A request in a language, or line by line: then with `rows`. `blanks` are what has to be filled in, `lost` what
    the language cannot say: each as what it is and where it stands, and its name or its value."""

    label: str
    file_name: str
    text: str
    rows: tuple[tuple[str, str, bool], ...] = ()
    blanks: tuple[tuple[str, str], ...] = ()
    lost: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A request that can be shown: its parameters, the group that they are of, and its address by the language's word.

    `group` raises DomainError where this version of the console cannot read the parameters any more.
    """

    parameters: Mapping[str, str]
    secret_keys: Collection[str]
    group: Callable[[], ContainerGroupSpec]
    address: Callable[[str], str]


def part_of(asked: Asked, word: str = LINES) -> dict[str, Any]:
    """Return what templates/includes/_request_in.html shows; raise Http404 for a word that is no language."""
    language = next((each for each in LANGUAGES if each.word == word), None)
    if language is None and word != LINES:
        raise Http404(_("There is no such language."))
    labels = {LINES: _("Parameters"), **{each.word: said(each.label) for each in LANGUAGES}}
    return {
        "languages": [
            {"word": each, "label": label, "url": asked.address(each), "is_current": each == word}
            for each, label in labels.items()
        ],
        "shown": _lines(asked) if language is None else _in(language, asked),
        "download_url": f"{asked.address(word)}?download",
    }


def answer(request: HttpRequest, asked: Asked, word: str, page: Mapping[str, Any]) -> HttpResponse:
    """Return the request in a language: as a file, as the part that htmx exchanges, or as a page of its own.

    `page` says `heading`, and `back_url` and `back` of the page where it belongs.
    """
    context = part_of(asked, word)
    shown: Shown = context["shown"]
    if "download" in request.GET:
        headers = {
            "Content-Disposition": f'attachment; filename="{shown.file_name}"',
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(shown.text, content_type="text/plain; charset=utf-8", headers=headers)
    is_part = bool(getattr(request, "htmx", False))
    return render(request, PART if is_part else PAGE, {"nav": "groups", **page, **context})


def _lines(asked: Asked) -> Shown:
    rows = request_rows(asked.parameters, asked.secret_keys)
    return Shown(_("Parameters"), "request.txt", request_text(rows, ACTION), (("Action", ACTION, False), *rows))


def _in(language: Language, asked: Asked) -> Shown:
    try:
        group = _without_mark(asked.group())
    except DomainError:
        # What was ordered by the rules of an earlier version.
        told = _("This version of the console cannot read the request any more. Its parameters are all that there is.")
        return Shown(said(language.label), language.file_name, "", told=(told,))
    made, plain = export(language, group), without_secrets(group)[0]
    return Shown(
        said(language.label),
        language.file_name,
        made.text,
        blanks=tuple((where_in_words(plain, each.path), each.name) for each in made.blanks),
        lost=_lost(made, plain),
        told=tuple(translated(each.says, each.params) for each in made.told),
    )


def _lost(made: Exported, plain: ContainerGroupSpec) -> tuple[tuple[str, str], ...]:
    # What a box says is in its words already.
    return tuple((where_in_words(plain, each.path), "" if is_box(each.path) else each.value) for each in made.lost)


def _without_mark(group: ContainerGroupSpec) -> ContainerGroupSpec:
    """Return the group without the mark of its order: the console would take what is made by other means for it."""
    kept = tuple(tag for tag in group.tags if tag.key != limits.ORDER_TAG_KEY)
    return group if len(kept) == len(group.tags) else replace(group, tags=kept)
