"""What this process has made before of the very same things, above all HTML: a part of a page that did not change is
not rendered again. Little is kept, by a digest of everything that it was made of; who uses more than it tells here
shows something stale. Nothing that holds a secret may be given to it to keep.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final, TypeVar, cast

from django.utils.translation import get_language

# Kept in a process: up to tens of kilobytes each, what was not looked at for longest goes first.
KEPT_MAX: Final = 64
# Characters; a larger text is made each time.
TEXT_MAX: Final = 512 * 1024

T = TypeVar("T")
_kept: OrderedDict[bytes, object] = OrderedDict()
_lock = Lock()


def remembered(seen: object, make: Callable[[], T]) -> T:
    """What `make` returns, from memory where it was made of the same `seen` in the same language and is not too large.

    `seen` is told apart by its `repr`, which has to say all that is used; a Secret's says nothing, its hash does.
    """
    digest = hashlib.sha256(repr((get_language(), seen)).encode("utf-8", "backslashreplace")).digest()
    with _lock:
        if digest in _kept:
            _kept.move_to_end(digest)
            return cast(T, _kept[digest])
    made = make()
    if isinstance(made, str) and len(made) > TEXT_MAX:
        return made
    with _lock:
        _kept[digest] = made
        while len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Empties the memory."""
    with _lock:
        _kept.clear()
