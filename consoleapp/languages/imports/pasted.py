"""What people paste where an image is asked for: an address, a link to its page, a `docker pull` or `docker run`.

Only what has a place beside an image is taken; everything else is named in ``left_out``, never dropped silently. The
whole of a `docker run` is read in ``docker_run.py``.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.docker_options import PROGRAMS, Option, call_of, options
from consoleapp.languages.imports.docker_readers import variable_of
from consoleapp.languages.imports.docker_volumes import name_of
from consoleapp.languages.imports.docker_words import published
from consoleapp.languages.imports.image_links import LINK, image_address, image_of_link
from consoleapp.languages.imports.shell_words import INVISIBLE, OpenQuote, ShellWord, commands

TEXT_MAX: Final = 16 * 1024  # [ours] characters
LEFT_OUT_MAX: Final = 20  # [ours] things named; the rest is counted
SHOWN_MAX: Final = 60  # [ours] characters of one of them


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
    stripped = text.replace("\r\n", "\n").strip(INVISIBLE)
    if _is_command(stripped):
        return _command(stripped)
    stripped = stripped.strip("\"'`<>" + INVISIBLE).removeprefix("docker://")
    image = image_of_link(stripped) if LINK.match(stripped) else image_address(stripped)
    return Pasted(image, is_as_typed=image == text)


def _is_command(text: str) -> bool:
    words = text.split(None, 6)
    while words and words[0] in ("$", "#", "sudo"):
        words = words[1:]
    return len(words) > 1 and words[0].rpartition("/")[2] in PROGRAMS


def _command(text: str) -> Pasted:
    """Return what the first command asks for, and that there are others; what they do may hold a password."""
    try:
        found = commands(text, root=True)
    except OpenQuote as error:
        raise DomainError(Reason.OPEN_QUOTE) from error
    call = call_of(found[0]) if found else None
    if call is None or call.verb not in ("run", "pull", "create"):
        raise DomainError(Reason.NO_IMAGE)
    pasted = _read(call.words, takes_arguments=call.verb != "pull")
    behind = (f"{found[1].behind} …".strip(),) if len(found) > 1 else ()
    return replace(pasted, left_out=_bounded((*pasted.left_out, *behind)))


def _read(words: tuple[ShellWord, ...], *, takes_arguments: bool) -> Pasted:
    """Return what the words behind `run` or `pull` ask for."""
    given, image, behind = options(words)
    if not image:
        raise DomainError(Reason.NO_IMAGE)
    taken = _Taken()
    # A container group always runs in the background.
    left_out = [each.subject for each in given if not taken.take(each) and each.name != "detach"]
    arguments = tuple(map(str, behind))
    return Pasted(
        image_address(image),
        name=name_of(taken.told.get("name", ""), ""),
        ports=tuple(taken.ports),
        variables=tuple(taken.variables.items()),
        command=(taken.told["entrypoint"],) if "entrypoint" in taken.told else (),
        arguments=arguments if takes_arguments else (),
        working_dir=taken.told.get("workdir", ""),
        left_out=(*left_out, *(() if takes_arguments else arguments)),
    )


class _Taken:
    """What has a place beside an image."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}
        self.ports: dict[tuple[int, str], None] = {}
        self.variables: dict[str, str | Secret] = {}

    def take(self, option: Option) -> bool:
        """Take the option in and tell whether there is a place for it."""
        value = str(option.value)
        if option.name in ("publish", "expose"):
            return self._port(value)
        if option.name == "env":
            return self._variable(value)
        is_fine = {"entrypoint": bool(value), "workdir": value.startswith("/"), "name": bool(name_of(value, ""))}
        if not is_fine.get(option.name):
            return False
        self.told[option.name] = value
        return True

    def _port(self, value: str) -> bool:
        """Take the port inside the container: that outside is none of a container group, which has its own address."""
        ports = published(value)
        if ports is None or len(self.ports) + len(ports) > limits.PORTS_MAX:
            return False
        self.ports.update(dict.fromkeys(ports))
        return True

    def _variable(self, value: str) -> bool:
        name, content = variable_of(value)
        has_room = name in self.variables or len(self.variables) < limits.ENVIRONMENT_VARS_MAX
        if "=" not in value or not limits.ENVIRONMENT_KEY.fullmatch(name) or not has_room:
            return False
        self.variables[name] = content
        return True


def _bounded(told: tuple[str, ...]) -> tuple[str, ...]:
    shown = tuple(each if len(each) <= SHOWN_MAX else f"{each[: SHOWN_MAX - 1]}…" for each in told[:LEFT_OUT_MAX])
    return (*shown, f"… +{len(told) - LEFT_OUT_MAX}") if len(told) > LEFT_OUT_MAX else shown
