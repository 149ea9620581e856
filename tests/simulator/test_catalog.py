import re
from typing import Any

import pytest

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.pulls import Pull

CATALOG = Catalog.load()
LOGIN = ("demo", "demo-password")


def pull(image: str, **changes: Any) -> Pull:
    arguments: dict[str, Any] = {"region_id": "cn-hangzhou", "vpc_reaches_internet": True} | changes
    return CATALOG.pull(image, **arguments)


class TestNetwork:
    def test_has_the_six_regions_with_zones(self) -> None:
        assert [region.region_id for region in CATALOG.regions] == [
            "cn-hangzhou",
            "cn-beijing",
            "cn-shanghai",
            "cn-shenzhen",
            "ap-southeast-1",
            "us-west-1",
        ]
        assert all(len(region.zones) >= 2 for region in CATALOG.regions)

    @pytest.mark.parametrize("region_id", [region.region_id for region in CATALOG.regions])
    def test_every_region_starts_with_a_default_vpc_that_reaches_the_internet(self, region_id: str) -> None:
        first = next(vpc for vpc in CATALOG.vpcs if vpc.region_id == region_id)
        assert first.is_default
        group = CATALOG.default_security_group(region_id)
        assert group is not None
        assert group.vpc_id == first.vpc_id
        vswitches = CATALOG.default_vswitches(region_id)
        assert vswitches
        assert all(item.vpc_id == first.vpc_id and item.available_ip_address_count > 0 for item in vswitches)
        assert all(CATALOG.has_way_out(item.vswitch_id) for item in vswitches)

    @pytest.mark.parametrize(
        ("vswitch_id", "has_way_out"),
        [
            ("vsw-simhzpartialout", True),
            ("vsw-simhzpartialin", False),
            ("vsw-simhzintranetg", False),
            ("vsw-simhzisolatedb", False),
            ("vsw-simbjlockedl", False),
            ("vsw-simshdefaultm", True),
            ("vsw-simshnosnatn", False),
            ("vsw-nowhere", False),
        ],
    )
    def test_a_way_out_needs_a_working_internet_gateway_with_a_rule(self, vswitch_id: str, has_way_out: bool) -> None:
        assert CATALOG.has_way_out(vswitch_id) is has_way_out

    def test_one_vswitch_has_no_free_address(self) -> None:
        assert [item.vswitch_id for item in CATALOG.vswitches if not item.available_ip_address_count] == [
            "vsw-simhzdefaultfull"
        ]

    def test_ids_are_unique_and_belong_together(self) -> None:
        ids = [item.vswitch_id for item in CATALOG.vswitches] + [item.vpc_id for item in CATALOG.vpcs]
        ids += [item.security_group_id for item in CATALOG.security_groups] + [
            item.allocation_id for item in CATALOG.eips
        ]
        ids += [item.nat_gateway_id for item in CATALOG.nat_gateways]
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"(vpc|vsw|sg|ngw|eip)-sim[a-z0-9]+", item) for item in ids)
        for vswitch in CATALOG.vswitches:
            region, vpc = CATALOG.region(vswitch.region_id), CATALOG.vpc(vswitch.vpc_id)
            assert region is not None
            assert vswitch.zone_id in region.zones
            assert vpc is not None
            assert vswitch.vswitch_id in vpc.vswitch_ids
        for gateway in CATALOG.nat_gateways:
            assert CATALOG.vswitch(gateway.vswitch_id) is not None
            assert all(CATALOG.eip(item) is not None for item in gateway.eip_allocation_ids)

    def test_is_read_only_once(self) -> None:
        assert Catalog.load() is CATALOG


