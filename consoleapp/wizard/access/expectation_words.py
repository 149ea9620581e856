"""What is to be expected of a group, in words: a title and a sentence a reason. The reasons are in expectations.py."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.web.formats import listed
from consoleapp.wizard.access.expectations import Expectation, Reason


def words_of(expected: Expectation, *, is_named: bool = True) -> tuple[str, str]:
    """Return title and sentence; `is_named`: the title says which containers it is about."""
    title, text = _WORDS[expected.reason](expected)
    if is_named and expected.reason is not Reason.SAME_PORT:
        title = _("%(names)s: %(title)s") % {"names": _names(expected), "title": title}
    return title, text


def _names(expected: Expectation) -> str:
    return listed([name[:40] for name in expected.names])


def _ends_at_once(expected: Expectation) -> tuple[str, str]:
    return _("The image ends at once."), _(
        "What it starts does not stay, and under the restart policy Always it is started again and again."
    )


def _same_port(expected: Expectation) -> tuple[str, str]:
    title = _("%(names)s listen on the same port: %(ports)s.")
    return title % {"names": _names(expected), "ports": expected.what}, _(
        "The containers of a group share one address, so the second one to start would fail."
    )


def _runs_as_root(expected: Expectation) -> tuple[str, str]:
    return _("The image runs as root, and the security context refuses that."), _(
        "It would not start. Set a user ID, or let it run as root."
    )


def _wants_variable(expected: Expectation) -> tuple[str, str]:
    title = _("The image wants the variable %s.") % expected.what
    text = _("Without it its program ends at once, or is of no use.")
    if not expected.others:
        return title, text
    others = _("%s will do as well.") % _(" or ").join(expected.others[:2])
    return title, f"{text} {others}"


_WORDS: Final[Mapping[Reason, Callable[[Expectation], tuple[str, str]]]] = {
    Reason.ENDS_AT_ONCE: _ends_at_once,
    Reason.SAME_PORT: _same_port,
    Reason.RUNS_AS_ROOT: _runs_as_root,
    Reason.WANTS_VARIABLE: _wants_variable,
}
