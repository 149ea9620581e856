"""Services of a Compose file as one container group: they share its volumes and start together.

What the group has once is in ``compose_values.py``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from consoleapp.domain.container import NOT_OF_INIT, Container, InitContainer, SecurityContext
from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import ConfigFile, ConfigFileVolume, Volume
from consoleapp.languages.imports.compose_parts import Notes
from consoleapp.languages.imports.compose_service import Service
from consoleapp.languages.imports.compose_shared import COMPLETED, HEALTHY, Shared
from consoleapp.languages.imports.compose_values import Member, size_of_group, values_of_group
from consoleapp.languages.imports.docker_volumes import NAME_MAX, GroupVolumes, name_of


def group_of(name: str, services: list[tuple[Service, Shared]], notes: Notes) -> ContainerGroupSpec:
    """Return the group of the services. ``name`` is what the file calls it, "" for nothing."""
    members = _members(services, notes)
    first = _runs_before(members)
    rest = [member for member in members if member not in first]
    _tell_order(members, first, notes)
    volumes = GroupVolumes()
    inits = tuple(_container(member, InitContainer, volumes, notes) for member in first)
    containers = tuple(_container(member, Container, volumes, notes) for member in rest)
    _tell_clashes(rest, notes)
    values = {
        "container_group_name": _group_name(name, members),
        "volumes": _volumes(volumes, [*first, *rest], (*inits, *containers), notes),
        "containers": containers,
        "init_containers": inits,
        **values_of_group(members, rest, notes),
        **size_of_group(containers, inits, notes),
    }
    return unchecked(ContainerGroupSpec, values)


def _group_name(name: str, members: list[Member]) -> str:
    made = name_of(name or (members[0].key if members else ""), "compose")
    # A group's name has two letters.
    return made if len(made) > 1 else f"{made}-group"


def _members(services: list[tuple[Service, Shared]], notes: Notes) -> list[Member]:
    taken: set[str] = set()
    members = []
    for service, shared in services:
        wanted = name_of(service.key, "container")
        number, name = 2, wanted
        while name in taken:
            name, number = f"{wanted[: NAME_MAX - 4].rstrip('-')}-{number}", number + 1
        taken.add(name)
        members.append(Member(service, shared, name))
        if name != service.key:
            notes.change(service.part.subject, _("The container is called {name}."), service.part.tree.line, name=name)
    return members


# --- the order of the start


def _runs_before(members: list[Member]) -> list[Member]:
    """Return those that others wait for until they have ended, in the order in which they can run.

    One that itself needs a running service cannot be an init container: it would wait for what starts after it.
    """
    known = {member.key for member in members}
    waited = {name for member in members for name, condition in member.shared.needs.items() if condition == COMPLETED}
    left = {member: member.shared.needs.keys() & known for member in members if member.key in waited}
    first: dict[str, Member] = {}
    while found := [member for member, needs in left.items() if needs <= first.keys()]:
        for member in found:
            first[member.key] = member
            del left[member]
    return list(first.values()) if len(first) < len(members) else []


def _tell_order(members: list[Member], first: list[Member], notes: Notes) -> None:
    known, before = {member.key for member in members}, {member.key for member in first}
    for member in members:
        for other, condition in member.shared.needs.items():
            key = "depends_on" if "depends_on" in member.service.part.tree else "links"
            subject, line = f"{member.subject}.{key}: {other}", member.line_of(key)
            params = {"name": member.key, "other": other}
            if other in before:
                notes.change(
                    subject, _("{other} becomes an init container, which ends before others start."), line, other=other
                )
            elif other not in known:
                notes.leave(
                    subject, _("{other} is not in the group: {name} has to reach it elsewhere."), line, **params
                )
            elif condition == COMPLETED:
                says = _(
                    "{other} needs running containers itself, so it cannot be an init container: all start together, "
                    "and {name} has to try again until it is done."
                )
                notes.leave(subject, says, line, **params)
            else:
                says = (
                    _("All containers start together, whatever the check of {other} says: {name} has to try again.")
                    if condition == HEALTHY
                    else _("All containers start together: {name} has to try again until {other} answers.")
                )
                notes.leave(subject, says, line, **params)


# --- the containers


def _container(member: Member, record: type[Any], volumes: GroupVolumes, notes: Notes) -> Any:
    service = member.service
    values: dict[str, Any] = {"image": "", **service.values, "name": member.name}
    values["volume_mounts"] = volumes.add(service.mounts)
    says = _("An init container, which {name} becomes, has nothing like it: it was left out.")
    for name in values.keys() - fields_of(record).keys():
        key = service.keys[name]
        del values[name]
        notes.leave(f"{member.subject}.{key}", says, member.line_of(key), name=member.key)
    context = values.get("security_context")
    if record is InitContainer and context is not None:
        for name in NOT_OF_INIT:
            if getattr(context, name) not in (None, False):
                key = "privileged" if name == "privileged" else "user"
                notes.leave(f"{member.subject}.{key}", says, member.line_of(key), name=member.key)
        kept = {name: getattr(context, name) for name in fields_of(SecurityContext) if name not in NOT_OF_INIT}
        values["security_context"] = unchecked(SecurityContext, kept)
    return unchecked(record, values)


def _volumes(
    volumes: GroupVolumes, members: list[Member], containers: Iterable[Any], notes: Notes
) -> tuple[Volume, ...]:
    """Return the volumes, with the texts of configs and secrets that the file has."""
    texts: dict[str, Secret] = {}
    told: set[str] = set()
    for member, container in zip(members, containers, strict=True):
        known = member.service.texts
        told.update(mount.subject for mount in member.service.mounts if mount.target in known)
        texts.update(
            (mount.sub_path, known[mount.mount_path]) for mount in container.volume_mounts if mount.mount_path in known
        )
    notes.changed += [note for note in volumes.changed if note.subject not in told]
    notes.left_out += volumes.left_out
    return tuple(
        _with_texts(volume, texts) if isinstance(volume, ConfigFileVolume) else volume for volume in volumes.volumes
    )


def _with_texts(volume: ConfigFileVolume, texts: Mapping[str, Secret]) -> ConfigFileVolume:
    files = tuple(
        unchecked(ConfigFile, {"path": file.path, "content": texts.get(file.path, file.content), "mode": file.mode})
        for file in volume.config_files
    )
    return unchecked(ConfigFileVolume, {"name": volume.name, "config_files": files})


def _tell_clashes(members: list[Member], notes: Notes) -> None:
    taken: dict[tuple[int, str], str] = {}
    for member in members:
        for port in member.service.values.get("ports", ()):
            other = taken.setdefault((port.port, port.protocol), member.key)
            if other != member.key:
                says = _("{other} has port {port} too, and both share one address: let one of them listen elsewhere.")
                notes.change(f"{member.subject}.ports", says, member.line_of("ports"), other=other, port=port.port)
