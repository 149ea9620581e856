"""consoleapp/simulator/dispatch.py: the region of a Container Registry host."""

import pytest

from consoleapp.simulator import dispatch
from consoleapp.simulator.auth import Request


def _request(
    host: str, *, path: str = "/", version: str = "2018-12-01", action: str = "ListInstance", **parameters: str
) -> Request:
    headers = {"host": host, "x-acs-version": version, "x-acs-action": action}
    return Request(method="GET", path=path, query="", headers=headers, body=b"", parameters=parameters)


@pytest.mark.parametrize("path", ["/", "/repos", "/repos/acme"])
def test_a_container_registry_host_tells_the_region(path: str) -> None:
    assert dispatch.route(_request("cr.cn-beijing.aliyuncs.com", path=path)).parameters["RegionId"] == "cn-beijing"


@pytest.mark.parametrize("host", ["127.0.0.1:8099", "cr.cn-beijing.aliyuncs.com.example.com", ""])
def test_another_host_tells_none(host: str) -> None:
    assert "RegionId" not in dispatch.route(_request(host)).parameters


def test_a_region_that_was_asked_for_stands() -> None:
    asked = _request("cr.cn-beijing.aliyuncs.com", RegionId="cn-shanghai")
    assert "RegionId" not in dispatch.route(asked).parameters


def test_the_hosts_of_other_products_tell_none() -> None:
    asked = _request("cr.cn-beijing.aliyuncs.com", version="2018-08-08", action="DescribeRegions")
    assert "RegionId" not in dispatch.route(asked).parameters
