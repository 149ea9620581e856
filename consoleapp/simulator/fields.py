"""Fields: reads the parts of a request tree and refuses what breaks a rule, naming the field.

The rules themselves (which field, which limit) stand where the field is read, in actions/.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from consoleapp.simulator import params
from consoleapp.simulator.errors import invalid, missing

TOO_LONG = "InvalidParameter.LengthExceeded"
TOO_MUCH = "InvalidParameter.ValueExceeded"


class Fields:
    """One level of the request tree; `path` is the dotted way to it, for messages."""

    __slots__ = ("_node", "path")

    def __init__(self, node: Any, path: str = "") -> None:
        self._node: dict[str, Any] = node if isinstance(node, dict) else {}
        self.path = path

    def has(self, name: str) -> bool:
        """Tell whether the field was sent with anything in it."""
        return bool(self._node.get(name))

    def has_any(self, prefix: str) -> bool:
        """Tell whether any field was sent whose name begins so."""
        return any(name.startswith(prefix) for name in self._node)

    def text(
        self,
        name: str,
        *,
        required: bool = False,
        longest: int = 0,
        pattern: re.Pattern[str] | None = None,
        choices: Collection[str] = (),
        default: str = "",
    ) -> str:
        """Return the text of a field, or the default when it was not sent or is empty."""
        value = self._node.get(name)
        if not value:
            if required:
                raise missing(self.path + name)
            return default
        if not isinstance(value, str):
            raise self.refusal(name, "it has to be a single value")
        if longest and len(value) > longest:
            raise self.refusal(name, f"it may have at most {longest} characters", code=TOO_LONG)
        if pattern is not None and not pattern.fullmatch(value):
            raise self.refusal(name, "it does not have the required form")
        if choices and value not in choices:
            raise self.refusal(name, f"it has to be one of {', '.join(choices)}")
        return value

    def integer(self, name: str, least: int = 0, most: int | None = None) -> int | None:
        """Return a whole number within the limits; None when the field was not sent."""
        if not self._node.get(name):
            return None
        value = params.integer(self.text(name))
        if value is None:
            raise self.refusal(name, "it has to be a whole number")
        self._check_limits(name, value, least, most)
        return value

    def number(self, name: str, least: float = 0, most: float | None = None) -> float | None:
        """Return a number within the limits; None when the field was not sent."""
        if not self._node.get(name):
            return None
        value = params.number(self.text(name))
        if value is None:
            raise self.refusal(name, "it has to be a number")
        self._check_limits(name, value, least, most)
        return value

    def boolean(self, name: str) -> bool:
        """Return a truth value; False when the field was not sent."""
        if not self._node.get(name):
            return False
        value = params.boolean(self.text(name))
        if value is None:
            raise self.refusal(name, "it has to be true or false")
        return value

    def inner(self, name: str) -> "Fields":
        """Return the fields below one field; empty when it was not sent."""
        return Fields(self._node.get(name), f"{self.path}{name}.")

    def each(self, name: str, most: int) -> Sequence["Fields"]:
        """Yield the elements of a list of structures, numbered from 1 in their paths."""
        if not self._node.get(name):
            return ()
        path = f"{self.path}{name}."
        return [Fields(node, f"{path}{index}.") for index, node in enumerate(self._list(name, most), 1)]

    def texts(self, name: str, most: int, *, longest: int = 0) -> list[str]:
        """Return a list of texts."""
        if not self._node.get(name):
            return []
        values = self._list(name, most)
        for index, value in enumerate(values, 1):
            if not isinstance(value, str):
                raise self.refusal(f"{name}.{index}", "it has to be a single value")
            if longest and len(value) > longest:
                raise self.refusal(f"{name}.{index}", f"it may have at most {longest} characters", code=TOO_LONG)
        return values

    def refusal(self, name: str, reason: str, *, code: str = "InvalidParameter") -> Exception:
        """Return the error that names this field in full; to be raised."""
        return invalid(self.path + name, reason, code=code)

    def _list(self, name: str, most: int) -> list[Any]:
        values = self._node.get(name) or []
        if not isinstance(values, list):
            raise self.refusal(name, "its elements have to be numbered from 1")
        if len(values) > most:
            raise self.refusal(name, f"at most {most} are allowed", code=TOO_MUCH)
        return values

    def _check_limits(self, name: str, value: float, least: float, most: float | None) -> None:
        if value < least:
            raise self.refusal(name, f"it has to be at least {least}")
        if most is not None and value > most:
            raise self.refusal(name, f"it may be at most {most}", code=TOO_MUCH)
