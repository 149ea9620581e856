"""How a Pod is written as YAML that each reader takes the same way: quotes, octal modes, `$(NAME)`, the shell's words.

The quotes are wider than PyYAML's own: Kubernetes reads `1e3` as a number and `y` as a boolean.
"""

import re
import shlex
from collections.abc import Collection, Iterable
from typing import Any, Final

import yaml

_PLAIN: Final = re.compile(r"(?![yYnN]\Z)[A-Za-z/][^\n]*")
# Two dollars are one to Kubernetes, wherever they stand; a name in parentheses is replaced where it is known.
_DOLLAR: Final = re.compile(r"\$\$|\$\(([^)]*)\)|\$\(")
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDTH: Final = 1_000_000


class Octal(int):
    """The mode of a file, which YAML has with a zero before it."""


class _Dumper(_DUMPER):  # type: ignore[valid-type, misc]  # one of two classes
    """Writes texts so that YAML 1.1 and 1.2 read texts again."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=_style(text))


def _style(text: str) -> str | None:
    if not text.replace("\n", "").isprintable():
        return '"'
    if "\n" in text:
        return "|"
    return None if _PLAIN.fullmatch(text) else "'"


_Dumper.add_representer(str, _text)
# Words of a choice.
_Dumper.add_multi_representer(str, _text)
_Dumper.add_representer(Octal, lambda dumper, mode: dumper.represent_scalar("tag:yaml.org,2002:int", f"{mode:04o}"))


def dump(tree: dict[str, Any], comments: Iterable[str]) -> str:
    """Return the tree as YAML, below the comments."""
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return "".join(f"# {line}\n" for line in comments) + text


def escaped(text: str, names: Collection[str]) -> str:
    """Return the text of which Kubernetes makes this one, in a container with variables of these names."""

    def _escape(found: re.Match[str]) -> str:
        word = found[0]
        if word == "$$":
            return "$$$$"
        return f"${word}" if found[1] in names else word

    return _DOLLAR.sub(_escape, text)


def shell_word(text: str, variable: str) -> str:
    """Return the text as a word of a POSIX shell; the variable instead where it cannot stand in a comment."""
    return shlex.quote(text) if text.isprintable() else f'"${variable}"'
