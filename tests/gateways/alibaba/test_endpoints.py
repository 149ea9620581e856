import pytest

from consoleapp.gateways.alibaba.endpoints import CR_ENTERPRISE, CR_PERSONAL, ECI, ECS, VPC, Endpoints, Product
from consoleapp.gateways.errors import UnknownRegion
from tests.hostile.regions import HOSTILE


@pytest.mark.parametrize(
    ("product", "region_id", "host"),
    [
        (ECI, "cn-hangzhou", "eci.cn-hangzhou.aliyuncs.com"),
        (ECI, "ap-southeast-1", "eci.ap-southeast-1.aliyuncs.com"),
        (ECI, "cn-zhengzhou-jva", "eci.cn-zhengzhou-jva.aliyuncs.com"),
        (ECI, "cn-hangzhou-finance", "eci.cn-hangzhou-finance.aliyuncs.com"),
        (ECI, "cn-beijing-finance-1", "eci.cn-beijing-finance-1.aliyuncs.com"),
        (ECI, "cn-shanghai-finance-1", "eci.cn-shanghai-finance.aliyuncs.com"),
        (ECI, "cn-shenzhen-finance-1", "eci.cn-shenzhen-finance.aliyuncs.com"),
        (ECI, "", "eci.aliyuncs.com"),
        (ECS, "cn-hangzhou", "ecs-cn-hangzhou.aliyuncs.com"),
        (ECS, "cn-beijing", "ecs.cn-beijing.aliyuncs.com"),
        (VPC, "cn-hangzhou", "vpc.cn-hangzhou.aliyuncs.com"),
        (CR_ENTERPRISE, "eu-central-1", "cr.eu-central-1.aliyuncs.com"),
        (CR_PERSONAL, "cn-hangzhou", "cr.cn-hangzhou.aliyuncs.com"),
    ],
)
def test_a_product_answers_in_each_region_on_its_own_host(product: Product, region_id: str, host: str) -> None:
    assert Endpoints().of(product, region_id) == f"https://{host}"


@pytest.mark.parametrize("region_id", HOSTILE)
@pytest.mark.parametrize("product", [ECI, VPC, ECS, CR_ENTERPRISE], ids=lambda product: product.code)
def test_what_is_no_known_region_never_becomes_a_host(product: Product, region_id: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        Endpoints().of(product, region_id)
    assert caught.value.field == "RegionId"
    with pytest.raises(UnknownRegion):
        Endpoints("http://127.0.0.1:1").of(product, region_id)
    with pytest.raises(UnknownRegion):
        Endpoints().common_images(region_id)


def test_the_clouds_own_list_and_an_admin_add_regions_by_exact_match() -> None:
    told = Endpoints(regions=["cn-example-1"])
    told.learn(["cn-example-2", "evil.test/", ""])
    assert told.of(ECI, "cn-example-1") == "https://eci.cn-example-1.aliyuncs.com"
    assert told.of(VPC, "cn-example-2") == "https://vpc.cn-example-2.aliyuncs.com"
    for region_id in ("cn-example-22", "cn-example", "evil.test/"):
        with pytest.raises(UnknownRegion):
            told.of(ECI, region_id)


def test_the_clouds_list_is_asked_for_again_only_when_it_has_grown_old() -> None:
    now = [1000.0]
    told = Endpoints(monotonic=lambda: now[0])
    assert told.may_be_told_of("cn-example-1")
    assert not told.may_be_told_of("cn-hangzhou")
    assert not told.may_be_told_of("evil.test/")
    told.learn(["cn-hangzhou"])
    assert not told.may_be_told_of("cn-example-1")
    now[0] += 301
    assert told.may_be_told_of("cn-example-1")


def test_the_simulators_own_service_may_speak_plain_http() -> None:
    address = "http://simulator:8099"
    assert Endpoints(address, may_be_plain=True).of(ECI, "cn-hangzhou") == address


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8099",
        "http://127.9.9.9",
        "http://[::1]:8099",
        "http://localhost:8099",
        "https://proxy.example.com",
    ],
)
def test_one_address_takes_every_call(address: str) -> None:
    everywhere = Endpoints(f"{address}/")
    assert everywhere.of(ECI, "cn-hangzhou") == everywhere.of(ECS, "cn-beijing") == everywhere.docker_hub == address


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1",
        "http://eci.aliyuncs.com",
        "http://127.0.0.1.evil.com",
        "http://localhost.evil.com",
        "ftp://127.0.0.1",
        "127.0.0.1:8099",
        "https://user:password@example.com",
        "https://example.com/path",
        "https://example.com?x=1",
        "https://",
        "https://example.com:port",
    ],
)
def test_an_address_that_would_leak_or_mislead_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        Endpoints(address)


def test_docker_hub_is_asked_at_home_without_an_override() -> None:
    assert Endpoints().docker_hub == "https://hub.docker.com"
