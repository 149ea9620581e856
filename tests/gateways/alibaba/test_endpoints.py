import pytest

from consoleapp.gateways.alibaba import endpoints
from consoleapp.gateways.alibaba.endpoints import CR_ENTERPRISE, CR_PERSONAL, ECI, ECS, VPC, Endpoints, Product
from consoleapp.gateways.errors import InvalidParameter


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


@pytest.mark.parametrize(
    "region_id", ["evil.com/x", "cn-hangzhou.evil.com", "a@b", "cn", "CN-HANGZHOU", "cn-hangzhou#", "-"]
)
def test_a_text_that_is_no_region_never_becomes_a_host(region_id: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        Endpoints().of(ECI, region_id)
    assert caught.value.field == "RegionId"
    with pytest.raises(InvalidParameter):
        Endpoints("http://127.0.0.1:1").of(ECI, region_id)
    with pytest.raises(InvalidParameter):
        endpoints.common_images_address(region_id)


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
