"""The group's own values as lines, grouped as on the steps."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.host import DnsConfig
from consoleapp.domain.sizes import billed_size
from consoleapp.domain.spec import AcrRegistryInfo, ContainerGroupSpec, DnsPolicy
from consoleapp.web.formats import amount
from consoleapp.wizard.draft.places import Place, place_of_path
from consoleapp.wizard.forms.declared import Part, words_of
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data
from consoleapp.wizard.summary.declared import rows_of
from consoleapp.wizard.summary.parts import Row, Section
from consoleapp.wizard.summary.volumes import volume_row


def size_text(spec: ContainerGroupSpec) -> str:
    """Return the size that is billed."""
    if spec.cpu is None or spec.memory_gib is None:
        return spec.instance_type.replace(",", ", ")
    size = billed_size(spec.cpu, spec.memory_gib, spec.region_id, spot=spec.is_spot)
    return f"{amount(size.cpu)} vCPU · {amount(size.memory_gib)} GiB"


def head_rows(spec: ContainerGroupSpec, network: NetworkChoices | None) -> Iterator[Row]:
    yield from _network_rows(spec, network)
    yield Row(_("Elastic IP"), _eip_text(spec))
    yield from rows_of(spec, "eip_isp", "eip_common_bandwidth_package")
    yield from rows_of(spec, "restart_policy")
    if spec.cpu is not None and spec.memory_gib is not None:
        asked = f"{amount(spec.cpu)} vCPU · {amount(spec.memory_gib)} GiB"
        if asked != size_text(spec):
            hint = _("asked for %(asked)s, which is not sold") % {"asked": asked}
            yield Row(_("Billed size"), size_text(spec), hint=hint)
    yield from rows_of(spec, "compute_categories", "cpu_architecture")
    yield Row(_("Image cache"), _("matched automatically") if spec.auto_match_image_cache else _("not used"))
    if spec.ephemeral_storage_gib:
        yield Row(_("Ephemeral storage"), _("%d GiB more than the free 30 GiB") % spec.ephemeral_storage_gib)
    yield from rows_of(spec, *_EXPERT)


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
    yield from rows_of(spec, "schedule_strategy")


def _eip_text(spec: ContainerGroupSpec) -> str:
    if spec.auto_create_eip:
        return _("created with the group, %d Mbit/s, billed by traffic") % (spec.eip_bandwidth_mbps or 5)
    return spec.eip_instance_id or _("none")


def sections_of(spec: ContainerGroupSpec, data: Data) -> Iterator[Section]:
    place = place_of_path(data, "volumes.0.name") if spec.volumes else Place("basic")
    yield Section(_("Volumes"), tuple(map(volume_row, spec.volumes)), place)
    yield Section(_("Registry access"), tuple(_access_rows(spec)), Place("other"))
    yield Section(_("Other settings"), tuple(_other_rows(spec)), Place("other"))


def _access_rows(spec: ContainerGroupSpec) -> Iterator[Row]:
    for credential in spec.image_registry_credentials:
        yield Row(credential.server, _("as %(user)s, password stored") % {"user": credential.user_name})
    for info in spec.acr_registry_infos:
        yield Row(_("Without a secret"), info.instance_id or info.arn_service, mono=True, hint=_acr_hint(info))
    if spec.plain_http_registries:
        yield Row(_("On plain HTTP"), ", ".join(spec.plain_http_registries), mono=True)
    if spec.insecure_registries:
        yield Row(_("With a self-issued certificate"), ", ".join(spec.insecure_registries), mono=True)


def _acr_hint(info: AcrRegistryInfo) -> str:
    roles = [info.arn_service if info.instance_id else "", info.arn_user]
    parts = [info.instance_name, info.region_id, *info.domains, *roles]
    return ", ".join(part for part in parts if part)


# The names of what is folded away as *Expert* in *Basic Settings*.
_EXPERT: Final = tuple(Part(ContainerGroupSpec, ("expert",)).names())
# The declared name of each line of *Other settings*, in their order; what is not listed stands in the lines above.
_GROUP: Final = tuple(Part(ContainerGroupSpec, ("role",)).names())
_NAMES: Final = tuple(Part(ContainerGroupSpec, ("names",)).names())
_TIMES: Final = tuple(Part(ContainerGroupSpec, ("times",)).names())
_SYSTEM: Final = tuple(Part(ContainerGroupSpec, ("system",)).names())
_DNS: Final = tuple(Part(DnsConfig, ("names",)).names())


def _other_rows(spec: ContainerGroupSpec) -> Iterator[Row]:
    yield from rows_of(spec, *_GROUP)
    if spec.tags:
        tags = ", ".join(f"{tag.key}={tag.value}" if tag.value else tag.key for tag in spec.tags)
        yield Row(_("Tags"), tags)
    if spec.dns_policy == DnsPolicy.DEFAULT:
        # The form sends nothing for what the API also takes by name.
        yield Row(_("DNS policy"), words_of(ContainerGroupSpec, "dns_policy")[""])
    else:
        yield from rows_of(spec, "dns_policy")
    yield from rows_of(spec.dns_config, *_DNS)
    yield from rows_of(spec, *(name for name in _NAMES if name != "dns_policy"))
    yield from rows_of(spec, *_TIMES)
    yield from rows_of(spec, *_SYSTEM)
