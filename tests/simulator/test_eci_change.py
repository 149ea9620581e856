import json

import pytest

from tests.simulator.cloud import Cloud


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def test_a_deleted_group_is_gone(cloud: Cloud) -> None:
    group_id = cloud.create()
    assert list(cloud.call("DeleteContainerGroup", ContainerGroupId=group_id)) == ["RequestId"]
    answer = cloud.call("DescribeContainerGroups", ContainerGroupIds=json.dumps([group_id]))
    assert (answer["TotalCount"], cloud.call("DescribeContainerGroups")["TotalCount"]) == (0, 0)


def test_a_pre_stop_hook_delays_the_deletion(cloud: Cloud) -> None:
    group_id = cloud.create(Container__1__LifecyclePreStopHandlerExec__1="sync")
    cloud.wait(30)
    cloud.call("DeleteContainerGroup", ContainerGroupId=group_id)
    assert cloud.describe(group_id)["Status"] == "Terminating"
    cloud.wait(3.1)
    assert cloud.call("DescribeContainerGroups")["TotalCount"] == 0


def test_an_unknown_group_cannot_be_deleted_or_restarted(cloud: Cloud) -> None:
    for action in ("DeleteContainerGroup", "RestartContainerGroup"):
        answer = cloud.call(action, ContainerGroupId="eci-none")
        assert (cloud.status, answer["Code"]) == (404, "InvalidParameter.NotFound")
        assert cloud.call(action)["Code"] == "MissingParameter"


def test_another_account_s_group_is_unknown(cloud: Cloud) -> None:
    group_id = cloud.create()
    answer = cloud.call("DeleteContainerGroup", "mallory", ContainerGroupId=group_id)
    assert answer["Code"] == "InvalidParameter.NotFound"
    assert cloud.describe(group_id)


def test_a_repeated_deletion_with_the_same_token_succeeds(cloud: Cloud) -> None:
    first, second = cloud.create(), cloud.create()
    for _ in range(2):
        assert "Code" not in cloud.call("DeleteContainerGroup", ContainerGroupId=first, ClientToken="t")
    answer = cloud.call("DeleteContainerGroup", ContainerGroupId=second, ClientToken="t")
    assert answer["Code"] == "IdempotentParameterMismatch"


def test_a_restart_shows_and_counts(cloud: Cloud) -> None:
    group_id = cloud.create()
    cloud.wait(30)
    cloud.call("RestartContainerGroup", ContainerGroupId=group_id)
    assert cloud.describe(group_id)["Status"] == "Restarting"
    cloud.wait(10)
    found = cloud.describe(group_id)
    assert (found["Status"], found["Containers"][0]["RestartCount"]) == ("Running", 1)


def test_a_repeated_restart_with_the_same_token_restarts_once(cloud: Cloud) -> None:
    group_id = cloud.create()
    cloud.wait(30)
    for _ in range(2):
        assert "Code" not in cloud.call("RestartContainerGroup", ContainerGroupId=group_id, ClientToken="t")
    cloud.wait(30)
    assert cloud.describe(group_id)["Containers"][0]["RestartCount"] == 1


def test_only_pending_and_running_groups_can_be_restarted(cloud: Cloud) -> None:
    group_id = cloud.create(RestartPolicy="Never", Container__1__Image="busybox:latest")
    assert cloud.call("RestartContainerGroup", ContainerGroupId=group_id)["Code"] == "IncorrectStatus"
    cloud.wait(60)
    assert cloud.call("RestartContainerGroup", ContainerGroupId=group_id)["Code"] == "IncorrectStatus"
