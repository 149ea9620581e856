"""Which page of a draft saved last, and with which of its requests: a page and its own late requests are no two tabs.

A page has a mark of its own (page_context.py), and its script counts its requests (static/js/wizard.js). A request that
arrives after a later one of the same page changes nothing; one that arrives before it saves over it without a question.
"""

from django.http import QueryDict

from consoleapp.web.http import number_in
from consoleapp.wizard.models import Draft


def mark_of(post: QueryDict) -> str:
    """Return what a draft keeps of the request that saved it: the mark of its page and its number."""
    return f"{_page_token(post)}.{_turn(post)}"


def _page_token(post: QueryDict) -> str:
    """Return the mark of the page that was sent; "" for what `frame` never made."""
    token = post.get("page", "")
    return token if len(token) <= 16 and token.isalnum() and token.isascii() else ""


def _turn(post: QueryDict) -> int:
    """Tell which of its page's requests this is, as wizard.js counts them; 0 without a script."""
    return number_in(post.get("turn", ""))


def _saved_turn(draft: Draft, post: QueryDict) -> int | None:
    """Return the turn that saved last; None where another page did."""
    token, _dot, turn = str(draft.typed.get("saved_by") or "").partition(".")
    return int(turn or 0) if token and token == _page_token(post) else None


def is_own_page(draft: Draft, post: QueryDict) -> bool:
    """Tell whether the very page that this comes from saved last: a second press, or a refresh that this overtook."""
    saved = _saved_turn(draft, post)
    return saved is not None and saved <= _turn(post)


def is_overtaken(draft: Draft, post: QueryDict) -> bool:
    """Tell whether a later press on the very same page was saved first, so that nobody waits for this answer."""
    saved = _saved_turn(draft, post)
    return saved is not None and saved > _turn(post)
