"""What the cloud said against an order, as a problem of the control that it is about.

How an answer is classified is not here (gateways/alibaba/error_codes.py), nor which orders there are (orders/).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from consoleapp.domain.errors import DomainError
from consoleapp.web.domain_words import said
from consoleapp.wizard.draft.paths import label_of
from consoleapp.wizard.draft.places import path_of_wire_key, place_at
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.shape import Data

# The parameter to change where the cloud names none.
FIELDS: Mapping[str, str] = {"quota_exceeded": "Cpu", "out_of_stock": "VSwitchId"}


class Refusal(DomainError):
    """The cloud's own words; `code` and `request_id` are "–" where it told none."""

    sentences = {"refused": _("The cloud refused this: {words} ({code}, request id {request_id})")}


def problem_of(data: Data, key: str, words: str, code: str, request_id: str) -> FieldError | None:
    """Return the refusal at the control of this wire key; None where the draft has no such control."""
    path = path_of_wire_key(data, key)
    place = place_at(path)
    if not key or not place.field_id:
        return None
    error = Refusal("refused", key, words=words, code=code or "–", request_id=request_id or "–")
    return FieldError(place.step, place.field_id, error, said(label_of(path)) or key, place.container_key)
