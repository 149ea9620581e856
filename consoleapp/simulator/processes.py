"""What a container's process would do, guessed from its command and its image: run on, or end when and how.

The guess reads a few words only (`sleep 5`, `exit 3`, `echo …`, `while true`); everything else runs on, like a server.
That an image lacks the command's program cannot be known here, so every command starts.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consoleapp.simulator import timings

_SHELLS: Final = frozenset(("sh", "bash", "ash", "dash"))
_FOREVER: Final = re.compile(r"while\s+(true|:|1|\[)|tail\s+-f|sleep\s+(infinity|inf)\b|\bwait\b|&\s*$")
_SLEEP: Final = re.compile(r"\bsleep\s+(\d+(?:\.\d+)?)([smhd]?)\b")
_EXIT: Final = re.compile(r"\bexit\s+(\d{1,3})\b|\bfalse\s*$")
_ECHO: Final = re.compile(r"""\becho\s+(?:-[neE]+\s+)?("[^"]*"|'[^']*'|[^;&|>]+)(?!\s*>)""")
# Words of a script that end by themselves; a script with any other word is taken for a server.
_SHORT_WORDS_TEXT: Final = """
echo printf sleep exit true false date ls cat cp mv rm mkdir touch chmod chown env id whoami hostname pwd test
set cd export wget curl nslookup ping tar sed awk grep head sort uniq wc seq ln df du ps uname
"""
_SHORT_WORDS: Final = frozenset(_SHORT_WORDS_TEXT.split())
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Process:
    """`run_seconds` is None for a process that runs until it is stopped; `output` is what it prints, if known."""

    run_seconds: float | None
    exit_code: int = 0
    output: tuple[str, ...] | None = None


def process_of(
    commands: Sequence[str], args: Sequence[str], *, keeps_terminal: bool, exits_at_once: bool, exit_code: int
) -> Process:
    """Return the process of a container; the last two arguments tell what the image does without a command."""
    words = [*commands, *args]
    if not words or (not commands and words[0].startswith("-")):
        if exits_at_once and not keeps_terminal:
            return Process(timings.AT_ONCE, exit_code)
        return Process(None)
    name = words[0].rsplit("/", 1)[-1]
    if name in _SHELLS:
        return _shell(words, keeps_terminal=keeps_terminal)
    return _script(shlex.join(words), (name,))


def _shell(words: Sequence[str], *, keeps_terminal: bool) -> Process:
    if "-c" not in words:
        # A shell that reads an open terminal waits; without one it ends. A script file may do anything.
        at_end = len(words) == 1 and not keeps_terminal
        return Process(timings.AT_ONCE if at_end else None)
    script = " ".join(words[words.index("-c") + 1 :][:1])
    heads = tuple(part.strip().split(" ", 1)[0] for part in re.split(r"&&|\|\||[;|\n]", script) if part.strip())
    return _script(script, heads)


def _script(script: str, heads: Sequence[str]) -> Process:
    output = tuple(match.group(1).strip().strip("\"'") for match in _ECHO.finditer(script)) or None
    if _FOREVER.search(script) or not all(head.rsplit("/", 1)[-1] in _SHORT_WORDS for head in heads):
        return Process(None, output=output)
    seconds = sum(float(amount) * _UNITS[unit] for amount, unit in _SLEEP.findall(script))
    ended = _EXIT.search(script)
    code = 0 if ended is None else int(ended.group(1) or 1)
    return Process(max(seconds, timings.AT_ONCE), code, output or ())
