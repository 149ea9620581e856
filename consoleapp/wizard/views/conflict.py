"""Two tabs, one draft: the page that shows what was saved meanwhile beside what was sent, and lets its reader decide.

What was sent is held in the vault, sealed like any secret, so that neither choice asks anybody to type something twice.
"""

import json
import secrets as random
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.web.domain_words import said
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard import vault
from consoleapp.wizard.draft import quantity
from consoleapp.wizard.draft.paths import at_path, label_of, steps_of
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.services.draft_limits import TooMuch
from consoleapp.wizard.shape import CONTAINER_LISTS, Data, as_data
from consoleapp.wizard.upgrades import upgraded

KEEP, TAKE = "keep-mine", "take-theirs"


@sensitive_variables("typed")
def is_same(current: Draft, data: Data, typed: Mapping[str, Secret]) -> bool:
    """Tell whether what was sent says nothing else than what is stored, so that there is nothing to decide."""
    stored = vault.get_all(current) if typed else {}
    return not list(_differences(current.typed, data)) and all(stored.get(name) == typed[name] for name in typed)


@sensitive_variables("typed", "content")
def answer(
    request: ConsoleRequest,
    slug: str,
    current: Draft,
    data: Data,
    typed: Mapping[str, Secret],
    forgotten: Collection[str],
) -> HttpResponse:
    """Return the page with both versions, status 409. What was sent is held until one is chosen."""
    token = random.token_hex(8)
    content = {
        "data": data,
        "secrets": {name: secret.reveal() for name, secret in typed.items()},
        "forgotten": sorted(forgotten),
    }
    vault.hold(current, token, Secret(json.dumps(content)))
    rows = [
        {"label": label, "theirs": theirs, "mine": mine} for label, theirs, mine in _differences(current.typed, data)
    ]
    rows += [{"label": _("A secret"), "theirs": "", "mine": _("typed anew")} for _name in typed]
    context = {
        "nav": "groups",
        "draft": current,
        "rows": rows,
        "action": reverse(f"wizard:{slug}", args=[current.pk]),
        "keep": f"{KEEP}:{token}",
        "take": f"{TAKE}:{token}",
    }
    return render(request, "wizard/stale.html", context, status=409)


def is_verdict(post: QueryDict) -> bool:
    """Tell whether the POST comes from the page with both versions."""
    return post.get("do", "").partition(":")[0] in (KEEP, TAKE)


@sensitive_variables()
def settle(request: ConsoleRequest, slug: str, draft: Draft) -> HttpResponse | None:
    """Save the held version over the stored one, or wipe it, as the pressed button says.

    Return None once that is done. Where a third tab has saved in this very moment, the page that asks again; where the
    database takes nothing, its error, and what was held stays held.
    """
    verb, _colon, token = request.POST.get("do", "").partition(":")
    if not token.isalnum():
        return None
    if verb == TAKE:
        vault.take_held(draft, token)
        return None
    held = vault.held(draft, token)
    if held is None:
        gone = _("What you had typed in the other tab is no longer stored. This is the draft as it was saved last.")
        messages.warning(request, gone)
        return None
    content = json.loads(held.reveal())
    data = as_data(upgraded(content["data"]))
    # Keys that either tab has given away must not be given again.
    data["next_key"] = max(data["next_key"], draft.typed["next_key"])
    typed = {name: Secret(value) for name, value in content["secrets"].items()}
    forgotten = content["forgotten"]
    try:
        with transaction.atomic():
            vault.take_held(draft, token)
            drafts.save_draft(draft, data, expected_version=draft.version, secrets=typed, forgotten=forgotten)
    except TooMuch as refused:
        messages.error(request, str(refused))
    except drafts.StaleDraft as found:
        vault.take_held(found.current, token)
        return answer(request, slug, found.current, data, typed, forgotten)
    return None


def _differences(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    trees = [
        {**tree["page"], **tree["spec"], "pins": tree.get("pins", {}), "quantity": tree.get("quantity") or "1"}
        for tree in (theirs, mine)
    ]
    left, right = (dict(_flat(tree)) for tree in trees)
    for path in dict.fromkeys((*left, *right)):
        before, after = left.get(path, ""), right.get(path, "")
        if before != after:
            yield _label(path, trees), before, after


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("_key", "_kind"):
                yield from _flat(inner, (*path, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        if path[0] in CONTAINER_LISTS and len(path) == 1:
            yield path, ", ".join(str(item.get("name") or item["_key"]) for item in value)
        for item in value:
            yield from _flat(item, (*path, item["_key"]))
    elif value not in ("", [], False, None):
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else _("yes") if value is True else str(value)


# What a page keeps beside the fields of the request.
_BESIDE: Mapping[str, Any] = {
    "vpc_id": gettext_lazy("VPC"),
    "quantity": quantity.LABEL,
    "image_version": gettext_lazy("Image version"),
    "saved": gettext_lazy("Saved login"),
    "environment_vars_paste": gettext_lazy("Paste a .env file"),
}


def _label(path: tuple[str, ...], trees: Sequence[Mapping[str, Any]]) -> str:
    if len(path) == 1 and path[0] in CONTAINER_LISTS:
        return _("Containers, in their order")
    declared = said(label_of(path)) if len(list(steps_of(path))) == len(path) else ""
    label = declared or str(_BESIDE.get(path[-1], path[-1].replace("_", " ")))
    names = [at_path(tree, (*path[:2], "name")) for tree in trees] if path[0] in CONTAINER_LISTS else []
    subject = next(filter(None, names), "")
    return _("%(subject)s: %(field)s") % {"subject": subject, "field": label} if subject else label
