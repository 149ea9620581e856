"""`ports.ContainerGroups`: what every implementation owes its callers."""

from decimal import Decimal

import pytest

from consoleapp.domain.host import Tag
from consoleapp.gateways.errors import Conflict, GatewayError, InvalidParameter, NotFound
from consoleapp.gateways.ports.container_groups import Spot
from tests.contract.conftest import World

REGION = "cn-hangzhou"
IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"
ASKED = {
    "RegionId": REGION,
    "ContainerGroupName": "web",
    "Cpu": "2",
    "Memory": "4",
    "RestartPolicy": "OnFailure",
    "Container.1.Name": "nginx",
    "Container.1.Image": IMAGE,
    "Tag.1.Key": "team",
    "Tag.1.Value": "blue, green & 100 %",
}


def _create(world: World, token: str = "token-1", **changes: str) -> str:
    return world.cloud.container_groups.create({**ASKED, **changes}, client_token=token).container_group_id


def test_a_created_group_is_found_as_it_was_asked_for(world: World) -> None:
    created = world.cloud.container_groups.create(ASKED, client_token="token-1")
    group = world.cloud.container_groups.get(REGION, created.container_group_id)
    assert created.request_id
    assert (group.name, group.region_id, group.restart_policy) == ("web", REGION, "OnFailure")
    assert (group.cpu, group.memory_gib) == (Decimal(2), Decimal(4))
    assert [(each.name, each.image) for each in group.containers] == [("nginx", IMAGE)]
    assert group.tags == {"team": "blue, green & 100 %"}
    assert group.creation_time is not None
    assert abs((group.creation_time - world.clock.utc()).total_seconds()) < 30


def test_a_group_comes_up_and_tells_what_happened_newest_last(world: World) -> None:
    container_group_id = _create(world)
    assert world.cloud.container_groups.get(REGION, container_group_id).status in {"Scheduling", "Pending"}
    world.pass_seconds(60)
    group = world.cloud.container_groups.get(REGION, container_group_id)
    events = group.events
    assert group.status == "Running"
    assert group.containers[0].ready
    assert group.containers[0].state.state == "Running"
    assert group.containers[0].state.start_time is not None
    assert group.containers[0].state.exit_code is None
    assert [event.last_timestamp for event in events] == sorted(event.last_timestamp for event in events)
    reasons = [event.reason for event in events]
    assert reasons.index("Pulling") < reasons.index("Started")
    assert all(event.last_timestamp.tzinfo for event in events)


def test_the_same_token_and_parameters_give_the_same_group(world: World) -> None:
    assert _create(world) == _create(world)
    assert world.cloud.container_groups.list(REGION).total_count == 1


def test_another_token_gives_another_group(world: World) -> None:
    assert _create(world) != _create(world, "token-2")


def test_the_same_token_with_other_parameters_is_a_conflict(world: World) -> None:
    _create(world)
    with pytest.raises(Conflict):
        _create(world, Cpu="4", Memory="8")
    assert world.cloud.container_groups.list(REGION).total_count == 1


def test_nothing_is_created_without_a_token(world: World) -> None:
    with pytest.raises(ValueError, match="client token"):
        world.cloud.container_groups.create(ASKED, client_token="")


def test_a_passed_dry_run_is_no_error_and_creates_nothing(world: World) -> None:
    assert world.cloud.container_groups.dry_run(ASKED)
    assert world.cloud.container_groups.list(REGION).items == ()


def test_a_dry_run_names_the_field_that_is_missing(world: World) -> None:
    asked = {name: value for name, value in ASKED.items() if name != "Container.1.Image"}
    with pytest.raises(InvalidParameter) as caught:
        world.cloud.container_groups.dry_run(asked)
    assert caught.value.field == "Container.1.Image"


