from dataclasses import replace
from typing import Any

import pytest

from consoleapp.simulator import lifecycle
from consoleapp.simulator.events import MAX_EVENTS
from consoleapp.simulator.lifecycle import GroupPlan, Observation
from consoleapp.simulator.runs import ContainerPlan

NGINX = ContainerPlan("nginx", "nginx:1", size_bytes=40_000_000)
ONCE = ContainerPlan("once", "busybox:1", run_seconds=0.5)
DENIED = ContainerPlan("app", "reg.example.com/app:1", pull_error="pull access denied")


def plan(*containers: ContainerPlan, **changed: Any) -> GroupPlan:
    base = GroupPlan(
        group_id="eci-sim-1",
        name="web",
        spec="2-4Gi",
        restart_policy="Always",
        max_pending_seconds=240 * 60,
        active_deadline_seconds=None,
        looks_for_image_cache=False,
        has_pre_stop=False,
        init_containers=(),
        containers=containers,
    )
    return replace(base, **changed)


def at(age: float, *containers: ContainerPlan, restarts: tuple[float, ...] = (), **changed: Any) -> Observation:
    return lifecycle.observe(plan(*containers, **changed), age=age, restarts=restarts)


def told(observation: Observation) -> list[tuple[str, str, int]]:
    return [(event.reason, event.message, event.count) for event in observation.events]


def test_goes_from_scheduling_over_pending_to_running() -> None:
    statuses = [at(age, NGINX).status for age in (0, 1.9, 2, 4.4, 4.5, 100_000)]
    assert statuses == ["Scheduling", "Scheduling", "Pending", "Pending", "Running", "Running"]


def test_tells_the_events_of_a_good_start_in_the_real_words() -> None:
    assert told(at(100, NGINX)) == [
        (
            "UserInstanceTypeSpec",
            "[eci.containergroup]The user-specified instanceType for current eci instance is 2-4Gi",
            1,
        ),
        ("Pulling", 'Pulling image "nginx:1"', 1),
        (
            "Pulled",
            'Successfully pulled image "nginx:1" in 2s (2s including waiting). Image size: 40000000 bytes.',
            1,
        ),
        ("Created", "Created container: nginx", 1),
        ("Started", "Started container nginx", 1),
    ]


def test_tells_only_what_has_happened_yet() -> None:
    assert [reason for reason, _, _ in told(at(3.9, NGINX))] == ["UserInstanceTypeSpec", "Pulling"]
    assert told(at(0.9, NGINX)) == []


def test_misses_the_image_cache_when_told_to_look_for_one() -> None:
    assert ("ImageCacheMissed", "[eci.imagecache]Missed image cache.", 1) in told(
        at(2, NGINX, looks_for_image_cache=True)
    )


def test_is_a_pure_function_of_its_arguments() -> None:
    assert at(77, NGINX, DENIED, restarts=(20,)) == at(77, NGINX, DENIED, restarts=(20,))


def test_a_failed_pull_backs_off_like_the_kubelet_and_stays_pending() -> None:
    # Attempts at 2, 13, 34, 75, 156, 317 and from there every 301 s; each fails after one second.
    for age, reason, pulls in (
        (2.5, "ContainerCreating", 1),
        (3, "ErrImagePull", 1),
        (7, "ImagePullBackOff", 1),
        (13, "ImagePullBackOff", 2),
        (14, "ErrImagePull", 2),
        (34, "ImagePullBackOff", 3),
        (317, "ImagePullBackOff", 6),
        (618, "ImagePullBackOff", 7),
        (919, "ImagePullBackOff", 8),
    ):
        observation = at(age, DENIED)
        assert observation.status == "Pending"
        assert observation.containers[0].state.reason == reason, age
        assert ("Pulling", f'Pulling image "{DENIED.image}"', pulls) in told(observation)


def test_a_failed_pull_tells_the_error_and_the_back_off() -> None:
    assert told(at(20, DENIED))[1:] == [
        ("Pulling", 'Pulling image "reg.example.com/app:1"', 2),
        ("Failed", 'Failed to pull image "reg.example.com/app:1": pull access denied', 2),
        ("Failed", "Error: ErrImagePull", 2),
        ("BackOff", 'Back-off pulling image "reg.example.com/app:1"', 2),
        ("Failed", "Error: ImagePullBackOff", 2),
    ]
    state = at(3, DENIED).containers[0].state
    assert state.message == 'Failed to pull image "reg.example.com/app:1": pull access denied'


