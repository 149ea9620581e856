"""The images that somebody used last, in orders and drafts, for the top of the image dialog."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from consoleapp.domain.image import ImageReferenceError, parse_image_reference
from consoleapp.gateways.proof import Cause
from consoleapp.orders.services import orders_of
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.shape import as_data, containers_of
from consoleapp.wizard.upgrades import CannotUpgrade, upgraded

SHOWN: Final = 6
# So many of the newest orders and drafts are looked into, whatever they hold.
LOOKED_INTO: Final = 10

# What a registry says of an image that is not there.
MISSING: Final = frozenset({Cause.REPOSITORY_NOT_FOUND, Cause.TAG_NOT_FOUND})

_image_key = re.compile(r"(?:Init)?Container\.[0-9]+\.Image")


def recent_images(actor: Actor, but: str = "") -> list[str]:
    """Return up to six addresses, ordered ones first, without those that a registry has said not to exist; `but` is
    left out. Three queries."""
    drafts = Draft.objects.filter(owner=actor.person, team=actor.team).values_list("data", flat=True)[:LOOKED_INTO]
    orders = orders_of(actor).values_list("parameters", flat=True)[:LOOKED_INTO]
    found = [text for text in dict.fromkeys((*_of_orders(orders), *_of_drafts(drafts))) if text != but]
    full = {text: str(parse_image_reference(text).normalised()) for text in found if _is_address(text)}
    answers = DraftCheck.objects.filter(draft__owner=actor.person, image__in=full.values(), result__isnull=False)
    # The newest answer counts.
    causes = dict(answers.order_by("saved_at").values_list("image", "result__cause"))
    return [text for text in full if causes.get(full[text]) not in MISSING][:SHOWN]


def _of_orders(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    for parameters in found:
        yield from (str(value) for key, value in parameters.items() if _image_key.fullmatch(key))


def _of_drafts(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    for data in found:
        with suppress(CannotUpgrade):
            yield from map(image_text, containers_of(as_data(upgraded(data))))


def _is_address(text: str) -> bool:
    try:
        parse_image_reference(text)
    except ImageReferenceError:
        return False
    return True