def test_lists_page_by_page_and_by_name(world: World) -> None:
    ids = {_create(world, f"token-{number}", ContainerGroupName=f"web-{number}") for number in range(5)}
    groups = world.cloud.container_groups
    first = groups.list(REGION, limit=3)
    second = groups.list(REGION, limit=3, next_token=first.next_token)
    assert (len(first.items), len(second.items)) == (3, 2)
    assert second.next_token == ""
    assert first.total_count == 5
    assert {group.container_group_id for group in (*first.items, *second.items)} == ids
    assert [group.name for group in groups.list(REGION, name="web-3").items] == ["web-3"]
    wanted = sorted(ids)[:2]
    found = groups.list(REGION, container_group_ids=wanted)
    assert sorted(group.container_group_id for group in found.items) == wanted


def test_lists_by_a_tag_and_tells_the_tags(world: World) -> None:
    for number in range(3):
        _create(world, f"token-{number}", **{"Tag.1.Key": "console-order", "Tag.1.Value": f"order-{number}"})
    _create(world, "token-without")
    groups = world.cloud.container_groups

    found = groups.list(REGION, tag=Tag("console-order", "order-1"))

    assert [group.tags for group in found.items] == [{"console-order": "order-1"}]


def test_a_deleted_group_is_gone(world: World) -> None:
    container_group_id = _create(world)
    assert world.cloud.container_groups.delete(REGION, container_group_id)
    with pytest.raises(NotFound):
        world.cloud.container_groups.get(REGION, container_group_id)
    with pytest.raises(NotFound):
        world.cloud.container_groups.delete(REGION, container_group_id)


def test_a_running_group_restarts(world: World) -> None:
    container_group_id = _create(world)
    world.pass_seconds(60)
    assert world.cloud.container_groups.restart(REGION, container_group_id, client_token="again")


def test_nobody_knows_a_group_that_never_was(world: World) -> None:
    groups = world.cloud.container_groups
    calls = (
        lambda: groups.get(REGION, "eci-none"),
        lambda: groups.restart(REGION, "eci-none"),
        lambda: groups.log(REGION, "eci-none", "nginx"),
    )
    for call in calls:
        with pytest.raises(NotFound):
            call()


def test_the_log_has_at_most_the_lines_asked_for(world: World) -> None:
    container_group_id = _create(world)
    world.pass_seconds(60)
    groups = world.cloud.container_groups
    whole = groups.log(REGION, container_group_id, "nginx").splitlines()
    assert len(whole) > 2
    assert groups.log(REGION, container_group_id, "nginx", tail=2).splitlines() == whole[-2:]
    with pytest.raises(NotFound):
        groups.log(REGION, container_group_id, "another")


def test_prices_are_per_second(world: World) -> None:
    price = world.cloud.container_groups.price(REGION, Decimal(2), Decimal(4))
    assert price.currency == "CNY"
    assert price.per_second == Decimal("0.00012252")
    assert price.per_hour == Decimal("0.441072")
    economy = world.cloud.container_groups.price(REGION, Decimal("0.25"), Decimal("0.5"), compute_category="economy")
    assert economy.per_second == Decimal("0.000009815")


def test_types_and_preemptible_instances_have_prices_of_their_own(world: World) -> None:
    groups = world.cloud.container_groups
    listed = groups.price(REGION, Decimal(2), Decimal(4))
    typed = groups.price(REGION, Decimal(2), Decimal(4), instance_type="ecs.g6.4xlarge")
    spot = groups.price(REGION, Decimal(2), Decimal(4), spot=Spot("SpotAsPriceGo"))
    assert spot.per_second < listed.per_second < typed.per_second


def test_regions_and_their_zones_are_told(world: World) -> None:
    regions = {region.region_id: region.zones for region in world.cloud.container_groups.regions()}
    assert len(regions[REGION]) >= 2


def test_every_refusal_is_a_gateway_error(world: World) -> None:
    with pytest.raises(GatewayError):
        world.cloud.container_groups.create({"RegionId": REGION}, client_token="token-1")
