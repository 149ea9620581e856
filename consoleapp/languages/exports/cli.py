"""The request as a command of the Alibaba Cloud CLI, for a POSIX shell.

The flags are the wire keys. Always ``--Key=value`` in one word: the CLI does not take a word that begins with ``-`` for
the value of the flag before it (source: aliyun/aliyun-cli, cli/parser.go and README).
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from consoleapp.domain import wire
from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import Record
from consoleapp.languages.exports.exported import Blank, Exported, Holds, Told, blanks_of

_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]*")
# In the metadata of 2026-04, not in older ones.
_NEWER: Final = ("MaxPendingMinute",)

_HEAD: Final = """\
# For a POSIX shell (sh, bash, zsh).
# To see the request without sending it, secrets included, add --cli-dry-run behind CreateContainerGroup.
"""
_HEAD_ASKING: Final = """\
# What is asked for is not asked for when it is in a variable of that name; there it may have several lines.
"""
_ASK: Final = """\
ask() {
  printf '%s: ' "$1" >&2
  IFS= read -r answer || exit 1
  printf %s "$answer"
}
"""
# Runs in a subshell, $(...): the traps are its own. A terminal that is switched off is switched on in any case.
_ASK_HIDDEN: Final = """\
ask_hidden() {
  if [ -t 0 ]; then
    settings=$(stty -g)
    trap 'stty "$settings"; echo >&2' EXIT
    trap 'exit 1' HUP INT TERM
    stty -echo
  fi
  ask "$1"
}
"""
_ENCODED: Final = """\
encoded() {
  if [ ! -f "$1" ] || [ ! -r "$1" ]; then
    printf '%s cannot be read\\n' "$1" >&2
    exit 1
  fi
  base64 < "$1" | tr -d '\\n'
}
"""
_ESCAPED: Final = """\
escaped() {
  printf %s "$1" | LC_ALL=C sed 's/["\\\\]/\\\\&/g'
}
"""


def write(spec: ContainerGroupSpec) -> Exported:
    """Return the command; what has to be filled in is asked for where it runs, and stands in shell variables."""
    values = wire.to_values(spec)
    flags = (f"--{key}={_word(value, text)}" for key, (value, text) in values.items())
    command = " \\\n  ".join(("aliyun eci CreateContainerGroup", *flags)) + "\n"
    blanks = tuple(blanks_of(spec))
    told = [Told(_("The command is for a POSIX shell, such as sh, bash or zsh. PowerShell and cmd quote otherwise."))]
    if blanks:
        command = _asking(blanks, command)
        told.append(Told(_("Others who use the same computer can see the secrets of the command while it runs.")))
    if newer := [key for key in _NEWER if key in values]:
        told.append(Told(_("Older versions of the CLI refuse {names}."), {"names": ", ".join(newer)}))
    return Exported(f"{_HEAD}{command}", told=tuple(told))


def _asking(blanks: tuple[Blank, ...], command: str) -> str:
    """Return the command behind questions for what is missing.

    All of it in one subshell: the shell reads it to its end before it asks, so that it may also be pasted, and nothing
    is left in the variables of the one who pasted it.
    """
    lines = [line for blank in blanks for line in _lines(blank)]
    asked = "\n".join(lines)
    functions = [_ASK]
    functions += [text for word, text in _FUNCTIONS.items() if f"({word} " in asked + command]
    return "{}(\nset -eu\n\n{}\n{}\n\n{})\n".format(_HEAD_ASKING, "\n".join(functions), asked, command)


_FUNCTIONS: Final = {"ask_hidden": _ASK_HIDDEN, "encoded": _ENCODED, "escaped": _ESCAPED}


def _lines(blank: Blank) -> Iterable[str]:
    """Yield the lines that fill the variable of this name."""
    name, variable = blank.name, blank.variable
    if blank.holds is Holds.FILE:
        yield f"[ -n \"${{{variable}-}}\" ] || {variable}=$(ask '{variable}, the path of a file')"
        yield f'{name}=$(encoded "${variable}")'
    else:
        yield f'[ -n "${{{name}-}}" ] || {name}=$(ask_hidden {name})'


def _word(value: Any, text: str) -> str:
    """Return the value of a flag as a shell is to read it."""
    if isinstance(value, Blank):
        return f'"${value.name}"'
    if isinstance(value, tuple) and any(isinstance(each, Record) and any(blanks_of(each)) for each in value):
        return _json(value)
    return _quoted(text)


def _json(options: Iterable[Any]) -> str:
    """Return a JSON object of texts in which some are variables of the shell."""
    words, text = [], "{"
    for number, option in enumerate(options):
        text += f"{', ' if number else ''}{json.dumps(option.name)}: "
        if isinstance(option.value, Blank):
            words += [_quoted(f'{text}"'), f'"$(escaped "${option.value.name}")"']
            text = '"'
        else:
            text += json.dumps(option.value, ensure_ascii=False)
    return "".join((*words, _quoted(f"{text}}}")))


def _quoted(text: str) -> str:
    """Return the text in single quotes where a shell would not read it as it is."""
    return text if _PLAIN.fullmatch(text) else "'{}'".format(text.replace("'", "'\\''"))
