"""A `docker run` as a container group; podman and nerdctl have the same words.

How a text is split is in ``shell_words.py`` and ``docker_options.py``, what an option becomes in ``docker_readers.py``.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from consoleapp.domain.choices import DnsPolicy, RestartPolicy
from consoleapp.domain.container import Container, ContainerPort, EnvironmentVar, SecurityContext
from consoleapp.domain.errors import DomainError, _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import DnsConfig, DnsOption, HostAlias, Sysctl
from consoleapp.domain.schema import unchecked
from consoleapp.languages.imports.docker_health import readiness_probe
from consoleapp.languages.imports.docker_options import Call, call_of, options
from consoleapp.languages.imports.docker_readers import take
from consoleapp.languages.imports.docker_taken import ASKED, Taken, first_few
from consoleapp.languages.imports.docker_volumes import group_volumes, name_of
from consoleapp.languages.imports.docker_words import smallest_size
from consoleapp.languages.imports.image_links import image_address
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX, Choice, Imported, Note, NotReadable, refuse_large
from consoleapp.languages.imports.shell_words import INVISIBLE, Command, ShellWord, commands, has_root_prompt

OTHERS_MAX: Final = 50  # [ours] other commands that are named; the rest is counted
CHOICES_MAX: Final = 20  # [ours] as many containers as a group can have
_LINE: Final = re.compile(
    r"^[^\S\n]*(?:[^\s\"']{0,60}[$#%>❯][^\S\n]+|PS [^>\n]{0,200}>[^\S\n]*|[A-Za-z]:\\[^>\n]{0,200}>[^\S\n]*)?"
    r"(?:sudo[^\S\n]+(?:-\S{1,20}[^\S\n]+){0,3})?(?:\w{1,60}=\S{0,200}[^\S\n]+){0,5}(?:\S{0,100}[/\\])?"
    r"(?:docker|podman|nerdctl)(?:\.exe)?[^\S\n]+(?:-\S{1,100}[^\S\n]+(?:[^-\s]\S{0,100}[^\S\n]+)?){0,4}"
    r"(?:container[^\S\n]+)?(?:run|create)\b",
    re.MULTILINE,
)
# A key of YAML or the begin of JSON: the command is quoted in there.
_OTHER_LANGUAGE: Final = re.compile(r"(?:#[^\n]*\n\s*)*(?:[{\[]|---|[\w.-]{1,100}:(?:\s|$))")
_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9_./-]{1,40}", re.ASCII)

_OTHER: Final = _("Only one `docker run` is taken over: this command is not run.")
_OTHERS: Final = _("{count} further commands are not run.")
_OTHER_RUN: Final = _("Another container: choose it to take it over instead.")
_OF_PROGRAM: Final = _("Says how the program reaches its own server, which is none of a container group.")
_NO_RESTART: Final = _("Without --restart Docker does not start a container again that has ended: the policy is Never.")
_SIZE: Final = _("The container group gets {cpu} vCPU and {memory} GiB, the smallest size sold with as much.")
_NO_SIZE: Final = _("No container group is as large as that.")
_NAME: Final = _("Becomes {name}: names have lower-case letters, digits and hyphens only.")
_IMAGE: Final = _("Becomes {image}: the name of a repository has no capitals.")


def recognizes(text: str) -> bool:
    """Tell whether a line of the text is a `docker run` or `create`, and the text is no YAML or JSON around one."""
    return _LINE.search(text[:TEXT_BYTES_MAX].replace("\r", "")) is not None and not _OTHER_LANGUAGE.match(
        text.lstrip()
    )


def read(text: str, chosen: Collection[str] | None = None) -> Imported:
    """Return the group of the chosen `docker run`, the first unless chosen. Raise NotReadable and nothing else."""
    refuse_large(text)
    found, runs = _runs(text.lstrip(INVISIBLE.replace("\n", "")))
    if not runs:
        raise NotReadable(_("No docker run is in it."))
    position = next((each for number, each in enumerate(runs, 1) if str(number) in (chosen or ())), next(iter(runs)))
    made, taken = _group(runs[position])
    taken.left_out += _others(found, runs, position)
    return Imported(made, _in_order(taken.changed), _in_order(taken.left_out), _choices(runs, position))


def _runs(text: str) -> tuple[list[Command], dict[int, Call]]:
    """Return the commands of a text, and the calls of `run` or `create` among them by their positions."""
    for root in (False, True) if has_root_prompt(text) else (False,):
        found = commands(text, root=root)
        calls = {position: call for position, command in enumerate(found) if (call := call_of(command))}
        runs = {position: call for position, call in calls.items() if call.verb in ("run", "create")}
        if runs:
            break
    return found, runs


def _in_order(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: note.line or 0))


def _choices(runs: dict[int, Call], position: int) -> tuple[Choice, ...]:
    if len(runs) < 2:
        return ()
    return tuple(
        Choice(str(number), str(options(call.words)[1] or "")[:200], each == position)
        for number, (each, call) in enumerate(list(runs.items())[:CHOICES_MAX], 1)
    )


def _others(found: Sequence[Command], runs: dict[int, Call], taken: int) -> list[Note]:
    """Name the commands that are not taken; by their first words, the others may hold a password."""
    others = [(position, command) for position, command in enumerate(found) if position != taken]
    notes = [
        Note(_called(command), _OTHER_RUN if position in runs else _OTHER, {}, command.words[0].line)
        for position, command in others[:OTHERS_MAX]
    ]
    if len(others) > OTHERS_MAX:
        line = others[OTHERS_MAX][1].words[0].line
        notes.append(Note("…", _OTHERS, {"count": len(others) - OTHERS_MAX}, line))
    return notes


def _called(command: Command) -> str:
    call = call_of(command)
    if call is not None:
        verb = call.verb if _PLAIN_WORD.fullmatch(call.verb) else ""
        return f"docker {verb}".strip()
    first = command.words[0]
    name, equals, _value = first.partition("=")
    word = f"{name}=" if equals else name
    return f"{command.behind} {word if _PLAIN_WORD.fullmatch(name) else '…'}".strip()


def _group(call: Call) -> tuple[ContainerGroupSpec, Taken]:
    taken = Taken()
    for word in call.before:
        if word.startswith("-"):
            taken.left_out.append(Note(word.partition("=")[0], _OF_PROGRAM, {}, word.line))
    given, image, arguments = options(call.words)
    for option in given:
        take(taken, option)
    if not image:
        raise NotReadable(_("No image is named in it."), call.line)
    if "restart_policy" not in taken.group:
        taken.group["restart_policy"] = RestartPolicy.NEVER.value
        taken.changed.append(Note(f"docker {call.verb}", _NO_RESTART, {}, call.line))
    container = _container(taken, image, arguments)
    volumes, mounts, changed, left_out = group_volumes(taken.mounts)
    taken.changed += changed
    taken.left_out += left_out
    _sizes(taken)
    values = {
        "region_id": "",
        # The cloud wants two characters of a group and one of a container.
        "container_group_name": container["name"] if len(container["name"]) > 1 else f"{container['name']}-group",
        "containers": (unchecked(Container, {**container, "volume_mounts": mounts}),),
        "volumes": volumes,
        **taken.group,
        **_names(taken),
    }
    return unchecked(ContainerGroupSpec, values), taken


def _container(taken: Taken, image: ShellWord, arguments: tuple[ShellWord, ...]) -> dict[str, Any]:
    for word in (image, *arguments):
        if word.asked:
            asked = first_few(word.asked)
            taken.changed.append(Note(asked, ASKED, {"variables": asked}, word.line))
    address = _image(taken, image)
    security = {**taken.security, "capabilities_add": tuple(taken.lists.get("cap-add", ()))}
    return {
        "name": _name(taken, address),
        "image": address,
        "args": tuple(map(str, arguments)),
        "environment_vars": tuple(
            unchecked(EnvironmentVar, {"key": key, "value": value}) for key, value in taken.variables.items()
        ),
        "ports": tuple(unchecked(ContainerPort, {"port": port, "protocol": word}) for port, word in taken.ports),
        "security_context": unchecked(SecurityContext, security),
        "readiness_probe": readiness_probe(taken),
        **taken.container,
    }


def _image(taken: Taken, image: ShellWord) -> str:
    """Return the address; one that is none as it is, to be marked at its field."""
    try:
        address = image_address(image)
    except DomainError:
        return str(image)
    if address != image:
        taken.changed.append(Note(str(image), _IMAGE, {"image": address}, image.line))
    return address


def _name(taken: Taken, address: str) -> str:
    last = re.split(r"[@:]", address.rpartition("/")[2])[0]
    named = taken.named
    # With a variable in it, it is not a name.
    given = "" if named is None or named.asked else str(named.value)
    name = name_of(given, "") or name_of(last, "container")
    if named is not None and name != named.value:
        taken.change(named, _NAME, name=name)
    return name


def _sizes(taken: Taken) -> None:
    """Give the group the smallest size that its container fits into."""
    if not taken.sizes:
        return
    cpu, memory = taken.container.get("cpu"), taken.container.get("memory_gib")
    size = smallest_size(cpu, memory)
    subject, line = " ".join(option.subject for option in taken.sizes), taken.sizes[0].line
    if size is None:
        taken.group |= {"cpu": cpu, "memory_gib": memory}
        taken.changed.append(Note(subject, _NO_SIZE, {}, line))
        return
    taken.group |= {"cpu": size.cpu, "memory_gib": size.memory_gib}
    if (size.cpu, size.memory_gib) != (cpu, memory):
        told = {"cpu": f"{size.cpu:f}", "memory": f"{size.memory_gib:f}"}
        taken.changed.append(Note(subject, _SIZE, told, line))


def _names(taken: Taken) -> dict[str, Any]:
    """Return what the container finds around it: name servers, host aliases, kernel parameters."""
    lists = taken.lists
    dns = {
        "name_servers": tuple(lists.get("dns", ())),
        "searches": tuple(lists.get("dns-search", ())),
        "options": tuple(
            unchecked(DnsOption, {"name": name, "value": value})
            for name, _colon, value in (word.partition(":") for word in lists.get("dns-option", ()))
        ),
    }
    aliases: dict[str, list[str]] = {}
    for address, _blank, name in (word.partition(" ") for word in lists.get("add-host", ())):
        aliases.setdefault(address, []).append(name)
    return {
        "dns_config": unchecked(DnsConfig, dns),
        "dns_policy": DnsPolicy.NONE.value if dns["name_servers"] else "",
        "host_aliases": tuple(
            unchecked(HostAlias, {"ip": address, "host_names": tuple(names)}) for address, names in aliases.items()
        ),
        "sysctls": _sysctls(lists.get("sysctl", ())),
        "host_sysctls": _sysctls(lists.get("host-sysctl", ())),
    }


def _sysctls(words: Collection[str]) -> tuple[Sysctl, ...]:
    """Return kernel parameters; of two with one name the last one."""
    return tuple(
        unchecked(Sysctl, {"name": name, "value": value})
        for name, value in dict(word.partition("=")[::2] for word in words).items()
    )