class TestImages:
    def test_knows_the_docker_official_images_with_several_tags(self) -> None:
        images = CATALOG.docker_official
        assert len(images) >= 150
        assert len({item.path for item in images}) == len(images)
        assert all(len(item.tags) >= 2 and item.summary for item in images)
        assert sum(len(item.tags) for item in images) > 1500

    def test_every_tag_has_a_digest_a_size_and_platforms(self) -> None:
        for repository in CATALOG.docker_official:
            for tag in repository.tags:
                assert re.fullmatch(r"sha256:[0-9a-f]{64}", tag.digest)
                assert re.fullmatch(r"\w[\w.-]{0,127}", tag.name)
                assert tag.size_bytes > 0
                assert tag.platforms

    def test_shortened_tags_lead_to_the_same_image(self) -> None:
        nginx = CATALOG.hosts["docker.io"].repositories["library/nginx"]
        full, short, latest = (nginx.tag(name) for name in ("1.29.3", "1.29", "latest"))
        assert full is not None
        assert short is not None
        assert latest is not None
        assert full.digest == short.digest == latest.digest
        alpine = nginx.tag("1.29-alpine")
        assert alpine is not None
        assert alpine.digest != full.digest
        assert alpine.size_bytes < full.size_bytes

    @pytest.mark.parametrize("name", ["nginx", "busybox", "redis:7", "nginx:1.27", "python:3.12-slim", "ubuntu:22.04"])
    def test_tags_that_people_type_can_be_pulled(self, name: str) -> None:
        assert pull(name).ok

    @pytest.mark.parametrize("name", ["elasticsearch", "kibana", "rockylinux"])
    def test_images_without_latest_have_none(self, name: str) -> None:
        assert pull(name).cause == "tag_not_found"

    @pytest.mark.parametrize(
        "name",
        [
            *(f"nginx:{tag}" for tag in ("1.14.2", "latest", "alpine", "1.15.10", "1.15.10-perl", "perl", "1.4.2")),
            *(f"ubuntu:{tag}" for tag in ("18.04", "hf-ubuntu20.04", "cuda11.7.1-cudnn8-ubuntu20.04")),
            *("busybox:1.30", "centos:7", "alpine:3.5", "alpine:3.6", "perl:5", "redis:5.0.1-alpine", "tomcat:8"),
            *("tensorflow:1.0", "vllm-openai:v0.7.2", "qwen-webui:1.0.0", "facechain:1.0.2", "sqlclient:1.0.1"),
            "spark-operator:v1beta2-1.0.1",
        ],
    )
    @pytest.mark.parametrize("region_id", [region.region_id for region in CATALOG.regions])
    def test_common_images_are_served_in_every_region_without_the_internet(self, name: str, region_id: str) -> None:
        image = f"registry-vpc.{region_id}.aliyuncs.com/eci_open/{name}"
        assert pull(image, region_id=region_id, vpc_reaches_internet=False).ok

    def test_common_images_have_no_other_tags(self) -> None:
        assert pull("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.29.3").cause == "tag_not_found"
        assert pull("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/mysql:8").cause == "repository_not_found"

    @pytest.mark.parametrize("name", ["busybox", "alpine", "ubuntu", "debian", "centos:7", "hello-world", "python"])
    def test_images_without_a_server_end_at_once(self, name: str) -> None:
        found = pull(name)
        assert (found.exits_at_once, found.exit_code) == (True, 0)

    def test_servers_run_on_and_log_their_version(self) -> None:
        found = pull("nginx:1.28")
        assert not found.exits_at_once
        assert any("nginx/1.28.0" in line for line in found.log_lines)
        assert not any("{" in line for line in found.log_lines)

    def test_an_image_that_fails_ends_at_once_with_an_error(self) -> None:
        found = pull("registry.example.com/team/crash-loop:1.0.0", credentials={"registry.example.com": LOGIN})
        assert (found.exits_at_once, found.exit_code) == (True, 1)
        assert "FATAL" in found.log_lines[-1]


class TestGeneratedRepositories:
    CATALOG = Catalog.load(extra_repositories=300)

    def test_are_in_the_first_instance_and_in_personal_edition(self) -> None:
        registry = self.CATALOG.container_registry
        for owner in (registry.enterprise[0], registry.personal[0]):
            names = [item.name for item in owner.repositories if item.namespace == "generated"]
            assert len(names) == len(set(names)) == 300
            assert owner.namespaces[-1].name == "generated"

    def test_can_be_pulled(self) -> None:
        image = "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/generated/service-00300:1.1.0"
        assert self.CATALOG.pull(image, region_id="cn-hangzhou", vpc_reaches_internet=False).ok
        assert CATALOG.pull(image, region_id="cn-hangzhou", vpc_reaches_internet=False).cause == "repository_not_found"
