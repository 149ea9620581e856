"""Eci 2018-08-08: the table of its actions, and the small ones that need no container group.

CreateContainerGroup is eci_create.py, the Describe calls of groups eci_describe.py, the log eci_log.py, deletion and
restart eci_change.py.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from consoleapp.simulator import sizes
from consoleapp.simulator.actions.eci_change import delete_container_group, restart_container_group
from consoleapp.simulator.actions.eci_create import create_container_group
from consoleapp.simulator.actions.eci_describe import (
    describe_container_group_events,
    describe_container_group_status,
    describe_container_groups,
)
from consoleapp.simulator.actions.eci_log import describe_container_log
from consoleapp.simulator.actions.eci_request import check_market, first_instance_type, read_spot
from consoleapp.simulator.call import Answer, Call, Handler
from consoleapp.simulator.errors import ApiError, missing
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.sizes import Size

_BAD_SIZE: Final = "InvalidParam.CpuOrMemorySpec"


def describe_regions(call: Call) -> Answer:
    """Return all regions, or the one that was named."""
    wanted = call.get("RegionId")
    regions = [
        {
            "RegionId": region.region_id,
            "RegionEndpoint": f"eci.{region.region_id}.aliyuncs.com",
            "Zones": list(region.zones),
            "RecommendZones": list(region.zones[:1]),
        }
        for region in call.catalog.regions
        if wanted in ("", region.region_id)
    ]
    return {"Regions": regions}


def list_usage(call: Call) -> Answer:
    """Return what the account has taken of its quota in a region."""
    used = call.store.used_vcpu(call.account, call.region_id, call.now)
    return {
        "Attributes": {
            "UsedCpu": used,
            "MaxCpu": call.limits.max_vcpu,
            "UsedImageCacheCount": 0,
            "MaxImageCacheCount": 500,
            "UsedAutoImageCacheCount": 0,
            "MaxAutoImageCacheCount": 500,
            "UsedDataCacheCount": 0,
            "MaxDataCacheCount": 100,
        }
    }


def describe_container_group_price(call: Call) -> Answer:
    """Return the price of a size, a second; temporary storage is free here because its price could not be sourced."""
    fields = Fields(call.tree)
    size = _asked_size(call, fields)
    is_economy = fields.text("ComputeCategory", choices=("economy", "general")) == "economy"
    if is_economy and size.vcpu > sizes.MAX_ECONOMY_VCPU:
        raise ApiError("FeatureBasedConstraintConflict", "The category economy has no size with so many vCPU.")
    spot = read_spot(fields)
    check_market(spot, size)
    per_vcpu, per_memory = sizes.prices(size, is_economy=is_economy)
    details = [
        {"Resource": name, **_amounts(price), "Rules": {"Rule": []}}
        for name, price in (("cpu", per_vcpu), ("mem", per_memory))
    ]
    total = round(per_vcpu + per_memory, 10)
    price = {"Currency": "CNY", **_amounts(total), "DetailInfos": {"DetailInfo": details}}
    spot_prices = [] if spot is None else _spot_prices(call, fields, size, total)
    return {"PriceInfo": {"Price": price, "SpotPrices": {"SpotPrice": spot_prices}, "Rules": {"Rule": []}}}


def _spot_prices(call: Call, fields: Fields, size: Size, per_second: float) -> list[dict[str, Any]]:
    """Return what the market asks for an hour in each zone; the price beside it stays that of the list (manual)."""
    region, wanted = call.catalog.region(call.region_id), fields.text("ZoneId")
    return [
        {
            "ZoneId": zone,
            "InstanceType": first_instance_type(fields) or str(size),
            "SpotPrice": sizes.market_price(size),
            "OriginPrice": round(per_second * 3600, 6),
        }
        for zone in (region.zones if region else ())
        if wanted in ("", zone)
    ]


def _amounts(price: float) -> dict[str, Any]:
    return {"OriginalPrice": price, "DiscountPrice": 0.0, "TradePrice": price}


def _asked_size(call: Call, fields: Fields) -> Size:
    name = first_instance_type(fields)
    if name:
        asked = sizes.size_of_instance_type(name)
    else:
        for parameter in ("Cpu", "Memory"):
            fields.text(parameter, required=True)
        asked = Size(fields.number("Cpu") or 0.0, fields.number("Memory") or 0.0)
    if asked is None or not asked.vcpu or not asked.memory_gib:
        raise ApiError(_BAD_SIZE)
    if sizes.is_ecs_type(name):
        return asked
    is_spot = read_spot(fields) is not None
    size = sizes.rounded_up(asked.vcpu, asked.memory_gib, call.region_id, is_spot=is_spot)
    if size is None:
        raise ApiError(_BAD_SIZE)
    return size


def describe_available_resource(call: Call) -> Answer:
    """Return in which zones a size can be had; every zone has every size that its region sells."""
    target = Fields(call.tree).inner("DestinationResource")
    category = target.text("Category", required=True, choices=("InstanceType", "InstanceTypeFamily", "Zone"))
    region = call.catalog.region(call.region_id)
    zone_id = call.get("ZoneId")
    zones = [zone for zone in region.zones if zone_id in ("", zone)] if region else []
    if not zones:
        raise ApiError("InvalidParameter.NotFound", "The specified zone does not exist.")
    resource = {
        "Type": "InstanceType" if category == "Zone" else category,
        "SupportedResources": {"SupportedResource": list(_supported(call, target))},
    }
    available = [
        {"RegionId": call.region_id, "ZoneId": zone, "AvailableResources": {"AvailableResource": [resource]}}
        for zone in zones
    ]
    return {"AvailableZones": {"AvailableZone": available}}


def _supported(call: Call, target: Fields) -> Iterable[dict[str, str]]:
    value, cores, memory = target.text("Value"), target.number("Cores"), target.number("Memory")
    if value:
        names = [value]
    elif cores and memory:
        size = sizes.rounded_up(cores, memory, call.region_id)
        names = [str(size)] if size else []
    elif cores or memory:
        raise missing("DestinationResource.Memory" if cores else "DestinationResource.Cores")
    else:
        names = [str(size) for size in sizes.sold_sizes(call.region_id)]
    return ({"Value": name, "StatusCategory": "WithStock"} for name in names)


ACTIONS: Final[Mapping[str, Handler]] = {
    "CreateContainerGroup": create_container_group,
    "DescribeContainerGroups": describe_container_groups,
    "DescribeContainerGroupStatus": describe_container_group_status,
    "DescribeContainerGroupEvents": describe_container_group_events,
    "DescribeContainerLog": describe_container_log,
    "DeleteContainerGroup": delete_container_group,
    "RestartContainerGroup": restart_container_group,
    "DescribeContainerGroupPrice": describe_container_group_price,
    "DescribeRegions": describe_regions,
    "ListUsage": list_usage,
    "DescribeAvailableResource": describe_available_resource,
}
