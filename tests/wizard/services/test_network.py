"""The network's lists: defaults, what is remembered, and what a failing cloud leaves."""

import pytest

from consoleapp.gateways.errors import Unreachable
from consoleapp.wizard.services.network import NetworkSource, with_defaults
from consoleapp.wizard.shape import as_data, empty_data
from tests.fakes import FakeContainerGroups, FakeNetworks


@pytest.fixture
def networks() -> FakeNetworks:
    return FakeNetworks()


@pytest.fixture
def source(networks: FakeNetworks) -> NetworkSource:
    return NetworkSource(FakeContainerGroups(), networks, "alice")


def test_without_a_choice_the_default_region_and_vpc_are_listed(source: NetworkSource) -> None:
    choices = source.choices()
    assert choices.error is None
    assert choices.region_id == "cn-hangzhou"
    assert choices.vpc is not None
    assert choices.vswitches
    assert choices.security_groups


def test_the_defaults_fill_only_what_was_not_chosen(source: NetworkSource) -> None:
    choices = source.choices()
    data = as_data({**empty_data(), "spec": {"container_group_name": "web"}})
    filled = with_defaults(data, choices)
    assert filled["spec"]["vswitch_ids"] == [next(each.vswitch_id for each in choices.vswitches if not each.is_full)]
    assert filled["page"]["vpc_id"] == choices.vpc_id
    assert (data["spec"], data["page"]) == ({"container_group_name": "web"}, {})
    chosen = as_data({**empty_data(), "spec": {"vswitch_ids": []}})
    assert with_defaults(chosen, choices)["spec"]["vswitch_ids"] == []


def test_a_region_that_is_not_there_is_never_asked_for(source: NetworkSource, networks: FakeNetworks) -> None:
    networks.failures["vpcs"] = Unreachable("must not be called")
    choices = source.choices("evil.example.com/")
    assert choices.error is None
    assert choices.vpcs == ()


def test_a_failure_keeps_what_was_found_before_it(source: NetworkSource, networks: FakeNetworks) -> None:
    networks.failures["security_groups"] = Unreachable("no answer")
    choices = source.choices()
    assert isinstance(choices.error, Unreachable)
    assert choices.regions
    assert choices.vpcs


def test_a_failure_is_not_remembered_but_an_answer_is(source: NetworkSource, networks: FakeNetworks) -> None:
    networks.failures["vpcs"] = Unreachable("no answer")
    assert source.choices().error
    del networks.failures["vpcs"]
    assert source.choices().error is None
    networks.failures["vpcs"] = networks.failures["vswitches"] = Unreachable("no answer")
    assert source.choices().error is None


def test_accounts_do_not_see_each_others_lists(source: NetworkSource, networks: FakeNetworks) -> None:
    assert source.choices().error is None
    networks.failures["vpcs"] = Unreachable("no answer")
    assert NetworkSource(FakeContainerGroups(), networks, "mallory").choices().error


def test_an_elastic_ip_is_a_way_out(source: NetworkSource) -> None:
    choices = source.choices()
    chosen = (choices.vswitches[0].vswitch_id,)
    assert choices.way_out(chosen, eip=True).is_open
    assert not choices.way_out((), eip=False).is_open
