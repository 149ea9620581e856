"""What the Describe calls tell of a group's conditions and of processes that ended, in the words of the cloud."""

import json
from typing import Any

import pytest

from tests.simulator.cloud import Cloud
from tests.simulator.shapes import strays


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def conditions(cloud: Cloud) -> dict[str, dict[str, str]]:
    answer = cloud.call("DescribeContainerGroupStatus")
    assert strays("DescribeContainerGroupStatus", answer) == []
    return {item.pop("type"): item for item in answer["Data"][0]["PodStatus"]["Conditions"]}


def container_status(cloud: Cloud) -> dict[str, Any]:
    status: dict[str, Any] = cloud.call("DescribeContainerGroupStatus")["Data"][0]["PodStatus"]["ContainerStatuses"][0]
    return status


def not_ready(*names: str, at: str) -> dict[str, str]:
    return {
        "status": "False",
        "Reason": "ContainersNotReady",
        "Message": f"containers with unready status: [{' '.join(names)}]",
        "lastTransitionTime": at,
    }


def since(at: str) -> dict[str, str]:
    return {"status": "True", "lastTransitionTime": at}


INIT = {"InitContainer__1__Name": "prepare", "InitContainer__1__Image": "busybox:1.36"}
SLEEPS = {"InitContainer__1__Command__1": "sleep", "InitContainer__1__Arg__1": "5"}
CRASHES = {"Container__1__Command__1": "sh", "Container__1__Command__2": "-c"}


class TestConditions:
    def test_a_group_that_is_being_made_says_so(self, cloud: Cloud) -> None:
        cloud.create(**INIT, **SLEEPS)
        cloud.wait(1)
        assert conditions(cloud) == {
            "PodScheduled": {"status": "False", "lastTransitionTime": "2026-10-12T08:00:00Z"},
            "ContainerInstanceCreated": {
                "status": "False",
                "Reason": "Creating",
                "lastTransitionTime": "2026-10-12T08:00:00Z",
            },
            "Initialized": {
                "status": "False",
                "Reason": "ContainersNotInitialized",
                "Message": "containers with incomplete status: [prepare]",
                "lastTransitionTime": "2026-10-12T08:00:00Z",
            },
            "ContainersReady": not_ready("nginx", at="2026-10-12T08:00:00Z"),
            "Ready": not_ready("nginx", at="2026-10-12T08:00:00Z"),
        }

    def test_each_changes_at_its_own_moment(self, cloud: Cloud) -> None:
        cloud.create(
            **INIT,
            **SLEEPS,
            Container__1__ReadinessProbe__TcpSocket__Port="80",
            Container__1__ReadinessProbe__InitialDelaySeconds="30",
        )
        cloud.wait(20)
        waiting = conditions(cloud)
        cloud.wait(30)
        done = conditions(cloud)
        assert waiting["PodScheduled"] == waiting["ContainerInstanceCreated"] == since("2026-10-12T08:00:02Z")
        assert waiting["Initialized"] == done["Initialized"]
        assert "2026-10-12T08:00:07Z" < done["Initialized"]["lastTransitionTime"] < "2026-10-12T08:00:15Z"
        assert waiting["Ready"]["Message"] == "containers with unready status: [nginx]"
        started = container_status(cloud)["State"]["Running"]["StartedAtstartedAt"]
        assert done["Ready"] == done["ContainersReady"] == since(later(started, 30))

    def test_all_containers_that_are_not_ready_are_named(self, cloud: Cloud) -> None:
        cloud.create(
            Container__2__Name="second",
            Container__2__Image="nginx:no-such-tag",
            Container__3__Name="third",
            Container__3__Image="registry.example.com/none:1",
        )
        cloud.wait(30)
        assert conditions(cloud)["Ready"] == not_ready("second", "third", at="2026-10-12T08:00:00Z")

    @pytest.mark.parametrize(
        ("code", "status", "reason"), [("0", "Succeeded", "PodCompleted"), ("3", "Failed", "PodFailed")]
    )
    def test_a_group_that_has_ended_gives_that_as_the_reason(
        self, cloud: Cloud, code: str, status: str, reason: str
    ) -> None:
        group_id = cloud.create(RestartPolicy="Never", **CRASHES, Container__1__Command__3=f"exit {code}")
        cloud.wait(60)
        found = cloud.describe(group_id)
        ended = {"status": "False", "Reason": reason, "lastTransitionTime": found[f"{status}Time"]}
        assert found["Status"] == status
        assert conditions(cloud)["Ready"] == conditions(cloud)["ContainersReady"] == ended
        assert conditions(cloud)["Initialized"]["status"] == "True"

    def test_a_container_that_has_ended_makes_its_group_unready_from_then_on(self, cloud: Cloud) -> None:
        cloud.create(Container__1__Command__1="sleep", Container__1__Command__2="20")
        cloud.wait(25.5)
        finished = container_status(cloud)["State"]["Terminated"]["FinishedAt"]
        assert conditions(cloud)["Ready"] == not_ready("nginx", at=finished)


