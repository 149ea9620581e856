"""What the Confirm page says, made from the container group that will be sent and from nothing else.

Names of networks come from the lists the cloud gave; where they are missing, ids are shown. The request as such is
web/request_text.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consoleapp.domain.credentials import (
    EnterpriseDomain,
    Requirement,
    RequirementReason,
    requirement,
)
from consoleapp.domain.image import ImageSource, parse_image_reference, source_of
from consoleapp.domain.limits import SYSTEM_PORTS
from consoleapp.domain.reachability import SENTENCES as WAY_OUT_SENTENCES
from consoleapp.domain.secret import Secret
from consoleapp.domain.sizes import billed_size
from consoleapp.domain.spec import Container, ContainerGroupSpec, ContainerParts, ImagePullPolicy, Probe
from consoleapp.web.templatetags.console import amount
from consoleapp.wizard.mapping.places import Place, place_of_path
from consoleapp.wizard.mapping.volumes import DRIVERS, KINDS
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data

Text = str | Promise
CHANGE: Final = gettext_lazy("Change")


@dataclass(frozen=True)
class Row:
    """One line: what, and which value."""

    label: Text
    value: Text
    mono: bool = False
    hint: Text = ""


@dataclass(frozen=True)
class Section:
    """A group of lines and where they are edited."""

    title: Text
    rows: tuple[Row, ...]
    place: Place


@dataclass(frozen=True)
class ImageLine:
    """A container, its image, and what is known about pulling it; `kind` colours the proof."""

    name: str
    is_init: bool
    image: str
    proof: Text
    kind: str
    detail: Text
    facts: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Notice:
    """Something to know before the order. `place` is where it can be changed, `action` what the link says."""

    title: Text
    text: Text
    place: Place
    action: Text = CHANGE


@dataclass(frozen=True)
class Summary:
    """The whole page."""

    name: str
    size: str
    region_id: str
    head: Section
    images: tuple[ImageLine, ...]
    sections: tuple[Section, ...]
    warnings: tuple[Notice, ...] = field(default=())


# What each requirement amounts to where no credential was entered.
_PROOFS: Final[dict[RequirementReason, tuple[Text, str]]] = {
    RequirementReason.COMMON_IMAGE: (gettext_lazy("Offered by ECI"), "ok"),
    RequirementReason.DOCKER_OFFICIAL: (gettext_lazy("Docker official image"), "ok"),
    RequirementReason.DOCKER_HUB_PUBLIC: (gettext_lazy("Taken as public, not checked"), ""),
    RequirementReason.ACR_PERSONAL: (gettext_lazy("Same account, no credential needed"), "ok"),
    RequirementReason.ACR_ENTERPRISE: (gettext_lazy("Same account, no credential needed"), "ok"),
    RequirementReason.ACR_ENTERPRISE_CUSTOM_DOMAIN: (gettext_lazy("Through its instance, no credential needed"), "ok"),
    RequirementReason.ACR_ENTERPRISE_OTHER_REGION: (gettext_lazy("Through its instance, no credential needed"), "ok"),
    RequirementReason.ACR_ENTERPRISE_OTHER_ACCOUNT: (gettext_lazy("Through role ARNs, not checked"), ""),
    RequirementReason.PROVED_ANONYMOUS: (gettext_lazy("Everybody may read it"), "ok"),
}


def summarise(spec: ContainerGroupSpec, data: Data, network: NetworkChoices | None) -> Summary:
    """The page for this spec; `data` is only asked where a value is edited."""
    return Summary(
        name=spec.container_group_name,
        size=size_text(spec),
        region_id=spec.region_id,
        head=Section(spec.container_group_name, tuple(_head_rows(spec, network)), Place("basic")),
        images=tuple(_images(spec, data)),
        sections=tuple(section for section in _sections(spec, data) if section.rows),
        warnings=tuple(_warnings(spec, data, network)),
    )


def size_text(spec: ContainerGroupSpec) -> str:
    """The size that is billed."""
    if spec.cpu is None or spec.memory_gib is None:
        return spec.instance_type
    size = billed_size(spec.cpu, spec.memory_gib, spec.region_id)
    return f"{amount(size.cpu)} vCPU · {amount(size.memory_gib)} GiB"


# --- the group


def _head_rows(spec: ContainerGroupSpec, network: NetworkChoices | None) -> Iterator[Row]:
    yield from _network_rows(spec, network)
    yield Row(_("Elastic IP"), _eip_text(spec))
    words = {"Always": _("Always"), "OnFailure": _("On failure"), "Never": _("Never")}
    yield Row(_("Restart policy"), words.get(spec.restart_policy, spec.restart_policy))
    if spec.cpu is not None and spec.memory_gib is not None:
        asked = f"{amount(spec.cpu)} vCPU · {amount(spec.memory_gib)} GiB"
        if asked != size_text(spec):
            hint = _("asked for %(asked)s, which is not sold") % {"asked": asked}
            yield Row(_("Billed size"), size_text(spec), hint=hint)
    if spec.compute_categories:
        yield Row(_("Compute category"), ", ".join(spec.compute_categories))
    if spec.cpu_architecture:
        yield Row(_("CPU architecture"), spec.cpu_architecture)
    yield Row(_("Image cache"), _("matched automatically") if spec.auto_match_image_cache else _("not used"))
    if spec.ephemeral_storage_gib:
        yield Row(_("Ephemeral storage"), _("%d GiB more than the free 30 GiB") % spec.ephemeral_storage_gib)


def _network_rows(spec: ContainerGroupSpec, network: NetworkChoices | None) -> Iterator[Row]:
    vpc = network.vpc if network else None
    if vpc is not None:
        yield Row(_("VPC"), vpc.name or vpc.vpc_id, hint=vpc.vpc_id if vpc.name else "")
    known = {each.vswitch_id: each for each in network.vswitches} if network else {}
    names = [
        f"{known[each].name or each} ({known[each].zone_id})" if each in known else each for each in spec.vswitch_ids
    ]
    yield Row(ngettext("vSwitch", "vSwitches", len(names)), ", ".join(names) or _("the default one"))
    groups = {each.security_group_id: each for each in network.security_groups} if network else {}
    group = groups.get(spec.security_group_id)
    shown = group.name if group and group.name else spec.security_group_id
    yield Row(_("Security group"), shown or _("the default one"), hint=spec.security_group_id if group else "")
    if spec.schedule_strategy:
        yield Row(_("Choice among vSwitches"), spec.schedule_strategy)


def _eip_text(spec: ContainerGroupSpec) -> str:
    if spec.auto_create_eip:
        return _("created with the group, %d Mbit/s, billed by traffic") % (spec.eip_bandwidth_mbps or 5)
    return spec.eip_instance_id or _("none")


# --- images


def requirements(spec: ContainerGroupSpec) -> Iterator[tuple[str, ContainerParts, Requirement]]:
    """(path, container, what its image needs) of every container of the group."""
    domains = {
        domain.lower(): EnterpriseDomain(info.instance_id, info.region_id or spec.region_id, not info.arn_user)
        for info in spec.acr_registry_infos
        for domain in info.domains
    }
    hosts = {credential.server for credential in spec.image_registry_credentials}
    for path, container in spec.all_containers:
        reference = parse_image_reference(container.image)
        private = source_of(reference) is ImageSource.DOCKER_HUB and reference.registry_host in hosts
        yield (
            path,
            container,
            requirement(reference, region_id=spec.region_id, private_docker_hub=private, enterprise_domains=domains),
        )


def _images(spec: ContainerGroupSpec, data: Data) -> Iterator[ImageLine]:
    users = {credential.server: credential.user_name for credential in spec.image_registry_credentials}
    for path, container, asked in requirements(spec):
        proof, kind = _PROOFS.get(asked.reason, (_("Not checked"), "warn"))
        detail = ""
        if asked.server in users and asked.credential_allowed:
            proof, kind = _("Credential entered, not checked"), "warn"
            detail = _("as %(user)s at %(host)s") % {"user": users[asked.server], "host": asked.server}
        yield ImageLine(
            name=container.name,
            is_init=path.startswith("init_"),
            image=container.image,
            proof=proof,
            kind=kind,
            detail=detail,
            facts=tuple(_facts(container)),
            place=place_of_path(data, f"{path}.image"),
        )


def _facts(container: ContainerParts) -> Iterator[str]:
    if container.cpu or container.memory_gib:
        yield " · ".join(
            part
            for part in (
                f"{amount(container.cpu)} vCPU" if container.cpu else "",
                f"{amount(container.memory_gib)} GiB" if container.memory_gib else "",
            )
            if part
        )
    if container.ports:
        yield _("ports %s") % ", ".join(f"{port.port}/{port.protocol}" for port in container.ports)
    if container.environment_vars:
        count, hidden = len(container.environment_vars), _secret_count(container)
        text = ngettext("%(count)d variable", "%(count)d variables", count) % {"count": count}
        yield f"{text}, {_('%d secret') % hidden}" if hidden else text
    if container.volume_mounts:
        yield ", ".join(f"{mount.name} → {mount.mount_path}" for mount in container.volume_mounts)
    if container.commands or container.args:
        yield _("runs %s") % " ".join((*container.commands, *container.args))
    if container.working_dir:
        yield _("in %s") % container.working_dir
    if container.image_pull_policy not in ("", ImagePullPolicy.IF_NOT_PRESENT):
        yield _("pull policy %s") % container.image_pull_policy
    if isinstance(container, Container):
        yield from _probe_facts(container)


def _secret_count(container: ContainerParts) -> int:
    return sum(1 for variable in container.environment_vars if isinstance(variable.value, Secret))


def _probe_facts(container: Container) -> Iterator[str]:
    if container.liveness_probe:
        yield _("liveness: %s") % _probe_text(container.liveness_probe)
    if container.readiness_probe:
        yield _("readiness: %s") % _probe_text(container.readiness_probe)


def _probe_text(probe: Probe) -> str:
    if probe.http_get:
        return f"HTTP {probe.http_get.path or '/'} :{probe.http_get.port}"
    if probe.tcp_socket:
        return f"TCP :{probe.tcp_socket.port}"
    return " ".join(probe.exec_commands)


# --- the rest


def _sections(spec: ContainerGroupSpec, data: Data) -> Iterator[Section]:
    place = place_of_path(data, "volumes.0.name") if spec.volumes else Place("basic")
    yield Section(_("Volumes"), tuple(Row(volume.name, _volume_kind(volume)) for volume in spec.volumes), place)
    yield Section(_("Registry access"), tuple(_access_rows(spec)), Place("other"))
    yield Section(_("Other settings"), tuple(_other_rows(spec)), Place("other"))


def _volume_kind(volume: object) -> Text:
    driver = getattr(volume, "driver", "")
    names = {str(value): kind for kind, value in DRIVERS.items()}
    return KINDS.get(names.get(driver, type(volume).__name__), type(volume).__name__)


def _access_rows(spec: ContainerGroupSpec) -> Iterator[Row]:
    for credential in spec.image_registry_credentials:
        yield Row(credential.server, _("as %(user)s, password stored") % {"user": credential.user_name})
    for info in spec.acr_registry_infos:
        yield Row(_("Without a secret"), info.instance_id or info.arn_service, mono=True, hint=", ".join(info.domains))
    if spec.plain_http_registries:
        yield Row(_("On plain HTTP"), ", ".join(spec.plain_http_registries), mono=True)
    if spec.insecure_registries:
        yield Row(_("With a self-issued certificate"), ", ".join(spec.insecure_registries), mono=True)


def _other_rows(spec: ContainerGroupSpec) -> Iterator[Row]:
    seconds = _("%d seconds")
    named: tuple[tuple[Text, str], ...] = (
        (_("RAM role"), spec.ram_role_name),
        (_("Resource group"), spec.resource_group_id),
        (_("Tags"), ", ".join(f"{tag.key}={tag.value}" if tag.value else tag.key for tag in spec.tags)),
        (_("DNS policy"), spec.dns_policy),
        (_("Name servers"), ", ".join(spec.dns_config.name_servers)),
        (_("Search domains"), ", ".join(spec.dns_config.searches)),
        (_("Host aliases"), ", ".join(f"{each.ip} {' '.join(each.host_names)}" for each in spec.host_aliases)),
        (_("NTP servers"), ", ".join(spec.ntp_servers)),
        (_("Termination grace period"), _numbered(seconds, spec.termination_grace_period_seconds)),
        (_("Active deadline"), _numbered(seconds, spec.active_deadline_seconds)),
        (_("Maximum pending time"), _numbered(_("%d minutes"), spec.max_pending_minutes)),
    )
    for label, value in named:
        if value:
            yield Row(label, value)


def _numbered(text: str, number: int | None) -> str:
    return "" if number is None else text % number


# --- what to know before


def _warnings(spec: ContainerGroupSpec, data: Data, network: NetworkChoices | None) -> Iterator[Notice]:
    yield from _way_out_warning(spec, network)
    if spec.plain_http_registries:
        hosts = ", ".join(spec.plain_http_registries)
        yield Notice(
            _("Plain HTTP: %s") % hosts,
            _("Images and passwords for this registry travel unencrypted."),
            Place("other", field_id="id_other-plain_http_registries"),
        )
    if spec.insecure_registries:
        hosts = ", ".join(spec.insecure_registries)
        yield Notice(
            _("Certificate not verified: %s") % hosts,
            _("Whoever answers under this name is taken for the registry."),
            Place("other", field_id="id_other-insecure_registries"),
        )
    if spec.image_registry_credentials:
        hosts = ", ".join(credential.server for credential in spec.image_registry_credentials)
        yield Notice(
            _("Not checked: user and password for %s") % hosts,
            _("If they are wrong, the group stays Pending and is billed while it waits."),
            place_of_path(data, "image_registry_credentials.0.password"),
        )
    for path, container in spec.all_containers:
        taken = sorted({port.port for port in container.ports} & SYSTEM_PORTS)
        if taken:
            yield Notice(
                _("Container %(name)s: port %(port)d") % {"name": container.name, "port": taken[0]},
                _("The system uses this port itself; a program that listens on it will fail."),
                place_of_path(data, f"{path}.ports"),
            )


def _way_out_warning(spec: ContainerGroupSpec, network: NetworkChoices | None) -> Iterator[Notice]:
    if network is None or network.error is not None:
        return
    names = [container.name for _path, container, asked in requirements(spec) if asked.needs_internet]
    way = network.way_out(spec.vswitch_ids, eip=spec.has_eip)
    if not names or way.is_open:
        return
    yield Notice(
        _("No way to the Internet for %s") % ", ".join(names),
        _("%(why)s The image is pulled over the Internet, so this group would stay Pending.")
        % {"why": str(_(WAY_OUT_SENTENCES[way.reason]))},
        Place("other", field_id="id_other-eip"),
        _("Add an Elastic IP"),
    )
