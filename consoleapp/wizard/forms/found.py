"""What rules say at a control: the sentence, whose rule it is, and the exception that may be asked for there.

What is denied besides marks its control as wrong, see stored.py.
"""

import re
from collections.abc import Sequence
from typing import Final

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from consoleapp.domain.policy import Finding
from consoleapp.wizard.draft.marks import REASON_MAX, ask_exception
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.shape import Data

# The name of the control of a reason: the number of the policy, and the rule.
EXCEPTION: Final = re.compile(r"exception-(\d{1,18})-([a-z_]{1,40})")


def name_of(finding: Finding) -> str:
    """Return the name of the control in which an exception is asked for."""
    return f"exception-{finding.policy.id}-{finding.rule.name}"


def key_of(name: str) -> str:
    """Return the key of the finding whose control has this name; "" for another name."""
    found = EXCEPTION.fullmatch(name)
    return f"{int(found[1])}/{found[2]}" if found else ""


def written(marks: Sequence[FieldError], field_id: str, *, has_error: bool = False) -> SafeString:
    """Return the marks of one control as HTML. The first that makes it wrong describes it, unless an error does."""
    if not marks:
        return SafeString("")
    wrong = next((mark for mark in marks if mark.is_wrong), None) if not has_error else None
    told = [(mark, f"{field_id}_error" if mark is wrong else "") for mark in marks]
    context = {"marks": told, "place": f"{field_id}_found", "reason_max": REASON_MAX}
    return SafeString(render_to_string("wizard/_found.html", context))


def bind_exceptions(post: QueryDict, data: Data) -> None:
    """Have the draft ask for the exceptions whose reasons were typed."""
    for name, value in post.items():
        if key := key_of(name):
            ask_exception(data, key, str(value))
