"""The words of `docker run`, `create` and `pull` as options, image and arguments; podman and nerdctl have the same.

What an option becomes is not here (``docker_taken.py``). Source: the manuals of the three programs' `run`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from consoleapp.languages.imports.shell_words import Command, ShellWord

PROGRAMS: Final = frozenset({"docker", "podman", "nerdctl"})
SHOWN_MAX: Final = 100  # [ours] characters of a value that is told

# Options without a value; every other one takes the word after it.
FLAGS: Final = frozenset((
    "all-tags", "detach", "disable-content-trust", "env-host", "help", "init", "interactive", "no-healthcheck",
    "no-hostname", "no-hosts", "oom-kill-disable", "privileged", "publish-all", "quiet", "read-only",
    "read-only-tmpfs", "replace", "rm", "rmi", "rootfs", "sig-proxy", "tls-verify", "tty", "unsetenv-all",
    "use-api-socket",
))  # fmt: skip
_LETTERS: Final = {
    "a": "attach", "c": "cpu-shares", "d": "detach", "e": "env", "h": "hostname", "i": "interactive", "l": "label",
    "m": "memory", "p": "publish", "P": "publish-all", "q": "quiet", "t": "tty", "u": "user", "v": "volume",
    "w": "workdir",
}  # fmt: skip
_SAME: Final = {"net": "network", "net-alias": "network-alias", "dns-opt": "dns-option"}
# Of these the value says what they are about and holds no secret.
_TELLING: Final = frozenset((
    "add-host", "cap-add", "cap-drop", "cpus", "device", "dns", "dns-option", "dns-search", "env-file", "expose",
    "gpus", "hostname", "ipc", "link", "memory", "name", "network", "pid", "platform", "publish", "pull", "restart",
    "runtime", "shm-size", "stop-timeout", "sysctl", "tmpfs", "ulimit", "user", "volume", "volumes-from",
))  # fmt: skip
# Before `run`: what belongs to the program itself and has a value.
_OF_PROGRAM: Final = frozenset((
    "-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey",
    "-a", "--address", "-n", "--namespace", "--connection", "--url", "--root", "--runroot", "--storage-driver",
))  # fmt: skip
_OF_SUDO: Final = frozenset({"-u", "-g", "-h", "-p", "-C", "-T", "-r", "-t", "-D", "-R"})
# What stands before a command and changes nothing of what it says.
_BEFORE: Final = frozenset(
    {"$", "#", "exec", "time", "command", "env", "winpty", "do", "then", "else", "!", "{", "nohup"}
)
_ASSIGNED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL | re.ASCII)


@dataclass(frozen=True)
class Call:
    """`docker run …`: its ``verb``, the options of the program itself before it, and the words behind it."""

    verb: str
    before: tuple[ShellWord, ...]
    words: tuple[ShellWord, ...]
    line: int


@dataclass(frozen=True)
class Option:
    """One option: ``shown`` as it was written (`-p`), ``name`` its long form without hyphens, ``value`` "" for a flag.

    ``is_off``: a flag that was taken back, as in `--init=false`.
    """

    shown: str
    name: str
    value: ShellWord
    is_flag: bool = False

    @property
    def line(self) -> int:
        return self.value.line

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the variables and substitutions that stand in its value."""
        return self.value.asked

    @property
    def is_off(self) -> bool:
        return self.is_flag and self.value.lower() in ("false", "0", "f")

    @property
    def subject(self) -> str:
        """Return what to call it on a page; with as much of its value as holds no secret."""
        if self.name == "env":
            told = self.value.partition("=")[0]
        elif self.name == "mount":
            told = mount_target(self.value)
        else:
            told = self.value if self.name in _TELLING else ""
        return f"{self.shown} {told if len(told) <= SHOWN_MAX else f'{told[: SHOWN_MAX - 1]}…'}".strip()


def mount_target(value: str) -> str:
    """Return the path in the container of a `--mount`; "" where there is none."""
    found = re.search(r"(?:^|,)\"?(?:target|destination|dst)=([^,\"]*)", value)
    return found[1] if found else ""


def call_of(command: Command) -> Call | None:
    """Return the call of Docker, Podman or nerdctl that the command is; None for another."""
    words = list(command.words)
    while words and _is_before(words[0]):
        if words.pop(0) == "sudo":
            while words and words[0].startswith("-"):
                del words[: 2 if words[0] in _OF_SUDO else 1]
    program = re.split(r"[\\/]", words[0])[-1].removesuffix(".exe") if words else ""
    if program not in PROGRAMS:
        return None
    line, position = words[0].line, 1
    while position < len(words) and words[position].startswith("-"):
        position += 2 if words[position] in _OF_PROGRAM else 1
    before = tuple(words[1:position])
    if words[position : position + 1] in (["container"], ["image"]):
        position += 1
    verb = words[position] if position < len(words) else ""
    return Call(str(verb), before, tuple(words[position + 1 :]), line)


def _is_before(word: str) -> bool:
    return word == "sudo" or word in _BEFORE or _ASSIGNED.fullmatch(word) is not None


def options(words: Sequence[ShellWord]) -> tuple[list[Option], ShellWord | None, tuple[ShellWord, ...]]:
    """Return the options, the image, None where there is none, and the arguments behind it."""
    rest = iter(words)
    found: list[Option] = []
    for word in rest:
        if word == "--":
            return found, next(rest, None), tuple(rest)
        if not word.startswith("-") or word == "-":
            return found, word, tuple(rest)
        found += _long(word, rest) if word.startswith("--") else _short(word, rest)
    return found, None, ()


def _long(word: ShellWord, rest: Iterator[ShellWord]) -> Iterator[Option]:
    written, equals, value = word[2:].partition("=")
    name = _SAME.get(written, written)
    is_flag = name in FLAGS
    held = word.part(value) if equals or is_flag else next(rest, word.part(""))
    yield Option(f"--{written}", name, held, is_flag)


def _short(word: ShellWord, rest: Iterator[ShellWord]) -> Iterator[Option]:
    """Yield the options of letters behind one hyphen: the first that has a value has all that follows it."""
    for position, letter in enumerate(word[1:], 2):
        name = _LETTERS.get(letter, letter)
        behind = word[position:]
        is_flag = name in FLAGS
        if is_flag and not behind.startswith("="):
            yield Option(f"-{letter}", name, word.part(""), is_flag)
            continue
        value = behind.removeprefix("=")
        held = word.part(value) if value or is_flag else next(rest, word.part(""))
        yield Option(f"-{letter}", name, held, is_flag)
        return
