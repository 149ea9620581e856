"""What the cloud said against an order, as a problem of the control that it is about.

How an answer is classified is not here (gateways/alibaba/error_codes.py), nor which orders there are (orders/).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from consoleapp.domain.errors import DomainError
from consoleapp.wizard.mapping import containers, group, other
from consoleapp.wizard.mapping.places import place_of_wire_key
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Data

# The parameter to change where the cloud names none.
FIELDS: Mapping[str, str] = {"quota_exceeded": "Cpu", "out_of_stock": "VSwitchId"}
_LABELS: Mapping[str, object] = {**other.LABELS, **containers.LABELS, **group.LABELS}


class Refusal(DomainError):
    """The cloud's own words; `code` and `request_id` are "–" where it told none."""

    sentences = {"refused": _("The cloud refused this: {words} ({code}, request id {request_id})")}


def problem_of(data: Data, key: str, words: str, code: str, request_id: str) -> Problem | None:
    """The refusal at the control of this wire key; None where the draft has no such control."""
    place = place_of_wire_key(data, key)
    if not key or not place.field_id:
        return None
    error = Refusal("refused", key, words=words, code=code or "–", request_id=request_id or "–")
    name = place.field_id.rsplit("-", 1)[-1].removeprefix("id_")
    return Problem(place.step, place.field_id, error, str(_LABELS.get(name, name)), place.container_key)
