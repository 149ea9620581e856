import logging
from pathlib import Path

import pytest

from consoleapp.simulator.app import MAX_BODY
from tests.disk import full_disk
from tests.simulator.cloud import Cloud, encoded_query, group


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def test_an_unknown_action_or_version_is_not_found(cloud: Cloud) -> None:
    answer = cloud.call("MakeCoffee")
    assert (cloud.status, answer["Code"]) == (404, "InvalidApi.NotFound")
    headers = cloud.v3_headers("DescribeRegions", "", version="1999-01-01")
    assert cloud.send("POST", "", headers)["Code"] == "InvalidProduct.NotFound"
    assert cloud.send("GET", "", {})["Code"] == "InvalidProduct.NotFound"


def test_another_path_or_method_is_refused(cloud: Cloud) -> None:
    headers = cloud.v3_headers("DescribeRegions", "", path="/elsewhere")
    assert cloud.send("POST", "", headers, path="/elsewhere")["Code"] == "InvalidApi.NotFound"
    assert cloud.send("DELETE", "", {})["Code"] == "UnsupportedHTTPMethod"
    assert cloud.send("GET", "", {}, path="/repos/a/b/c/d")["Code"] == "InvalidApi.NotFound"


def test_parameters_may_come_in_a_signed_form(cloud: Cloud) -> None:
    body = encoded_query({"RegionId": "cn-hangzhou", **group()}).encode()
    headers = cloud.v3_headers("CreateContainerGroup", "", body=body)
    form = headers | {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    assert "ContainerGroupId" in cloud.send("POST", "", form, body=body)


def test_every_product_answers_at_one_address(cloud: Cloud) -> None:
    query = "RegionId=cn-hangzhou"
    for action, version, key in (
        ("DescribeVpcs", "2016-04-28", "Vpcs"),
        ("DescribeSecurityGroups", "2014-05-26", "SecurityGroups"),
        ("ListInstance", "2018-12-01", "Instances"),
    ):
        headers = cloud.v3_headers(action, query, version=version)
        answer = cloud.send("POST", query, headers)
        assert key in answer
        assert answer["RequestId"]


def test_the_personal_edition_answers_by_path_with_a_request_id_of_its_case(cloud: Cloud) -> None:
    headers = cloud.v3_headers("GetNamespaceList", "", version="2016-06-07", method="GET", path="/namespace")
    answer = cloud.send("GET", "", headers, path="/namespace")
    assert (answer["requestId"], cloud.status) == (cloud.headers["x-acs-request-id"], 200)


def test_docker_hub_answers_without_a_signature(cloud: Cloud) -> None:
    answer = cloud.send("GET", "page_size=1", {}, path="/v2/repositories/library/")
    assert (cloud.status, len(answer["results"])) == (200, 1)


def test_a_body_or_a_number_of_parameters_without_end_is_refused(cloud: Cloud) -> None:
    assert cloud.send("POST", "", {}, body=b"x" * (MAX_BODY + 1))["Code"] == "RequestEntityTooLarge"
    assert cloud.status == 413
    query = "&".join(f"a{number}=1" for number in range(10_001))
    assert cloud.send("GET", query, {})["Code"] == "RequestEntityTooLarge"


def test_a_mistake_of_ours_is_an_internal_error_with_a_request_id(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cloud.app.store, "transaction", None)
    with caplog.at_level(logging.ERROR):
        answer = cloud.call("DescribeRegions")
    assert (cloud.status, answer["Code"]) == (500, "InternalError")
    assert answer["RequestId"] in caplog.text


def test_ids_come_from_the_given_source(cloud: Cloud) -> None:
    cloud.app._new_bytes = lambda count: b"\x01" * count
    answer = cloud.call("CreateContainerGroup", flat=group())
    assert answer["RequestId"] == "01010101-0101-4101-0101-010101010101"
    assert len(answer["ContainerGroupId"]) == len("eci-sim-") + 20


def test_two_applications_on_one_file_share_groups_tokens_and_nonces(tmp_path: Path) -> None:
    first, second = Cloud(tmp_path / "state.db"), Cloud(tmp_path / "state.db")
    group_id = first.create(ClientToken="t")
    assert second.create(ClientToken="t") == group_id
    assert second.describe(group_id)["ContainerGroupId"] == group_id
    headers = first.v3_headers("DescribeRegions", "")
    assert "Regions" in first.send("POST", "", headers)
    assert second.send("POST", "", headers)["Code"] == "SignatureNonceUsed"


def test_a_file_in_trouble_is_an_answer_of_the_cloud_and_all_is_well_after_it(tmp_path: Path) -> None:
    cloud = Cloud(state=tmp_path / "state.sqlite3")
    assert "Regions" in cloud.call("DescribeRegions")
    with full_disk():
        answer = cloud.call("DescribeRegions")
    assert (cloud.status, answer["Code"]) == (503, "ServiceUnavailable")
    assert "Regions" in cloud.call("DescribeRegions")