class TestEndedProcesses:
    def test_a_process_that_was_killed_names_the_signal(self, cloud: Cloud) -> None:
        group_id = cloud.create(ActiveDeadlineSeconds="60")
        cloud.wait(70)
        state = cloud.describe(group_id)["Containers"][0]["CurrentState"]
        assert (state["ExitCode"], state["Signal"]) == (137, 9)
        ended = container_status(cloud)["State"]["Terminated"]
        assert (ended["ExitCode"], ended["Signal"]) == (137, 9)

    def test_a_process_that_ended_by_itself_was_ended_by_no_signal(self, cloud: Cloud) -> None:
        group_id = cloud.create(RestartPolicy="Never", **CRASHES, Container__1__Command__3="exit 3")
        cloud.wait(60)
        state = cloud.describe(group_id)["Containers"][0]["CurrentState"]
        assert (state["ExitCode"], state["Signal"]) == (3, 0)

    def test_a_restart_leaves_the_process_that_it_stopped_as_the_previous_one(self, cloud: Cloud) -> None:
        group_id = cloud.create()
        cloud.wait(60)
        cloud.call("RestartContainerGroup", ContainerGroupId=group_id)
        cloud.wait(30)
        container = cloud.describe(group_id)["Containers"][0]
        assert container["CurrentState"]["State"] == "Running"
        previous = container["PreviousState"]
        assert (previous["State"], previous["ExitCode"], previous["Signal"]) == ("Terminated", 137, 9)
        assert previous["FinishTime"] == "2026-10-12T08:01:00Z"
        last = container_status(cloud)["LastState"]["Terminated"]
        assert (last["ExitCode"], last["FinishedAt"]) == (137, "2026-10-12T08:01:00Z")
        asked = {"ContainerGroupId": group_id, "ContainerName": "nginx", "LastTime": "true"}
        assert cloud.call("DescribeContainerLog", flat=asked)["Content"]

    def test_a_restart_of_what_never_ran_leaves_no_previous_one(self, cloud: Cloud) -> None:
        group_id = cloud.create(Container__1__Image="nginx:no-such-tag")
        cloud.wait(60)
        cloud.call("RestartContainerGroup", ContainerGroupId=group_id)
        cloud.wait(30)
        assert cloud.describe(group_id)["Containers"][0]["PreviousState"] == {}

    @pytest.mark.parametrize(
        ("policy", "script", "message"),
        [
            ("FallbackToLogsOnError", "echo no database; exit 3", "no database\n"),
            ("FallbackToLogsOnError", "echo done; exit 0", ""),
            ("File", "echo no database; exit 3", ""),
            (None, "echo no database; exit 3", ""),
        ],
    )
    def test_a_process_that_ended_badly_tells_the_end_of_its_log_where_that_was_asked_for(
        self, cloud: Cloud, policy: str | None, script: str, message: str
    ) -> None:
        group_id = cloud.create(
            **CRASHES, Container__1__Command__3=script, Container__1__TerminationMessagePolicy=policy
        )
        cloud.wait(40)
        previous = cloud.describe(group_id)["Containers"][0]["PreviousState"]
        assert previous["State"] == "Terminated"
        assert previous.get("Message", "") == message
        assert container_status(cloud)["LastState"]["Terminated"]["Message"] == message

    def test_a_message_is_at_most_two_kilobytes(self, cloud: Cloud) -> None:
        script = "".join(f"echo {number:0200};" for number in range(1, 12))
        words = {f"Container__1__Arg__{number}": word for number, word in enumerate(["-c", f"{script} exit 1"], 1)}
        group_id = cloud.create(
            Container__1__Command__1="sh", **words, Container__1__TerminationMessagePolicy="FallbackToLogsOnError"
        )
        cloud.wait(40)
        message = cloud.describe(group_id)["Containers"][0]["PreviousState"]["Message"]
        assert len(message.encode()) == 2048
        assert message.endswith("011\n")

    def test_another_policy_is_refused_by_name(self, cloud: Cloud) -> None:
        answer = cloud.call(
            "CreateContainerGroup",
            flat={
                "ContainerGroupName": "web",
                "Container.1.Name": "nginx",
                "Container.1.Image": "nginx:latest",
                "Container.1.TerminationMessagePolicy": "Always",
            },
        )
        assert answer["Code"] == "InvalidParameter"
        assert "Container.1.TerminationMessagePolicy" in answer["Message"]


def later(stamp: str, seconds: int) -> str:
    minute, second = int(stamp[14:16]), int(stamp[17:19]) + seconds
    return f"{stamp[:14]}{minute + second // 60:02}:{second % 60:02}Z"


def test_a_group_that_was_stored_before_messages_were_is_still_described(cloud: Cloud) -> None:
    group_id = cloud.create()
    with cloud.app.store.transaction(cloud.now) as transaction:
        stored = transaction.group("alice", "cn-hangzhou", group_id)
        assert stored is not None
        plan = json.loads(stored.plan_text)
        plan[-1] = [container[:10] for container in plan[-1]]
        transaction._execute("UPDATE groups SET plan = ? WHERE group_id = ?", (json.dumps(plan), group_id))
    cloud.wait(30)
    assert cloud.describe(group_id)["Status"] == "Running"
