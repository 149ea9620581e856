"""Where a new container group lands: vSwitch, zone, security group, addresses, way to the Internet.

The metadata of CreateContainerGroup lists no code for an unknown vSwitch, security group or EIP; the codes here are
those of the products that own them (Vpc, Ecs).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from consoleapp.simulator.call import Call
from consoleapp.simulator.errors import ApiError
from consoleapp.simulator.fields import TOO_MUCH, Fields
from consoleapp.simulator.network import VSwitch

_MAX_VSWITCHES: Final = 10
# The first and the last addresses of a vSwitch belong to the system.
_RESERVED_LOW: Final = 10
_RESERVED: Final = 20
STRATEGIES: Final = ("VSwitchOrdered", "VSwitchRandom")
ISPS: Final = ("BGP", "BGP_PRO")
_PACKAGE: Final = re.compile(r"cbwp-[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Place:
    """The network side of a new group; the EIP's allocation id is empty when none was named."""

    vswitch: VSwitch
    security_group_id: str
    intranet_ip: str
    internet_ip: str
    ipv6_address: str
    eip_allocation_id: str
    reaches_internet: bool


def find_place(call: Call, fields: Fields, *, serial: int) -> Place:
    """Return the place for the group with this serial. Raise ApiError when the request names none that works."""
    vswitch = _choose(fields, _vswitches(call, fields), serial)
    allocation_id, internet_ip = _internet_address(call, fields, serial)
    return Place(
        vswitch=vswitch,
        security_group_id=_security_group(call, fields, vswitch),
        intranet_ip=_private_address(call, fields, vswitch) or _address(vswitch.cidr_block, serial),
        internet_ip=internet_ip,
        # Every vSwitch of the simulated cloud has IPv6, in a range reserved for documentation.
        ipv6_address=f"2001:db8::{serial:x}" if fields.integer("Ipv6AddressCount", 0, 1) else "",
        eip_allocation_id=allocation_id,
        reaches_internet=bool(internet_ip) or call.catalog.has_way_out(vswitch.vswitch_id),
    )


def _vswitches(call: Call, fields: Fields) -> Sequence[VSwitch]:
    region_id, zone_id = call.region_id, fields.text("ZoneId")
    region = call.catalog.region(region_id)
    if zone_id and (region is None or zone_id not in region.zones):
        raise ApiError("InvalidZoneId.NotFound")
    ids = [item.strip() for item in fields.text("VSwitchId").split(",") if item.strip()]
    if len(ids) > _MAX_VSWITCHES:
        raise fields.refusal("VSwitchId", f"at most {_MAX_VSWITCHES} are allowed", code=TOO_MUCH)
    if not ids:
        return [item for item in call.catalog.default_vswitches(region_id) if zone_id in ("", item.zone_id)]
    found = []
    for vswitch_id in ids:
        vswitch = call.catalog.vswitch(vswitch_id)
        if vswitch is None or vswitch.region_id != region_id:
            raise ApiError("InvalidVSwitchId.NotFound", f"The specified vSwitch {vswitch_id} does not exist.")
        if zone_id not in ("", vswitch.zone_id):
            raise ApiError("OperationDenied.VswZoneMisMatch")
        found.append(vswitch)
    if len({item.vpc_id for item in found}) > 1:
        raise fields.refusal("VSwitchId", "the vSwitches have to belong to one VPC")
    return found


def _choose(fields: Fields, vswitches: Sequence[VSwitch], serial: int) -> VSwitch:
    strategy = fields.text("ScheduleStrategy", choices=STRATEGIES, default=STRATEGIES[0])
    usable = [item for item in vswitches if item.available_ip_address_count > 0]
    if not usable:
        raise ApiError("InvalidVSwitchId.IpNotEnough")
    return usable[serial % len(usable)] if strategy == "VSwitchRandom" else usable[0]


def _security_group(call: Call, fields: Fields, vswitch: VSwitch) -> str:
    wanted = fields.text("SecurityGroupId")
    if not wanted:
        default = call.catalog.default_security_group(call.region_id)
        if default is None or default.vpc_id != vswitch.vpc_id:
            # Outside the default VPC the service makes a group of its own.
            return f"sg-sim-{vswitch.vpc_id}"
        return default.security_group_id
    group = call.catalog.security_group(wanted)
    if group is None or group.region_id != call.region_id:
        raise ApiError("InvalidSecurityGroupId.NotFound")
    if group.vpc_id != vswitch.vpc_id:
        raise ApiError("OperationDenied.SecurityGroupMisMatch")
    return wanted


def _internet_address(call: Call, fields: Fields, serial: int) -> tuple[str, str]:
    """Return (allocation id of a named EIP, Internet address): both empty without an EIP."""
    wanted, is_automatic = fields.text("EipInstanceId"), fields.boolean("AutoCreateEip")
    fields.integer("EipBandwidth", 0, 1_000_000)
    fields.text("EipISP", choices=ISPS)
    fields.text("EipCommonBandwidthPackage", pattern=_PACKAGE)
    for name in ("EipBandwidth", "EipISP", "EipCommonBandwidthPackage"):
        if fields.has(name) and not is_automatic:
            raise fields.refusal(name, "it goes with AutoCreateEip only")
    if wanted and is_automatic:
        raise ApiError("FeatureBasedConstraintConflict", "EipInstanceId and AutoCreateEip exclude each other.")
    if is_automatic:
        # A range reserved for documentation, so that no address of somebody's is ever shown.
        return "", f"198.51.100.{serial % 254 + 1}"
    if not wanted:
        return "", ""
    eip = call.catalog.eip(wanted)
    if eip is None or eip.region_id != call.region_id:
        raise ApiError("InvalidAllocationId.NotFound")
    if eip.instance_id or wanted in call.store.eip_bindings(call.account, call.now):
        raise ApiError("IncorrectStatus", "The specified EIP is bound to another instance.")
    return wanted, eip.ip_address


def _private_address(call: Call, fields: Fields, vswitch: VSwitch) -> str:
    """Return the address that was asked for, empty when there was none."""
    wanted = fields.text("PrivateIpAddress")
    if not wanted:
        return ""
    try:
        is_inside = IPv4Address(wanted) in IPv4Network(vswitch.cidr_block)
    except ValueError:
        raise fields.refusal("PrivateIpAddress", "it has to be an IPv4 address") from None
    if not is_inside:
        raise fields.refusal("PrivateIpAddress", f"it has to be an address of {vswitch.cidr_block}")
    if call.store.is_address_used(call.account, vswitch.vswitch_id, wanted, call.now):
        raise ApiError("PrivateIpAddress.Already.InUse")
    return wanted


def _address(cidr_block: str, serial: int) -> str:
    """Return an address of the vSwitch; the next group gets the next one."""
    base, _, prefix = cidr_block.partition("/")
    room = 2 ** (32 - int(prefix)) - _RESERVED
    number = int.from_bytes(bytes(map(int, base.split("."))), "big") + _RESERVED_LOW + serial % max(room, 1)
    return ".".join(map(str, number.to_bytes(4, "big")))
