"""One service of a Compose file as a container: its image, command, environment and ports.

Sizes, rights and checks stand in ``compose_runtime.py``, files and volumes in ``compose_mounts.py``. What a group has
once for all of its containers is in ``compose_group.py``.
"""

import re
import shlex
from dataclasses import dataclass, field
from typing import Any, Final

from consoleapp.domain import limits
from consoleapp.domain.choices import ImagePullPolicy
from consoleapp.domain.container import ContainerPort, EnvironmentVar
from consoleapp.domain.errors import _
from consoleapp.domain.schema import unchecked
from consoleapp.domain.secret import Secret, sounds_secret
from consoleapp.languages.imports import docker_words
from consoleapp.languages.imports.compose_keys import HARMLESS
from consoleapp.languages.imports.compose_parts import UNREAD, Part
from consoleapp.languages.imports.docker_words import Mount
from consoleapp.languages.imports.yaml_tree import Listed, Sort, Word

_BEHIND_NAME: Final = re.compile(r"[\s:]")
_PULL: Final = {
    "always": ImagePullPolicy.ALWAYS,
    "never": ImagePullPolicy.NEVER,
    "missing": ImagePullPolicy.IF_NOT_PRESENT,
    "if_not_present": ImagePullPolicy.IF_NOT_PRESENT,
}


@dataclass
class Service:
    """What one service asks for.

    ``values`` are those of the fields of a container, ``keys`` the keys below the service that they come from.
    ``texts`` are those of configs and secrets, where the file has them, by the path where they are mounted.
    """

    key: str
    part: Part
    deploy: Part
    values: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    mounts: list[Mount] = field(default_factory=list)
    texts: dict[str, Secret] = field(default_factory=dict)

    def put(self, name: str, value: Any, key: str) -> None:
        """Take a value in, where there is any."""
        if value not in (None, "", (), False):
            self.values[name], self.keys[name] = str(value) if isinstance(value, Word) else value, key


def read_service(service: Service) -> None:
    """Take in the image, the command, the environment and the ports."""
    _read_image(service)
    _read_command(service)
    _read_environment(service)
    _read_ports(service)


def _read_image(service: Service) -> None:
    part = service.part
    image = part.word("image")
    service.put("image", image, "image")
    if "build" in part.tree and part.take("build") is not None:
        says = (
            _("Nothing is built here: the image {image} is taken as it is in its registry.")
            if image
            else _("Nothing is built here: push the image to a registry and enter its address.")
        )
        part.leave("build", says, **({"image": image} if image else {}))
    elif not image:
        part.notes.leave(f"{part.subject}.image", _("The service names no image: enter its address."), part.tree.line)
    pull = part.word("pull_policy")
    if pull and pull in _PULL:
        service.put("image_pull_policy", _PULL[pull].value, "pull_policy")
    elif pull:
        part.leave("pull_policy", _("An image is pulled always, never, or if it is not there: it was left out."))


def _read_command(service: Service) -> None:
    for key, name in (("entrypoint", "commands"), ("command", "args")):
        words = command_of(service.part, key)
        if words == ():
            service.part.leave(key, _("An empty one cannot be asked for: that of the image is used."))
        service.put(name, words, key)


def command_of(part: Part, key: str) -> tuple[str, ...] | None:
    """Return the words of a list, or of a text as a shell splits it; None where there are none or they are unread."""
    value = part.take(key)
    if value is None:
        return None
    if isinstance(value, Word):
        try:
            return tuple(shlex.split(value))
        except ValueError:
            part.leave(key, _("A quotation mark or backslash is open at its end: it was left out."))
            return None
    if isinstance(value, Listed) and all(isinstance(each, Word) for each in value):
        return tuple(map(str, value))
    part.leave(key, UNREAD)
    return None


# --- the environment


def _read_environment(service: Service) -> None:
    part = service.part
    found: dict[str, EnvironmentVar] = {}
    for name, word, line in part.pairs("environment"):
        # Behind a blank or colon, a mistake may have put the value.
        subject = f"{part.subject}.environment.{_BEHIND_NAME.split(name)[0]}"
        if not limits.ENVIRONMENT_KEY.fullmatch(name):
            says = _("The cloud takes variables of letters, digits and underscores alone: it was left out.")
            part.notes.leave(subject, says, line)
            continue
        if word is None:
            part.notes.change(subject, _("It has no value in the file: enter one, or remove the variable."), line)
        elif _is_rewritten(word):
            part.notes.change(subject, _("It is kept as it is written; Compose may write it in another way."), line)
        text = str(word or "")
        found[name] = unchecked(EnvironmentVar, {"key": name, "value": Secret(text) if sounds_secret(name) else text})
    service.put("environment_vars", tuple(found.values()), "environment")
    for below, word in part.parts("env_file"):
        path = below.word("path") if word is None else word
        below.take("required"), below.take("format")
        below.leave_rest()
        says = _("The file {path} is not here: paste its lines into the environment variables of {name}.")
        part.leave("env_file", says, path=str(path or ""), name=service.key)


def _is_rewritten(word: Word) -> bool:
    """Tell whether Compose prints a number or boolean in another way than it is written."""
    if word.sort is Sort.BOOLEAN:
        return word != word.lower()
    return word.sort is Sort.NUMBER and not (word.isdecimal() and (word == "0" or not word.startswith("0")))


# --- ports


def _read_ports(service: Service) -> None:
    part = service.part
    found: dict[tuple[int, str], None] = {}
    for below, word in part.parts("ports"):
        _take_ports(service, "ports", word if word is not None else _long_port(below), found)
    for below, word in part.parts("expose"):
        below.leave_rest()
        _take_ports(service, "expose", word, found)
    ports = tuple(unchecked(ContainerPort, {"port": port, "protocol": protocol}) for port, protocol in found)
    service.put("ports", ports, "ports")


def _take_ports(service: Service, key: str, word: Word | None, found: dict[tuple[int, str], None]) -> None:
    part = service.part
    ports = docker_words.published(word) if word else None
    subject, line = f"{part.subject}.{key}", getattr(word, "line", None) or part.tree.lines.get(key)
    if ports is None:
        says = _("No TCP or UDP port of the container can be read from it: it was left out.")
        part.notes.leave(f"{subject}: {word}" if word else subject, says, line)
        return
    found.update(dict.fromkeys(ports))
    outside, _colon, inside = str(word).rpartition(":")
    if outside and outside != inside.partition("/")[0]:
        says = _("A group maps no ports: it is reached at {inside}, from wherever the security group admits.")
        part.notes.change(f"{subject}: {word}", says, line, inside=inside)


def _long_port(below: Part) -> Word | None:
    """Return a port of the long form as the short form has it."""
    target, published, address = (below.word(key) for key in ("target", "published", "host_ip"))
    protocol = below.word("protocol")
    for key in ("mode", "name", "app_protocol"):
        if below.take(key) is not None:
            below.leave(key, HARMLESS)
    below.leave_rest()
    if not target:
        return None
    outside = ":".join(each for each in (address, published) if each)
    text = f"{outside}:{target}" if outside else target
    return Word.of(f"{text}/{protocol}" if protocol and protocol != "tcp" else text, target.line)
