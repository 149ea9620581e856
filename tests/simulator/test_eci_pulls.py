"""Images of Container Registry, pulled by whole groups: what AcrRegistryInfo changes."""

from typing import Any

import pytest

from tests.simulator.cloud import Cloud


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def status(cloud: Cloud, **changed: Any) -> str:
    group_id = cloud.create(**changed)
    cloud.wait(30)
    found: str = cloud.describe(group_id)["Status"]
    return found


def image_on(cloud: Cloud, host: str) -> str:
    repository = next(iter(cloud.app.catalog.hosts[host].repositories.values()))
    return f"{host}/{repository.path}:{repository.tags[0].name}"


def test_a_custom_domain_needs_its_instance_named(cloud: Cloud) -> None:
    image = {"Container__1__Image": image_on(cloud, "images.example.com")}
    named = image | {"AcrRegistryInfo__1__InstanceId": "cri-simacmehz01"}
    assert status(cloud, **image) == "Pending"
    assert status(cloud, **named) == "Running"
    assert status(cloud, **named, AcrRegistryInfo__1__Domain__1="images.example.com") == "Running"
    assert status(cloud, **named, AcrRegistryInfo__1__Domain__1="other.example.com") == "Pending"
    assert status(cloud, **image, AcrRegistryInfo__1__InstanceId="cri-simother") == "Pending"


def test_another_account_s_instance_needs_both_roles(cloud: Cloud) -> None:
    host = "partner-images.example.com"
    named = {"Container__1__Image": image_on(cloud, host), "AcrRegistryInfo__1__InstanceId": "cri-simpartner1"}
    roles = {
        "AcrRegistryInfo__1__ArnService": "acs:ram::1000000000000001:role/eci-pull",
        "AcrRegistryInfo__1__ArnUser": "acs:ram::2000000000000002:role/acr-for-acme",
    }
    assert status(cloud, **named) == "Pending"
    assert status(cloud, **named, **roles) == "Running"


def test_a_common_image_needs_neither_internet_nor_credential(cloud: Cloud) -> None:
    image = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"
    place = {"VSwitchId": "vsw-simhzisolatedb", "SecurityGroupId": "sg-simhzisolated"}
    assert status(cloud, Container__1__Image=image, **place) == "Running"


def test_an_image_without_the_architecture_is_not_pulled(cloud: Cloud) -> None:
    hub = cloud.app.catalog.hosts["docker.io"].repositories.values()
    only_amd64 = next(item for item in hub if all("arm64" not in name for name in item.tags[0].platforms))
    image = f"{only_amd64.path}:{only_amd64.tags[0].name}"
    assert status(cloud, Container__1__Image=image, CpuArchitecture="ARM64") == "Pending"
    group_id = cloud.create(Container__1__Image=image, CpuArchitecture="ARM64")
    cloud.wait(10)
    messages = [event["Message"] for event in cloud.describe(group_id)["Events"]]
    assert any("no match for platform" in message for message in messages)
