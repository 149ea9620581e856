"""What the adapter makes of answers that the simulator does not give."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from consoleapp.gateways.alibaba.client import Idempotency
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.error_codes import DryRunPassed
from consoleapp.gateways.errors import NotFound, OutcomeUnknown, Unavailable
from consoleapp.gateways.ports.container_groups import Spot, State
from tests.gateways.alibaba.recorded import Recorded

REGION = "cn-hangzhou"
ASKED = {"RegionId": REGION, "ContainerGroupName": "web"}


def _eci(*answers: Any) -> tuple[ElasticContainerInstance, Recorded]:
    recorded = Recorded(*answers)
    return ElasticContainerInstance(recorded.as_client), recorded


def test_a_creation_is_a_change_and_carries_its_token() -> None:
    eci, recorded = _eci({"ContainerGroupId": "eci-1", "RequestId": "R-1"})
    created = eci.create({**ASKED, "DryRun": "true"}, client_token="token-1")
    assert (created.container_group_id, created.request_id) == ("eci-1", "R-1")
    assert recorded.asked == [("CreateContainerGroup", {**ASKED, "ClientToken": "token-1"})]
    assert recorded.idempotency == [Idempotency.CHANGE]


def test_an_answer_without_an_id_leaves_the_outcome_open() -> None:
    eci, _ = _eci({"RequestId": "R-1"})
    with pytest.raises(OutcomeUnknown) as caught:
        eci.create(ASKED, client_token="token-1")
    assert caught.value.request_id == "R-1"


@pytest.mark.parametrize("group_id", ["eci sim", "../eci", "e" * 65, {"a": 1}, "eci/1"])
def test_an_id_that_no_address_can_hold_leaves_the_outcome_open(group_id: object) -> None:
    eci, _ = _eci({"RequestId": "R-1", "ContainerGroupId": group_id})
    with pytest.raises(OutcomeUnknown):
        eci.create(ASKED, client_token="token-1")


def test_a_request_id_that_no_column_can_hold_is_left_out() -> None:
    eci, _ = _eci({"RequestId": "R" * 65, "ContainerGroupId": "eci-1"})
    assert eci.create(ASKED, client_token="token-1").request_id == ""


@pytest.mark.parametrize("answer", [{}, {"ContainerGroups": {"a": 1}}, {"ContainerGroups": None, "RequestId": "R"}])
def test_an_answer_without_the_list_does_not_mean_that_the_group_is_gone(answer: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        _eci(answer)[0].get(REGION, "eci-1")
    with pytest.raises(Unavailable):
        _eci(answer)[0].list(REGION)
    with pytest.raises(Unavailable):
        _eci(answer)[0].regions()


def test_a_list_that_is_left_out_is_empty_where_the_total_says_so() -> None:
    assert _eci({"TotalCount": 0})[0].list(REGION).items == ()


def test_a_dry_run_uses_up_no_token() -> None:
    eci, recorded = _eci(DryRunPassed("passed", request_id="R-2"))
    assert eci.dry_run({**ASKED, "ClientToken": "token-1"}) == "R-2"
    assert recorded.asked == [("CreateContainerGroup", {**ASKED, "DryRun": "true"})]


def test_a_dry_run_that_is_simply_answered_has_passed() -> None:
    eci, _ = _eci({"RequestId": "R-3"})
    assert eci.dry_run(ASKED) == "R-3"


def test_a_dry_run_without_any_answer_has_not_passed() -> None:
    with pytest.raises(Unavailable):
        _eci({})[0].dry_run(ASKED)


def test_a_change_without_any_answer_may_or_may_not_have_happened() -> None:
    for change in (_eci({})[0].restart, _eci({})[0].delete):
        with pytest.raises(OutcomeUnknown):
            change(REGION, "eci-1")


def test_a_dry_run_that_created_a_group_is_an_alarm() -> None:
    eci, _ = _eci({"RequestId": "R-4", "ContainerGroupId": "eci-1"})
    with pytest.raises(OutcomeUnknown):
        eci.dry_run(ASKED)


def test_ids_are_sent_as_a_json_array_and_bring_the_events() -> None:
    eci, recorded = _eci({"ContainerGroups": []})
    eci.list(REGION, container_group_ids=["eci-1", "eci-2"], limit=5, next_token="n")
    assert recorded.asked[0][1] == {
        "RegionId": REGION,
        "ContainerGroupIds": '["eci-1", "eci-2"]',
        "Limit": "5",
        "NextToken": "n",
        "WithEvent": "true",
    }


def test_get_does_not_take_another_group_for_the_one_asked_for() -> None:
    eci, _ = _eci({"ContainerGroups": [{"ContainerGroupId": "eci-2"}]})
    with pytest.raises(NotFound):
        eci.get(REGION, "eci-1")


def test_a_group_that_tells_almost_nothing_is_still_a_group() -> None:
    eci, _ = _eci({"ContainerGroups": [{"ContainerGroupId": "eci-1", "Containers": [{}], "Events": None}]})
    group = eci.get(REGION, "eci-1")
    assert (group.status, group.cpu, group.creation_time, group.events) == ("", None, None, ())
    assert group.containers[0].state == State()
    assert group.containers[0].previous_state is None


def test_states_of_a_container_are_read_with_their_times() -> None:
    ended = {
        "State": "Terminated",
        "Reason": "Error",
        "ExitCode": 137,
        "StartTime": "2026-10-12T08:00:00Z",
        "FinishTime": "2026-10-12T08:00:05Z",
        "Message": "killed",
    }
    waiting = {"State": "Waiting", "Reason": "CrashLoopBackOff", "ExitCode": 0}
    item = {"Name": "web", "RestartCount": 3, "CurrentState": waiting, "PreviousState": ended, "Cpu": 0, "Memory": 0.5}
    eci, _ = _eci({"ContainerGroups": [{"ContainerGroupId": "eci-1", "Containers": [item], "InitContainers": [item]}]})
    container = eci.get(REGION, "eci-1").containers[0]
    assert container.state.exit_code is None
    assert (container.cpu, container.memory_gib) == (None, Decimal("0.5"))
    assert container.previous_state == State(
        "Terminated",
        "Error",
        "killed",
        137,
        datetime(2026, 10, 12, 8, tzinfo=UTC),
        datetime(2026, 10, 12, 8, 0, 5, tzinfo=UTC),
    )


CAPITAL = {
    "Type": "Warning",
    "Reason": "Failed",
    "Message": "Error: ErrImagePull",
    "Count": 2,
    "FirstTimestamp": "2026-10-12T08:00:00Z",
    "LastTimestamp": "2026-10-12T08:01:00Z",
    "Source": {"Component": "kubelet"},
}
LOWER = {
    "type": "Warning",
    "reason": "Failed",
    "message": "Error: ErrImagePull",
    "count": 2,
    "firstTimestamp": "2026-10-12T08:00:00Z",
    "lastTimestamp": "2026-10-12T08:01:00Z",
    "source": {"component": "kubelet"},
}


def test_events_are_read_in_either_spelling() -> None:
    capital, _ = _eci({"ContainerGroups": [{"ContainerGroupId": "eci-1", "Events": [CAPITAL]}]})
    lower, _ = _eci({"ContainerGroups": [{"ContainerGroupId": "eci-1", "Events": [LOWER]}]})
    (event,) = capital.get(REGION, "eci-1").events
    assert lower.get(REGION, "eci-1").events == (event,)
    assert (event.type, event.count, event.source) == ("Warning", 2, "kubelet")
    assert event.last_timestamp == datetime(2026, 10, 12, 8, 1, tzinfo=UTC)


def test_events_are_sorted_and_those_without_a_time_come_first() -> None:
    events = [
        {"Reason": "late", "LastTimestamp": "2026-10-12T08:02:00Z"},
        {"Reason": "never"},
        {"Reason": "early", "FirstTimestamp": "2026-10-12T08:01:00Z", "Count": 0},
    ]
    eci, _ = _eci({"ContainerGroups": [{"ContainerGroupId": "eci-1", "Events": events}]})
    found = eci.get(REGION, "eci-1").events
    assert [event.reason for event in found] == ["never", "early", "late"]
    assert [event.count for event in found] == [1, 1, 1]


def test_only_what_was_asked_for_is_sent_for_a_log() -> None:
    eci, recorded = _eci({"Content": "a\n"}, {})
    assert eci.log(REGION, "eci-1", "web") == "a\n"
    assert eci.log(REGION, "eci-1", "web", tail=5, since_seconds=60, previous=True, timestamps=True) == ""
    plain = {"RegionId": REGION, "ContainerGroupId": "eci-1", "ContainerName": "web", "Tail": "500"}
    full = {**plain, "Tail": "5", "SinceSeconds": "60", "LastTime": "true", "Timestamps": "true"}
    assert [params for _, params in recorded.asked] == [plain, full]


def test_changes_carry_a_token_only_when_there_is_one() -> None:
    eci, recorded = _eci({"RequestId": "R-1"}, {"RequestId": "R-2"})
    assert eci.delete(REGION, "eci-1") == "R-1"
    assert eci.restart(REGION, "eci-1", client_token="t") == "R-2"
    assert "ClientToken" not in recorded.asked[0][1]
    assert recorded.asked[1][1]["ClientToken"] == "t"
    assert recorded.idempotency == [Idempotency.CHANGE, Idempotency.CHANGE]


def test_sizes_are_written_without_an_exponent() -> None:
    answer = {"PriceInfo": {"Price": {"TradePrice": Decimal("0.001"), "Currency": "USD"}}}
    eci, recorded = _eci(answer)
    price = eci.price(REGION, Decimal("1E+1"), Decimal("0.5"), ephemeral_storage_gib=10)
    assert (price.currency, price.per_second) == ("USD", Decimal("0.001"))
    assert recorded.asked[0][1] == {"RegionId": REGION, "Cpu": "10", "Memory": "0.5", "EphemeralStorage": "10"}


def _market(*prices: tuple[str, str]) -> dict[str, Any]:
    told = [{"ZoneId": zone, "SpotPrice": Decimal(price)} for zone, price in prices]
    listed = {"TradePrice": Decimal("0.001"), "Currency": "CNY"}
    return {"PriceInfo": {"Price": listed, "SpotPrices": {"SpotPrice": told}}}


def test_a_type_is_asked_for_beside_a_size_that_nobody_looks_at() -> None:
    eci, recorded = _eci(_market())
    eci.price(REGION, Decimal(2), Decimal(4), instance_type="ecs.c6.large", zone_id="cn-hangzhou-h")
    asked = {"Cpu": "2", "Memory": "4", "InstanceType": "ecs.c6.large", "ZoneId": "cn-hangzhou-h"}
    assert recorded.asked[0][1] == {"RegionId": REGION, **asked}


@pytest.mark.parametrize(("zone_id", "an_hour"), [("", "0.072"), ("cn-hangzhou-h", "0.036")])
def test_what_is_preemptible_costs_what_its_dearest_zone_asks_an_hour(zone_id: str, an_hour: str) -> None:
    eci, recorded = _eci(_market(("cn-hangzhou-h", "0.036"), ("cn-hangzhou-i", "0.072")))
    spot = Spot("SpotWithPriceLimit", Decimal("0.1"), 0)
    price = eci.price(REGION, Decimal(2), Decimal(4), zone_id=zone_id, spot=spot)
    assert price.per_hour == Decimal(an_hour)
    asked = {"SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": "0.1", "SpotDuration": "0"}
    assert asked.items() <= recorded.asked[0][1].items()


def test_what_is_preemptible_has_not_the_price_of_the_list() -> None:
    eci, _recorded = _eci(_market())
    with pytest.raises(Unavailable):
        eci.price(REGION, Decimal(2), Decimal(4), spot=Spot("SpotAsPriceGo"))


def test_an_answer_without_a_price_is_not_free_of_charge() -> None:
    eci, _ = _eci({"PriceInfo": {"Price": {"Currency": "CNY"}}})
    with pytest.raises(Unavailable):
        eci.price(REGION, Decimal(1), Decimal(2))


def test_regions_are_asked_for_without_a_region() -> None:
    eci, recorded = _eci({"Regions": [{"RegionId": REGION, "Zones": ["cn-hangzhou-h"]}]})
    assert [region.zones for region in eci.regions()] == [("cn-hangzhou-h",)]
    assert recorded.asked == [("DescribeRegions", {})]
