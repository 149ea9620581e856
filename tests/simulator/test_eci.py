import pytest

from tests.simulator.cloud import Cloud


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def test_lists_the_regions_with_their_zones(cloud: Cloud) -> None:
    regions = cloud.call("DescribeRegions", flat={"RegionId": ""})["Regions"]
    assert len(regions) == 6
    assert all(region["Zones"] and region["RegionEndpoint"] for region in regions)
    assert [region["RegionId"] for region in cloud.call("DescribeRegions")["Regions"]] == ["cn-hangzhou"]


def test_tells_the_used_vcpu(cloud: Cloud) -> None:
    cloud.create(Cpu="4", Memory="8")
    attributes = cloud.call("ListUsage")["Attributes"]
    assert (attributes["UsedCpu"], attributes["MaxCpu"]) == (4, 1000)


def test_prices_a_size_by_the_second_after_rounding_it(cloud: Cloud) -> None:
    price = cloud.call("DescribeContainerGroupPrice", Cpu="2", Memory="4")["PriceInfo"]["Price"]
    assert (price["Currency"], price["TradePrice"]) == ("CNY", 0.00012252)
    assert [item["Resource"] for item in price["DetailInfos"]["DetailInfo"]] == ["cpu", "mem"]
    odd = cloud.call("DescribeContainerGroupPrice", Cpu="1.5", Memory="3")["PriceInfo"]["Price"]
    assert odd["TradePrice"] == price["TradePrice"]
    economy = cloud.call("DescribeContainerGroupPrice", Cpu="2", Memory="4", ComputeCategory="economy")
    assert economy["PriceInfo"]["Price"]["TradePrice"] < price["TradePrice"]


def test_tells_what_the_market_asks_an_hour_in_each_zone(cloud: Cloud) -> None:
    asked = {"Cpu": "2", "Memory": "4", "SpotStrategy": "SpotAsPriceGo"}
    told = cloud.call("DescribeContainerGroupPrice", **asked)["PriceInfo"]
    zones = told["SpotPrices"]["SpotPrice"]
    assert len({item["ZoneId"] for item in zones}) == len(zones) > 2
    assert zones[0]["SpotPrice"] < zones[0]["OriginPrice"] == round(told["Price"]["TradePrice"] * 3600, 6)
    zone = zones[0]["ZoneId"]
    one = cloud.call("DescribeContainerGroupPrice", ZoneId=zone, InstanceType="ecs.g7.5xlarge", **asked)["PriceInfo"]
    (found,) = one["SpotPrices"]["SpotPrice"]
    assert (found["ZoneId"], found["InstanceType"]) == (zone, "ecs.g7.5xlarge")
    assert one["Price"]["TradePrice"] > 9 * told["Price"]["TradePrice"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"Cpu": "2", "Memory": "4", "SpotStrategy": "SpotWithPriceLimit"}, "MissingParameter"),
        (
            {"Cpu": "2", "Memory": "4", "SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": "0.01"},
            "Spot.NotMatched",
        ),
        ({"Cpu": "2"}, "MissingParameter"),
        ({"Cpu": "65", "Memory": "2"}, "InvalidParam.CpuOrMemorySpec"),
        ({"Cpu": "0", "Memory": "2"}, "InvalidParam.CpuOrMemorySpec"),
        ({"InstanceType": "ecs.none"}, "InvalidParam.CpuOrMemorySpec"),
        ({"Cpu": "16", "Memory": "32", "ComputeCategory": "economy"}, "FeatureBasedConstraintConflict"),
    ],
)
def test_refuses_to_price_what_is_not_sold(cloud: Cloud, parameters: dict[str, str], code: str) -> None:
    assert cloud.call("DescribeContainerGroupPrice", flat=parameters)["Code"] == code


def test_tells_in_which_zones_a_size_can_be_had(cloud: Cloud) -> None:
    asked = {
        "DestinationResource.Category": "InstanceType",
        "DestinationResource.Cores": "2",
        "DestinationResource.Memory": "4",
    }
    zones = cloud.call("DescribeAvailableResource", flat=asked)["AvailableZones"]["AvailableZone"]
    assert len(zones) > 2
    resource = zones[0]["AvailableResources"]["AvailableResource"][0]["SupportedResources"]["SupportedResource"]
    assert resource == [{"Value": "2-4Gi", "StatusCategory": "WithStock"}]
    del asked["DestinationResource.Memory"]
    assert cloud.call("DescribeAvailableResource", flat=asked)["Code"] == "MissingParameter"
    assert cloud.call("DescribeAvailableResource")["Code"] == "MissingParameter"
    asked = {"DestinationResource.Category": "Zone", "ZoneId": "cn-hangzhou-q"}
    assert cloud.call("DescribeAvailableResource", flat=asked)["Code"] == "InvalidParameter.NotFound"
