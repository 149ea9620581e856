"""The group's own values as lines, grouped as on the steps."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.kinds import One
from consoleapp.domain.schema import Record, fields_of
from consoleapp.domain.sizes import billed_size
from consoleapp.domain.spec import ContainerGroupSpec, DnsPolicy
from consoleapp.web.formats import amount
from consoleapp.wizard.access.saved_logins import saved_of
from consoleapp.wizard.draft.paths import is_single
from consoleapp.wizard.draft.places import Place, place_of_path
from consoleapp.wizard.forms.declared import words_of
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data
from consoleapp.wizard.summary.declared import named_texts, rows_of, singles, with_details
from consoleapp.wizard.summary.parts import Row, Section
from consoleapp.wizard.summary.volumes import volume_row


def size_text(spec: ContainerGroupSpec) -> str:
    """Return the size that is billed."""
    if spec.cpu is None or spec.memory_gib is None:
        return spec.instance_type.replace(",", ", ")
    size = billed_size(spec.cpu, spec.memory_gib, spec.region_id, spot=spec.is_spot)
    return f"{amount(size.cpu)} vCPU · {amount(size.memory_gib)} GiB"


# The sections of the request, as the page groups them; volumes and containers have lines of their own.
HEAD: Final = ("network", "eip", "group", "sizes", "policy", "architecture", "advanced", "expert")
ACCESS: Final = ("credentials", "acr", "plain_http", "insecure")
OTHER: Final = ("role", "tags", "names", "times", "system")


def head_rows(spec: ContainerGroupSpec, network: NetworkChoices | None) -> Iterator[Row]:
    """Yield the lines of Basic Settings, with the Elastic IP."""
    return _rows(spec, HEAD, network)


def sections_of(spec: ContainerGroupSpec, data: Data) -> Iterator[Section]:
    place = place_of_path(data, "volumes.0.name") if spec.volumes else Place("basic")
    yield Section(_("Volumes"), tuple(map(volume_row, spec.volumes)), place)
    access = tuple(_as_saved(row, data) for row in _rows(spec, ACCESS))
    yield Section(_("Registry access"), access, Place("other"))
    yield Section(_("Other settings"), tuple(_rows(spec, OTHER)), Place("other"))


def _rows(spec: ContainerGroupSpec, sections: tuple[str, ...], network: NetworkChoices | None = None) -> Iterator[Row]:
    """Yield the lines of these sections: every single field under its label, where it has no words of its own."""
    for section in sections:
        for name, declared in fields_of(type(spec)).items():
            if not declared.label or declared.at != section:
                continue
            if name in _OWN:
                yield from _OWN[name](spec, network)
            elif is_single(declared):
                yield from rows_of(spec, name)
            elif isinstance(declared.kind, One):
                below = getattr(spec, name)
                yield from rows_of(below, *singles(below))


def _vswitch_rows(spec: ContainerGroupSpec, network: NetworkChoices | None) -> Iterator[Row]:
    vpc = network.vpc if network else None
    if vpc is not None:
        yield Row(_("VPC"), vpc.name or vpc.vpc_id, hint=vpc.vpc_id if vpc.name else "")
    known = {each.vswitch_id: each for each in network.vswitches} if network else {}
    names = [
        f"{known[each].name or each} ({known[each].zone_id})" if each in known else each for each in spec.vswitch_ids
    ]
    yield Row(ngettext("vSwitch", "vSwitches", len(names)), ", ".join(names) or _("the default one"))


def _security_group_rows(spec: ContainerGroupSpec, network: NetworkChoices | None) -> Iterator[Row]:
    groups = {each.security_group_id: each for each in network.security_groups} if network else {}
    group = groups.get(spec.security_group_id)
    shown = group.name if group and group.name else spec.security_group_id
    yield Row(_("Security group"), shown or _("the default one"), hint=spec.security_group_id if group else "")


def _eip_rows(spec: ContainerGroupSpec, _network: object) -> Iterator[Row]:
    text = spec.eip_instance_id or _("none")
    if spec.auto_create_eip:
        text = _("created with the group, %d Mbit/s, billed by traffic") % (spec.eip_bandwidth_mbps or 5)
    yield Row(_("Elastic IP"), text)


def _size_rows(spec: ContainerGroupSpec, _network: object) -> Iterator[Row]:
    """Tell the size, which stands above all lines, again where another one is billed."""
    if spec.cpu is not None and spec.memory_gib is not None:
        asked = f"{amount(spec.cpu)} vCPU · {amount(spec.memory_gib)} GiB"
        if asked != size_text(spec):
            hint = _("asked for %(asked)s, which is not sold") % {"asked": asked}
            yield Row(_("Billed size"), size_text(spec), hint=hint)


def _cache_rows(spec: ContainerGroupSpec, _network: object) -> Iterator[Row]:
    yield Row(_("Image cache"), _("matched automatically") if spec.auto_match_image_cache else _("not used"))


def _credential_rows(spec: ContainerGroupSpec, _network: object) -> Iterator[Row]:
    for each in spec.image_registry_credentials:
        told = _("as %(user)s, password stored") % {"user": each.user_name}
        yield Row(each.server, told, hint=_details(each, "server", "user_name", "password"))


def _as_saved(row: Row, data: Data) -> Row:
    """Return the line of a registry whose login is one that the team has saved under its name."""
    saved = saved_of(data, str(row.label))
    if saved is None:
        return row
    told = {"name": saved.name, "user": saved.user_name}
    return replace(row, value=_("%(name)s, saved for the team, as %(user)s") % told)


def _acr_rows(spec: ContainerGroupSpec, _network: object) -> Iterator[Row]:
    for info in spec.acr_registry_infos:
        name = "instance_id" if info.instance_id else "arn_service"
        yield Row(_("Without a secret"), getattr(info, name), mono=True, hint=_details(info, name))


def _details(record: Record, *told: str) -> str:
    return " · ".join(named_texts(record, *told))


def _tag_rows(spec: ContainerGroupSpec, _network: object) -> Iterator[Row]:
    if spec.tags:
        named = ((tag, f"{tag.key}={tag.value}" if tag.value else tag.key) for tag in spec.tags)
        yield Row(_("Tags"), ", ".join(with_details(text, tag, "key", "value") for tag, text in named))


def _dns_rows(spec: ContainerGroupSpec, _network: object) -> Iterator[Row]:
    """Tell the policy; the form sends nothing for what the API also takes by name."""
    if spec.dns_policy == DnsPolicy.DEFAULT:
        yield Row(_("DNS policy"), words_of(ContainerGroupSpec, "dns_policy")[""])
    else:
        yield from rows_of(spec, "dns_policy")


def _elsewhere(_spec: object, _network: object) -> Iterator[Row]:
    return iter(())


# The fields with words of their own, and those that are told elsewhere.
_OWN: Final[Mapping[str, Callable[[ContainerGroupSpec, NetworkChoices | None], Iterator[Row]]]] = {
    "region_id": _elsewhere,
    "vswitch_ids": _vswitch_rows,
    "security_group_id": _security_group_rows,
    "eip_instance_id": _eip_rows,
    "eip_bandwidth_mbps": _elsewhere,
    "container_group_name": _elsewhere,
    "cpu": _size_rows,
    "memory_gib": _elsewhere,
    "auto_match_image_cache": _cache_rows,
    "image_registry_credentials": _credential_rows,
    "acr_registry_infos": _acr_rows,
    "tags": _tag_rows,
    "dns_policy": _dns_rows,
}