def test_event_times_and_counts_only_grow() -> None:
    last: dict[str, tuple[float, int]] = {}
    for age in range(0, 3000, 7):
        for event in at(age, DENIED, ONCE).events:
            key = f"{event.reason} {event.message}"
            before = last.get(key, (0.0, 0))
            assert event.last >= before[0]
            assert event.count >= before[1]
            assert event.first <= event.last <= age
            last[key] = (event.last, event.count)


def test_a_stuck_group_fails_at_the_maximum_pending_time() -> None:
    assert at(14_401, DENIED).status == "Pending"
    observation = at(14_402, DENIED)
    assert (observation.status, observation.ended) == ("Failed", 14_402)
    assert told(observation)[-1][0] == "StartingFailed"
    assert at(602, DENIED, max_pending_seconds=600).status == "Failed"


def test_nothing_happens_after_the_end() -> None:
    end, later = at(14_402, DENIED), at(1_000_000, DENIED)
    assert (end.events, end.containers) == (later.events, later.containers)


def test_one_container_without_an_image_keeps_the_others_pending() -> None:
    observation = at(100, NGINX, DENIED)
    assert observation.status == "Pending"
    assert [view.state.kind for view in observation.containers] == ["Running", "Waiting"]


def test_a_container_that_ends_at_once_with_always_stays_pending_and_backs_off() -> None:
    for age in (3.6, 4, 10, 300, 10_000):
        assert at(age, ONCE).status == "Pending"
    observation = at(30, ONCE)
    view = observation.containers[0]
    assert view.state.reason == "CrashLoopBackOff"
    assert view.state.message == "Back-off 20s restarting failed container=once pod=web_eci-sim-1(eci-sim-1)"
    assert view.previous is not None
    assert (view.previous.reason, view.previous.exit_code, view.starts) == ("Completed", 0, 3)
    assert ("BackOff", "Back-off restarting failed container", 2) in told(observation)


def test_the_back_off_of_restarts_ends_at_five_minutes() -> None:
    message = at(5_000, ONCE).containers[0].state.message
    assert message.startswith("Back-off 5m0s restarting failed container=once")


@pytest.mark.parametrize(
    ("policy", "exit_code", "status"),
    [
        ("Never", 0, "Succeeded"),
        ("Never", 1, "Failed"),
        ("OnFailure", 0, "Succeeded"),
        ("OnFailure", 1, "Pending"),
        ("Always", 0, "Pending"),
    ],
)
def test_the_restart_policy_decides_what_an_ended_container_means(policy: str, exit_code: int, status: str) -> None:
    assert at(60, replace(ONCE, exit_code=exit_code), restart_policy=policy).status == status


def test_a_group_ends_when_its_last_container_has() -> None:
    job = replace(ONCE, name="job", run_seconds=30)
    observations = [at(age, ONCE, job, restart_policy="Never") for age in (20, 33.4, 60)]
    assert [item.status for item in observations] == ["Running", "Running", "Succeeded"]
    assert observations[-1].ended is not None
    state = observations[-1].containers[1].state
    assert (state.kind, state.reason, state.exit_code) == ("Terminated", "Completed", 0)


def test_a_container_that_ran_properly_keeps_its_group_running_while_it_restarts() -> None:
    job = replace(ONCE, run_seconds=30)
    assert {at(age, job).status for age in range(5, 2000, 11)} == {"Running"}


def test_init_containers_run_one_after_the_other_before_the_containers() -> None:
    first = ContainerPlan("first", "busybox:1", run_seconds=5)
    second = ContainerPlan("second", "busybox:1", run_seconds=5)
    changed: dict[str, Any] = {"init_containers": (first, second)}
    early, late = at(5, NGINX, **changed), at(30, NGINX, **changed)
    assert [view.state.kind for view in early.init_containers] == ["Running", "Waiting"]
    assert early.containers[0].state.reason == "PodInitializing"
    assert [view.state.reason for view in late.init_containers] == ["Completed", "Completed"]
    assert late.status == "Running"
    assert ("Pulled", 'Container image "busybox:1" already present on machine', 1) in told(late)


