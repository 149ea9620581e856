from itertools import pairwise

import pytest

from tests.simulator.cloud import Cloud


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


ECHO = {
    "Container__1__Image": "busybox:latest",
    "Container__1__Command__1": "sh",
    "Container__1__Command__2": "-c",
    "Container__1__Command__3": "echo one; echo two; sleep 20",
}


def log(cloud: Cloud, group_id: str, **parameters: str) -> str:
    answer = cloud.call("DescribeContainerLog", ContainerGroupId=group_id, ContainerName="nginx", **parameters)
    content: str = answer["Content"]
    return content


def test_a_container_that_has_not_started_has_written_nothing(cloud: Cloud) -> None:
    assert log(cloud, cloud.create()) == ""


def test_an_image_writes_what_its_kind_writes(cloud: Cloud) -> None:
    group_id = cloud.create()
    cloud.wait(60)
    assert "nginx" in log(cloud, group_id)


def test_lines_come_as_time_passes_and_never_change(cloud: Cloud) -> None:
    group_id, seen = cloud.create(), [""]
    for _ in range(40):
        cloud.wait(0.25)
        seen.append(log(cloud, group_id))
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))
    assert len(set(seen)) > 2


def test_echoed_words_are_the_log(cloud: Cloud) -> None:
    group_id = cloud.create(**ECHO)
    cloud.wait(10)
    assert log(cloud, group_id) == "one\ntwo\n"
    assert log(cloud, group_id, Tail="1") == "two\n"
    assert log(cloud, group_id, LimitBytes="3") == "wo\n"
    assert log(cloud, group_id, Timestamps="true").startswith("2026-10-12T08:00:0")


def test_only_recent_lines_are_told_when_asked(cloud: Cloud) -> None:
    group_id = cloud.create(**ECHO)
    cloud.wait(15)
    assert log(cloud, group_id, SinceSeconds="5") == ""
    assert log(cloud, group_id, SinceSeconds="15") == "one\ntwo\n"
    assert log(cloud, group_id, StartTime="2026-10-12T08:00:10Z") == ""
    assert log(cloud, group_id, StartTime="2026-10-12T07:00:00Z") == "one\ntwo\n"


def test_the_process_before_the_last_restart_can_be_asked_for(cloud: Cloud) -> None:
    group_id = cloud.create(**ECHO)
    cloud.wait(10)
    assert log(cloud, group_id, LastTime="true") == ""
    cloud.wait(20)
    assert log(cloud, group_id, LastTime="true") == "one\ntwo\n"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"ContainerName": "other"}, "InvalidParameter.NotFound"),
        ({"ContainerName": ""}, "MissingParameter"),
        ({"ContainerGroupId": "eci-none"}, "InvalidParameter.NotFound"),
        ({"Tail": "2001"}, "InvalidParameter.ValueExceeded"),
        ({"StartTime": "noon"}, "InvalidParameter"),
        ({"StartTime": "2026-10-12T08:00:00"}, "InvalidParameter"),
    ],
)
def test_refuses_what_cannot_be_read(cloud: Cloud, parameters: dict[str, str], code: str) -> None:
    group_id = cloud.create()
    cloud.wait(10)
    flat = {"ContainerGroupId": group_id, "ContainerName": "nginx", **parameters}
    assert cloud.call("DescribeContainerLog", flat=flat)["Code"] == code
