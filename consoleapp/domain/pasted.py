"""What people paste where an image is asked for: an address, a link to its page, a `docker pull` or `docker run`.

Only what a container group has a place for is taken; everything else is named in ``left_out``, never dropped silently.
The options are those of the Docker and Podman manuals of `run` and `pull`.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.image import ImageReferenceError, ImageReferenceReason, parse_image_reference
from consoleapp.domain.secret import Secret, sounds_secret

TEXT_MAX: Final = 16 * 1024  # [ours] characters
LEFT_OUT_MAX: Final = 20  # [ours] things named; the rest is counted
SHOWN_MAX: Final = 60  # [ours] characters of one of them

# What ends a command in a shell, outside of quotes.
_OPERATORS: Final = ";&|<>\n"
_PROGRAMS: Final = frozenset({"docker", "podman", "nerdctl"})
_LINK: Final = re.compile(r"https?://|(?:hub\.docker\.com|quay\.io/repository|github\.com)/", re.IGNORECASE)
# Blanks that a clipboard brings along and nobody sees.
_INVISIBLE: Final = " \t\r\n\xa0\u200b\u200c\u200d\u2060\ufeff"
# A line goes on in the next one. A control of one line drops the break and leaves the backslash alone.
_CONTINUED: Final = re.compile(r"\\[ \t]*\n|(?<=\s)\\[ \t]+")
# Options without a value; every other one takes the word after it.
_FLAGS: Final = frozenset((
    "detach", "disable-content-trust", "help", "init", "interactive", "no-healthcheck", "oom-kill-disable",
    "privileged", "publish-all", "quiet", "read-only", "replace", "rm", "rmi", "sig-proxy", "tls-verify", "tty",
    "all-tags",
))  # fmt: skip
_SHORT_FLAGS: Final = frozenset("ditPq")
_LONG: Final = {"p": "publish", "e": "env", "v": "volume", "w": "workdir", "u": "user", "h": "hostname", "d": "detach"}
# Of these the value says what was left out and holds no secret.
_TOLD_VALUES: Final = frozenset({"volume", "mount", "env-file", "network", "net", "restart", "user", "publish", "gpus"})


@dataclass(frozen=True)
class Pasted:
    """What a text asks for. A value whose name sounds secret is a Secret.

    ``is_as_typed`` tells that the text was nothing but the image's address, as it is.
    """

    image: str
    name: str = ""
    ports: tuple[tuple[int, str], ...] = ()
    variables: tuple[tuple[str, str | Secret], ...] = field(default=(), repr=False)
    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    working_dir: str = ""
    left_out: tuple[str, ...] = ()
    is_as_typed: bool = False


def parse_pasted(text: str) -> Pasted:
    """Return what the text asks for. Raise DomainError and nothing else."""
    if len(text) > TEXT_MAX:
        raise DomainError(Reason.TOO_LONG, limit=TEXT_MAX, length=len(text))
    stripped = text.replace("\r\n", "\n").strip(_INVISIBLE)
    if _is_command(stripped):
        return _command(stripped)
    stripped = stripped.strip("\"'`<>" + _INVISIBLE).removeprefix("docker://")
    image = _of_link(stripped) if _LINK.match(stripped) else _address(stripped)
    return Pasted(image, is_as_typed=image == text)


# --- an address


def _address(text: str) -> str:
    """Return the address with its repository in lower case, which it must be in. Raise ImageReferenceError."""
    try:
        return str(parse_image_reference(text))
    except ImageReferenceError as error:
        if error.reason != ImageReferenceReason.UPPER_CASE:
            raise
    name, at, digest = text.partition("@")
    end = name.find(":", name.rfind("/") + 1)
    path, tag = (name, "") if end < 0 else (name[:end], name[end:])
    return str(parse_image_reference(f"{path.lower()}{tag}{at}{digest}"))


# --- a link


def _of_link(text: str) -> str:
    """Return the image that the page is about."""
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        host, query = url.netloc.lower(), parse_qs(url.query, max_num_fields=20)
    except ValueError as error:
        raise DomainError(Reason.NO_IMAGE) from error
    parts = [part for part in unquote(url.path).split("/") if part]
    if host == "hub.docker.com":
        return _address(_of_docker_hub(parts))
    tag = query.get("tag", [""])[0]
    if host == "quay.io" and parts[:1] == ["repository"] and len(parts) >= 3:
        digest = parts[4] if parts[3:4] == ["manifest"] and len(parts) > 4 else ""
        return _address(_versioned("/".join(("quay.io", *parts[1:3])), tag, digest))
    if host == "github.com":
        return _address(_versioned(_of_github(parts), tag))
    # A name without a dot would be taken for a user of Docker Hub.
    if not any(mark in host for mark in ".:") and host != "localhost":
        raise DomainError(Reason.NO_IMAGE)
    return _address(_of_registry(url.netloc, parts))


def _of_docker_hub(parts: list[str]) -> str:
    match parts:
        case ["_", name, *_] | ["r" | "layers", "library", name] | ["r", "library", name, "tags", *_]:
            return name
        case ["r", user, name, *_] | ["repository", "docker", user, name, *_]:
            return f"{user}/{name}"
        case ["layers", user, name, tag, *_]:
            return f"{name if user == 'library' else f'{user}/{name}'}:{tag}"
        case ["layers", user, name]:
            return f"{user}/{name}"
    raise DomainError(Reason.NO_IMAGE)


def _of_github(parts: list[str]) -> str:
    """Return the package of the Container Registry of GitHub that the page is about."""
    match parts:
        case [owner, _, "pkgs", "container", *rest] if rest:
            return _without_id(owner, rest)
        case ["orgs" | "users", owner, "packages", "container", "package", *rest] if rest:
            return _without_id(owner, rest)
        case ["orgs" | "users", owner, "packages", "container", *rest] if rest:
            return _without_id(owner, rest)
    raise DomainError(Reason.NO_IMAGE)


def _without_id(owner: str, rest: list[str]) -> str:
    """Return the address; the number of a version behind its name is none that a registry knows."""
    named = rest[:-1] if len(rest) > 1 and rest[-1].isdigit() else rest
    named = [part for part in named if part not in ("versions", "settings")]
    return "/".join(("ghcr.io", owner, *named)).lower()


def _of_registry(host: str, parts: list[str]) -> str:
    """Return the image of an address of the distribution API, or of a plain address behind a scheme."""
    if parts[:1] == ["v2"]:
        match parts[1:]:
            case [*name, "manifests", version]:
                is_digest = ":" in version
                return _versioned("/".join((host, *name)), "" if is_digest else version, version if is_digest else "")
            case [*name, "tags", "list"]:
                return "/".join((host, *name))
    if not parts:
        raise DomainError(Reason.NO_IMAGE)
    return "/".join((host, *parts))


def _versioned(address: str, tag: str, digest: str = "") -> str:
    return f"{address}@{digest}" if digest else f"{address}:{tag}" if tag else address


# --- a command


def _is_command(text: str) -> bool:
    words = text.split(None, 6)
    while words and words[0] in ("$", "#", "sudo"):
        words = words[1:]
    return len(words) > 1 and words[0].rpartition("/")[2] in _PROGRAMS


def _command(text: str) -> Pasted:
    words, behind = _words(text)
    while words[0] in ("$", "#", "sudo"):
        words = words[1:]
    words = words[1:]
    if words[:1] in (["container"], ["image"]):
        words = words[1:]
    if words[:1] not in (["run"], ["pull"], ["create"]):
        raise DomainError(Reason.NO_IMAGE)
    pasted = _Reader().read(words[1:], takes_arguments=words[0] != "pull")
    return replace(pasted, left_out=_bounded((*pasted.left_out, *((behind,) if behind else ()))))


def _words(text: str) -> tuple[list[str], str]:
    """Return the words of the first command as a shell has them, and what stands behind it."""
    lexer = shlex.shlex(_CONTINUED.sub(" ", text), posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    words: list[str] = []
    try:
        for word in lexer:
            if word and not word.strip(_OPERATORS):
                # What it does is not looked at, and it may hold a password.
                return words, f"{word.strip()} …".strip() if next(lexer, None) else ""
            words.append(word)
    except ValueError as error:
        raise DomainError(Reason.OPEN_QUOTE) from error
    return words, ""


class _Reader:
    """Takes the words of one command in."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}
        self.ports: dict[tuple[int, str], None] = {}
        self.variables: dict[str, str | Secret] = {}
        self.left_out: list[str] = []

    def read(self, words: list[str], *, takes_arguments: bool) -> Pasted:
        """Return what the words behind `run` or `pull` ask for."""
        rest = iter(words)
        image = ""
        for word in rest:
            if word == "--":
                image = next(rest, "")
                break
            if not word.startswith("-") or word == "-":
                image = word
                break
            self._option(word, rest)
        if not image:
            raise DomainError(Reason.NO_IMAGE)
        behind = tuple(rest)
        if not takes_arguments:
            self.left_out += behind
        entry_point = self.told.get("entrypoint", "")
        return Pasted(
            _address(image),
            name=_name(self.told.get("name", "")),
            ports=tuple(self.ports),
            variables=tuple(self.variables.items()),
            command=(entry_point,) if entry_point else (),
            arguments=behind if takes_arguments else (),
            working_dir=self.told.get("workdir", ""),
            left_out=tuple(self.left_out),
        )

    def _option(self, word: str, rest: Iterator[str]) -> None:
        if not word.startswith("--"):
            self._short(word[1:], rest)
            return
        name, equals, value = word[2:].partition("=")
        if name in _FLAGS:
            self._leave(f"--{name}", name)
        else:
            self._take(f"--{name}", name, value if equals else next(rest, ""))

    def _short(self, letters: str, rest: Iterator[str]) -> None:
        """Take in letters that stand behind one hyphen: the first that has a value has all behind it."""
        for position, letter in enumerate(letters):
            name = _LONG.get(letter, letter)
            if letter not in _SHORT_FLAGS:
                value = letters[position + 1 :].removeprefix("=")
                self._take(f"-{letter}", name, value or next(rest, ""))
                return
            self._leave(f"-{letter}", name)

    def _take(self, shown: str, name: str, value: str) -> None:
        if not self._has_place(name, value):
            self._leave(shown, name, value)

    def _has_place(self, name: str, value: str) -> bool:
        """Take the option in and tell whether there is a place for it."""
        if name in ("publish", "expose"):
            return self._port(value)
        if name == "env":
            return self._variable(value)
        if name == "name":
            self.told[name] = value
            return bool(_name(value))
        if name == "entrypoint" or (name == "workdir" and value.startswith("/")):
            self.told[name] = value
            return bool(value)
        return False

    def _port(self, value: str) -> bool:
        """Take the port inside the container: that outside is none of a container group, which has its own address."""
        inside, _slash, protocol = value.rpartition(":")[2].partition("/")
        is_port = re.fullmatch(r"[0-9]{1,5}", inside) and limits.PORT_MIN <= int(inside) <= limits.PORT_MAX
        if not is_port or protocol.upper() not in ("", "TCP", "UDP") or len(self.ports) >= limits.PORTS_MAX:
            return False
        self.ports[int(inside), protocol.upper() or "TCP"] = None
        return True

    def _variable(self, value: str) -> bool:
        name, equals, content = value.partition("=")
        has_room = name in self.variables or len(self.variables) < limits.ENVIRONMENT_VARS_MAX
        if not equals or not limits.ENVIRONMENT_KEY.fullmatch(name) or not has_room:
            return False
        self.variables[name] = Secret(content) if sounds_secret(name) else content
        return True

    def _leave(self, shown: str, name: str, value: str = "") -> None:
        if name == "detach":
            # A container group always runs in the background.
            return
        told = value if name in _TOLD_VALUES else value.partition("=")[0] if name == "env" else ""
        self.left_out.append(f"{shown} {told}".strip())


def _name(text: str) -> str:
    """Return the name as containers may have one; "" where nothing is left of it."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:63].strip("-")


def _bounded(told: tuple[str, ...]) -> tuple[str, ...]:
    shown = tuple(each if len(each) <= SHOWN_MAX else f"{each[: SHOWN_MAX - 1]}…" for each in told[:LEFT_OUT_MAX])
    return (*shown, f"… +{len(told) - LEFT_OUT_MAX}") if len(told) > LEFT_OUT_MAX else shown
