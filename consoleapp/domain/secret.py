"""Secret: a text that masks itself wherever a value is usually printed or stored.

Encryption at rest is not here (``wizard.vault``), nor the rule which wire keys are secret (``wire.secret_keys``).
"""

import hmac
import re
from typing import Final, NoReturn

MASK: Final = "********"
_WORDS: Final = re.compile(r"PASSW(OR)?D|SECRET|TOKEN|CREDENTIAL|PRIVATE|KEY(?!BOARD)", re.IGNORECASE)


def sounds_secret(name: str) -> bool:
    """Tell whether a variable of this name most likely holds a secret."""
    return _WORDS.search(name) is not None


class Secret:
    """A password or another text that must not be shown; ``reveal()`` is the only way out.

    The mask has a fixed length. JSON refuses it (it is no ``str``) or, with ``default=str``, gets the mask; pickle is
    refused, so that it cannot slip into a cache or a session.
    """

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """Return the clear text."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self._value), _bytes(other._value))

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __format__(self, format_spec: str) -> str:
        return format(MASK, format_spec)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not pickled")

    # dataclasses.asdict and copy.deepcopy would otherwise go through __reduce_ex__.
    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
