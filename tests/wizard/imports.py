"""A kind of text that only tests know: a word a line, and what it is about. `fake` is its first line.

service web          begins a container; there may be several to choose from
image nginx:1.29
env NAME=value       secret where the name sounds so
port 80
lost --gpus          left out
changed --memory     changed
bad                  cannot be read
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import unchecked
from consoleapp.domain.secret import Secret, sounds_secret
from consoleapp.domain.spec import Container, ContainerPort, EnvironmentVar, ImageRegistryCredential
from consoleapp.languages.imports.imported import Choice, Imported, Note, NotReadable
from consoleapp.languages.imports.sources import Source


def _recognizes(text: str) -> bool:
    return text.startswith("fake")


def _read(text: str, chosen: Collection[str] | None) -> Imported:
    services: dict[str, dict[str, Any]] = {}
    group: dict[str, Any] = {}
    notes: dict[str, list[Note]] = {"lost": [], "changed": []}
    for number, line in enumerate(text.split("\n"), start=1):
        word, _blank, about = line.partition(" ")
        if word == "bad":
            raise NotReadable(_("{what} cannot be read."), number, what="This line")
        if word == "service":
            services[about] = {"name": about, "environment_vars": (), "ports": ()}
        elif word in notes:
            notes[word].append(Note(about, SAYS[word], {"what": about}, number))
        else:
            _read_group(group, word, about)
            _read_container(next(reversed(services.values()), {}), word, about)
    taken = [name for name in services if chosen is None or name in chosen]
    containers = tuple(unchecked(Container, services[name]) for name in taken)
    choices = tuple(Choice(name, f"Service {name}", name in taken) for name in services) if len(services) > 1 else ()
    spec = unchecked(ContainerGroupSpec, {**group, "containers": containers})
    several = "one of" not in text
    return Imported(spec, tuple(notes["changed"]), tuple(notes["lost"]), choices, takes_several=several)


def _read_group(group: dict[str, Any], word: str, about: str) -> None:
    if word == "login":
        values = {"server": about, "user_name": "demo", "password": Secret("")}
        group["image_registry_credentials"] = (unchecked(ImageRegistryCredential, values),)
    if word in ("restart_policy", "region_id", "container_group_name", "security_group_id"):
        group[word] = about
    if word in ("cpu", "memory_gib"):
        group[word] = Decimal(about)
    if word == "vswitch_ids":
        group[word] = (about,)


def _read_container(container: dict[str, Any], word: str, about: str) -> None:
    if word == "image":
        container["image"] = about
    if word == "port":
        container["ports"] += (unchecked(ContainerPort, {"port": int(about)}),)
    if word == "env":
        key, _equals, value = about.partition("=")
        values = {"key": key, "value": Secret(value) if sounds_secret(key) else value}
        container["environment_vars"] += (unchecked(EnvironmentVar, values),)
    if word == "ref":
        container["environment_vars"] += (unchecked(EnvironmentVar, {"key": "REF", "field_path": about}),)


SAYS = {"lost": _("A container group has no such thing as {what}."), "changed": _("{what} is rounded.")}
FAKE = Source("fake", "Fake notes", _recognizes, _read)
OTHER = Source("other", "Other notes", lambda text: text.startswith("other"), _read)
