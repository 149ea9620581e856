from dataclasses import replace
from datetime import timedelta

import pytest

from consoleapp.gateways.ports.container_groups import ContainerStatus, State
from consoleapp.groups.services.diagnosis import Cause, Diagnosis
from consoleapp.groups.services.phases import SHARES, Step, phases_of
from tests.groups.builders import IMAGE, NOON, REFUSED, event, group

PULLED = f'Successfully pulled image "{IMAGE}" in 2.5s (2.5s including waiting). Image size: 58720256 bytes.'
UP = ContainerStatus("api", IMAGE, ready=True, state=State("Running", start_time=NOON + timedelta(seconds=9)))
STORY = (
    event("UserInstanceTypeSpec", "2-4", 1, "Normal"),
    event("Pulling", f'Pulling image "{IMAGE}"', 4, "Normal"),
    event("Pulled", PULLED, 8, "Normal"),
    event("Started", "Started container api", 9, "Normal"),
)
LATER = NOON + timedelta(seconds=30)


def told(found: object, diagnosis: Diagnosis | None = None) -> list[tuple[str, str, float | None]]:
    return [(each.step.value, each.state, each.seconds) for each in phases_of(found, LATER, diagnosis, 0.009)]  # type: ignore[arg-type]


def test_a_group_that_is_ready_tells_how_long_each_phase_took() -> None:
    found = phases_of(group(UP, status="Running", events=STORY), LATER, None, 0.009)

    assert [(each.step.value, each.state, each.seconds) for each in found] == [
        ("ordered", "done", 0.009),
        ("placed", "done", 4),
        ("pulled", "done", 4),
        ("started", "done", 1),
        ("ready", "done", None),
    ]
    assert found[2].size_bytes == 58_720_256
    assert [each.share for each in found] == [1, SHARES, SHARES, 2, 1]


def test_the_first_phase_that_is_not_over_goes_on_and_the_others_come_later() -> None:
    searching = group(ContainerStatus("api", IMAGE), status="Scheduling")
    assert [each[:2] for each in told(searching)][1:] == [
        ("placed", "now"),
        ("pulled", "later"),
        ("started", "later"),
        ("ready", "later"),
    ]
    pulling = group(ContainerStatus("api", IMAGE, state=State("Waiting", "ContainerCreating")), events=STORY[:2])
    placed, pulled = phases_of(pulling, LATER)[1:3]
    assert (placed.state, pulled.state, pulled.seconds) == ("done", "now", 26)
    assert pulled.since == NOON + timedelta(seconds=4)


def test_an_image_that_is_not_pulled_makes_its_phase_the_bad_one() -> None:
    found = told(REFUSED, Diagnosis(Cause.WRONG_PASSWORD, "api", IMAGE))

    assert [each[1] for each in found] == ["done", "done", "bad", "later", "later"]


def test_the_phase_of_one_image_is_not_over_before_the_others_are_there_too() -> None:
    second = ContainerStatus("db", "registry.example.com/shop/db:1", state=State("Waiting", "ContainerCreating"))

    assert [each[1] for each in told(group(UP, second, events=STORY))][2] == "now"


@pytest.mark.parametrize(
    ("status", "cause", "states"),
    [
        ("Succeeded", None, ["done", "done", "done", "done", "done"]),
        ("Failed", Cause.ENDED_BADLY, ["done", "done", "done", "done", "bad"]),
    ],
)
def test_a_group_that_has_ended_ends_with_its_end(status: str, cause: Cause | None, states: list[str]) -> None:
    ended = State("Terminated", exit_code=1 if cause else 0, start_time=NOON, finish_time=NOON + timedelta(seconds=20))
    end = {"succeeded_time": NOON + timedelta(seconds=20)} if cause is None else {}
    found = group(replace(UP, state=ended), status=status, events=STORY, **end)

    phases = phases_of(found, LATER, Diagnosis(cause, "api") if cause else None)

    assert [each.state for each in phases] == states
    assert phases[-1].step is Step.ENDED
    assert phases[-1].seconds == 11 or cause


def test_a_container_that_is_started_again_and_again_was_started_by_its_first_start() -> None:
    waiting = replace(UP, ready=False, restart_count=3, state=State("Waiting", "CrashLoopBackOff"))
    again = replace(STORY[-1], count=4, last_timestamp=LATER)
    found = told(group(waiting, status="Running", events=(*STORY[:-1], again)), Diagnosis(Cause.KEEPS_ENDING, "api"))

    assert found[3] == ("started", "done", 1)
    assert found[4][1] == "bad"


def test_a_cloud_that_tells_no_moments_gives_no_durations() -> None:
    bare = group(replace(UP, state=State("Running")), status="Running", creation_time=None)

    assert {each[2] for each in told(bare)[1:]} == {None}
    assert {each[1] for each in told(bare)} == {"done"}
