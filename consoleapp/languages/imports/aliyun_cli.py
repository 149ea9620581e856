"""A command of the Alibaba Cloud CLI, as manuals have it and as our own export writes it: its flags are the wire keys.

Nothing runs and nothing is expanded: what a variable or a substitution stands for is asked for. Source of the rules of
flags: aliyun/aliyun-cli, cli/parser.go and README.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports.given import CREATE, UPDATE, Given, Notes, add, read_group, shown
from consoleapp.languages.imports.imported import Imported, NotReadable, refuse_large
from consoleapp.languages.imports.parameters import tell_of_update
from consoleapp.languages.imports.shell_words import Command, ShellWord, commands

_BEFORE: Final = r"(?:[$#>%❯][ \t]{1,20})?(?:sudo[ \t]{1,20})?"
_FLAGS: Final = r"(?:[ \t]+-[^\s]{0,100}){0,5}"
_START: Final = re.compile(
    rf"^[ \t]{{0,40}}{_BEFORE}(?:[^\s'\"]{{0,200}}/)?aliyun(?:\.exe)?(?=[ \t]){_FLAGS}[ \t]+eci(?![^\s])", re.MULTILINE
)
_PROMPTS: Final = frozenset({"$", "#", ">", "%", "❯", "sudo"})
_PROGRAM: Final = re.compile(r"(?:.*[/\\])?aliyun(?:\.exe)?", re.DOTALL)
_PLUGIN: Final = re.compile(r"[a-z]+(?:-[a-z]+)+")
# Its value is read of a file.
_OF_FILE: Final = "-FILE"
_WHOLE: Final = re.compile(r"\$[A-Za-z_]\w*|\$\{[^{}]*\}|\$\(.*\)|`[^`]*`", re.ASCII | re.DOTALL)
_PART: Final = re.compile(
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*)[^{}]*\}|(?P<name>[A-Za-z_]\w*)|\((?:[^()]|\([^()]*\))*\))|`[^`]*`", re.ASCII
)


def recognizes(text: str) -> bool:
    """Tell whether a line of the text begins with a command of the CLI for ECI."""
    return _START.search(text.lstrip("\ufeff")) is not None


def read(text: str, chosen: Collection[str] | None = None) -> Imported:
    """Return the container group that the command asks for. Raise NotReadable and nothing else."""
    refuse_large(text)
    notes = Notes()
    found = _found(text.lstrip("\ufeff"), notes)
    if found.action == UPDATE:
        tell_of_update(notes, found.line)
    spec = read_group(_given(found.words, notes), notes)
    return Imported(spec, tuple(notes.changed), tuple(notes.left_out))


@dataclass(frozen=True)
class _Call:
    """A command of the CLI: the action, and the words behind it."""

    action: str
    words: Sequence[ShellWord]
    line: int


def _found(text: str, notes: Notes) -> _Call:
    """Return the first command that makes a group; name those behind it."""
    # A prompt of root looks like a comment.
    plain = re.sub(r"^([ \t]*)#(?=[ \t]+(?:sudo[ \t]+)?aliyun[ \t])", r"\1$", text, flags=re.MULTILINE)
    # Most texts that are none are told apart without a look at their words.
    calls = [call for command in commands(plain) if (call := _call(command))] if "aliyun" in plain else []
    first = next((call for call in calls if call.action in (CREATE, UPDATE)), None)
    if first is None:
        raise _none_of(calls)
    for call in calls:
        if call is not first:
            notes.leave(f"aliyun eci {call.action}", _("Only one command is read."), call.line)
    return first


def _none_of(calls: list[_Call]) -> NotReadable:
    if not calls:
        return NotReadable(_("There is no command aliyun eci {known} in it."), known=CREATE)
    action, line = shown(calls[0].action), calls[0].line
    if _PLUGIN.fullmatch(calls[0].action):
        says = _("{action} is the command of a plugin whose flags are others. Only {known} can be read.")
    else:
        says = _("This is a call of {action}; only {known} can be read.")
    return NotReadable(says, line, action=action, known=f"{CREATE}, {UPDATE}")


def _call(command: Command) -> _Call | None:
    words = list(command.words)
    while words and (words[0] in _PROMPTS or re.match(r"[A-Za-z_]\w*=", words[0], re.ASCII)):
        words = words[1:]
    if len(words) < 2 or len(words[0]) > 300 or not _PROGRAM.fullmatch(words[0]):
        return None
    # Flags may stand before the product too.
    place = next((place for place, word in enumerate(words[1:8], 1) if word == "eci"), None)
    if place is None:
        return None
    behind = words[place + 1 :]
    action = behind[0] if behind and not behind[0].startswith("-") else ""
    return _Call(str(action), [*words[1:place], *behind[1 if action else 0 :]], words[0].line)


def _given(words: Sequence[ShellWord], notes: Notes) -> dict[str, Given]:
    """Return the parameters among the words. A word that begins with a hyphen is never the value of a flag."""
    found: dict[str, Given] = {}
    region: Given | None = None
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if not word.startswith("-"):
            # Not shown: it may be a part of a secret.
            notes.leave("…", _("A word that belongs to no flag."), word.line)
            continue
        flag, _sign, text = _cut(word)
        value = word.part(text)
        if not text and rest and not rest[-1].startswith("-"):
            value = rest.pop()
        name = flag.lstrip("-")
        if flag == "--region":
            region = _value(value, flag)
        elif not flag.startswith("--") or not name[:1].isupper():
            notes.leave(flag, _("It tells the CLI how to call, and nothing of the container group."), word.line)
        elif name.endswith(_OF_FILE):
            key = name.removesuffix(_OF_FILE)
            add(found, key, Given("", flag, word.line, is_asked=True))
        else:
            add(found, name, _value(value, flag))
            _tell_of_part(value, name, notes)
    if region is not None:
        found.setdefault("RegionId", region)
    return found


def _cut(word: ShellWord) -> tuple[str, str, str]:
    """Return flag, sign and value: the CLI cuts at the first `=` or `:`."""
    cut = re.search("[=:]", word)
    return (word[: cut.start()], cut[0], word[cut.end() :]) if cut else (str(word), "", "")


def _value(word: ShellWord, flag: str) -> Given:
    return Given(_marked(word), flag, word.line, is_asked=_is_asked(word))


def _is_asked(word: ShellWord) -> bool:
    """Tell whether the value is nothing but a variable or a substitution."""
    return bool(word.asked) and _WHOLE.fullmatch(word) is not None


def _marked(word: ShellWord) -> str:
    """Return the text with a mark such as <NAME> in the place of what is asked for."""
    asked = frozenset(word.asked)
    has_commands = not asked.isdisjoint(("$(…)", "`…`"))

    def marked(part: re.Match[str]) -> str:
        name = part["braced"] or part["name"]
        is_asked = f"${name}" in asked if name else has_commands
        # In single quotes it is a text.
        return f"<{(name or 'ASKED').upper()}>" if is_asked else part[0]

    return _PART.sub(marked, word) if asked else str(word)


def _tell_of_part(word: ShellWord, name: str, notes: Notes) -> None:
    if word.asked and not _is_asked(word):
        says = _("It holds {names} of a shell: fill in what they stand for.")
        notes.change(name, says, word.line, names=shown(", ".join(word.asked[:10])))