def test_a_failing_init_container_stops_a_group_that_never_restarts() -> None:
    bad = ContainerPlan("init", "busybox:1", run_seconds=1, exit_code=2)
    assert at(30, NGINX, init_containers=(bad,), restart_policy="Never").status == "Failed"
    waiting = at(30, NGINX, init_containers=(bad,))
    assert waiting.status == "Pending"
    assert waiting.init_containers[0].state.reason == "CrashLoopBackOff"


def test_never_pulling_an_absent_image_is_an_error_of_its_own() -> None:
    observation = at(10, replace(NGINX, pull_policy="Never"))
    assert observation.containers[0].state.reason == "ErrImageNeverPull"
    assert ("ErrImageNeverPull", 'Container image "nginx:1" is not present with pull policy of Never', 1) in told(
        observation
    )


def test_never_pulling_an_image_that_another_container_brought_is_fine() -> None:
    second = replace(NGINX, name="second", pull_policy="Never")
    assert at(20, NGINX, second).status == "Running"


def test_always_pulling_a_present_image_asks_the_registry_again() -> None:
    second = replace(NGINX, name="second", pull_policy="Always")
    pulls = [count for reason, _, count in told(at(20, NGINX, second)) if reason == "Pulling"]
    assert pulls == [1, 1]


def test_an_image_name_that_cannot_be_read_is_never_pulled() -> None:
    bad = replace(NGINX, image="Nginx", pull_error='Failed to apply default image tag "Nginx": invalid reference')
    observation = at(40, bad)
    assert observation.containers[0].state.reason == "InvalidImageName"
    assert [reason for reason, _, _ in told(observation)][1:] == ["InspectFailed", "Failed"]


def test_a_readiness_delay_comes_between_running_and_ready() -> None:
    slow = replace(NGINX, ready_delay_seconds=10)
    assert [at(age, slow).containers[0].ready for age in (5, 14.4, 14.5)] == [False, False, True]


def test_an_active_deadline_ends_a_running_group() -> None:
    observation = at(62, NGINX, active_deadline_seconds=60)
    assert (observation.status, observation.containers[0].state.exit_code) == ("Failed", 137)
    assert not observation.containers[0].ready


def test_a_restart_stops_and_starts_everything_without_another_pull() -> None:
    restarted = [at(age, NGINX, restarts=(50.0,)) for age in (50, 53, 53.5)]
    assert [item.status for item in restarted] == ["Restarting", "Pending", "Running"]
    assert restarted[-1].containers[0].starts == 2
    messages = [message for _, message, _ in told(restarted[-1])]
    assert "Stopping container nginx" in messages
    assert messages.count('Pulling image "nginx:1"') == 1


def test_a_restart_tries_a_failed_pull_again_from_the_first_back_off() -> None:
    observation = at(1005, DENIED, restarts=(1000.0,))
    assert observation.status == "Pending"
    assert at(1004, DENIED, restarts=(1000.0,)).containers[0].state.reason == "ErrImagePull"


def test_a_faster_world_does_the_same_in_less_time() -> None:
    fast = lifecycle.observe(plan(NGINX), age=0.45, speed=10)
    assert fast.status == "Running"
    slow = at(4.5, NGINX)
    assert [event.last for event in fast.events] == pytest.approx([event.last / 10 for event in slow.events])
    assert fast.containers[0].state.started == pytest.approx(0.45)


def test_the_end_is_known_from_the_beginning() -> None:
    assert lifecycle.final_moment(plan(NGINX), (), speed=1) == float("inf")
    assert lifecycle.final_moment(plan(DENIED), (), speed=10) == 1440.2
    end = lifecycle.final_moment(plan(ONCE, restart_policy="Never"), (), speed=1)
    assert at(end, ONCE, restart_policy="Never").status == "Succeeded"
    assert at(end - 0.01, ONCE, restart_policy="Never").status == "Pending"


def test_a_plan_survives_being_stored() -> None:
    full = plan(NGINX, replace(DENIED, log_lines=("a", "b")), init_containers=(ONCE,), active_deadline_seconds=5.0)
    assert GroupPlan.from_json(full.to_json()) == full


def test_tells_at_most_fifty_events() -> None:
    many = tuple(replace(NGINX, name=f"c{number}", image=f"image:{number}") for number in range(20))
    observation = at(1000, *many)
    assert len(observation.events) == MAX_EVENTS
    assert observation.events[-1].reason == "Started"
