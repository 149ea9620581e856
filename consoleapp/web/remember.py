"""HTML that this process has rendered before, of the very same things: a part of a page that did not change is not
rendered again. Little is kept, by a digest of everything that the part shows; who shows more than it tells here shows
something stale.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Parts kept in a process: tens of kilobytes each, the one that was not looked at for longest goes first.
KEPT_MAX: Final = 32

_kept: OrderedDict[bytes, SafeString] = OrderedDict()
_lock = Lock()


def remembered(seen: object, render: Callable[[], str]) -> SafeString:
    """What `render` returns, from memory where it was rendered of the same `seen` in the same language.

    `seen` is told apart by its `repr`, which has to say all that the part shows; a Secret's says nothing.
    """
    digest = hashlib.sha256(repr((get_language(), seen)).encode("utf-8", "backslashreplace")).digest()
    with _lock:
        if digest in _kept:
            _kept.move_to_end(digest)
            return _kept[digest]
    html = SafeString(render())
    with _lock:
        _kept[digest] = html
        while len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)
    return html


def forget() -> None:
    """Empties the memory."""
    with _lock:
        _kept.clear()
