"""Size pickers and the lists of the network form."""

from decimal import Decimal

import pytest

from consoleapp.domain.sizes import Size, billed_size, price_per_hour
from consoleapp.wizard.forms.basic import GroupForm, NetworkForm, SizePicker, size_note, size_pickers
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import as_data, empty_data


def chosen(picker: SizePicker) -> list[str]:
    return [chip.label for chip in (*picker.chips, *picker.more) if chip.is_chosen]


def labels(picker: SizePicker) -> list[str]:
    return [chip.label for chip in (*picker.chips, *picker.more)]


def test_memory_is_what_is_sold_with_the_chosen_cpu() -> None:
    _cpu, memory = size_pickers({"cpu": "0.5", "memory_gib": "1"}, "cn-hongkong")
    assert labels(memory) == ["1 GiB", "2 GiB"]
    assert chosen(memory) == ["1 GiB"]


def test_long_lists_are_folded_and_open_when_the_chosen_size_is_among_the_folded() -> None:
    cpu, memory = size_pickers({"cpu": "8", "memory_gib": "22"}, "cn-hangzhou")
    assert "8" in [chip.value for chip in cpu.chips]
    assert "52" in [chip.value for chip in cpu.more]
    assert not cpu.is_more_open
    assert memory.is_more_open


def test_an_unsold_size_is_a_chip_that_says_what_it_becomes() -> None:
    cpu, memory = size_pickers({"cpu": "7", "memory_gib": "13"}, "cn-hangzhou")
    assert chosen(cpu) == ["7 → 8"]
    assert chosen(memory) == ["13 GiB → 14"]
    assert size_note({"cpu": "7", "memory_gib": "13"}, "cn-hangzhou") == {
        "asked": "7 vCPU · 13 GiB",
        "billed": "8 vCPU · 14 GiB",
    }
    assert size_note({"cpu": "2", "memory_gib": "4"}, "cn-hangzhou") is None


def test_what_cannot_be_read_stays_chosen_and_is_cut_short_on_its_chip() -> None:
    cpu, _memory = size_pickers({"cpu": "x" * 500, "memory_gib": "4"}, "cn-hangzhou")
    assert [len(label) for label in chosen(cpu)] == [20]
    assert next(chip.value for chip in cpu.chips if chip.is_chosen) == "x" * 500


def test_a_choice_that_the_lists_do_not_have_stays_visible() -> None:
    data = as_data({**empty_data(), "spec": {"region_id": "eu-gone-1"}, "page": {"vpc_id": "vpc-gone"}})
    form = NetworkForm(data, NetworkChoices())
    html = str(form["region_id"]) + str(form["vpc_id"])
    assert 'value="eu-gone-1" selected' in html
    assert 'value="vpc-gone" selected' in html


def test_each_size_says_the_list_price_of_what_would_be_billed() -> None:
    cpu, memory = size_pickers({"cpu": "2", "memory_gib": "4"}, "cn-hangzhou")
    chosen = [next(chip for chip in picker.chips if chip.is_chosen) for picker in (cpu, memory)]
    assert [chip.per_hour for chip in chosen] == [price_per_hour(Size(Decimal(2), Decimal(4)))] * 2
    smaller = next(chip for chip in cpu.chips if chip.value == "0.25")
    assert smaller.per_hour == price_per_hour(billed_size(Decimal("0.25"), Decimal(4), "cn-hangzhou"))


def told_categories(**typed: str) -> list[str]:
    widget = GroupForm({"region_id": "cn-hangzhou", **typed}).fields["compute_categories"].widget
    return [option.detail for _value, option in widget.choices]


def test_each_compute_category_says_what_the_chosen_size_costs_in_it() -> None:
    economy, general = told_categories(cpu="2", memory_gib="4")
    assert economy.endswith("· CNY\N{NO-BREAK SPACE}0.28 an hour")
    assert general.endswith("· CNY\N{NO-BREAK SPACE}0.44 an hour")


@pytest.mark.parametrize("typed", [{"cpu": "16", "memory_gib": "32"}, {"cpu": "two", "memory_gib": "4"}])
def test_a_compute_category_in_which_the_size_is_not_sold_says_no_price(typed: dict[str, str]) -> None:
    assert "CNY" not in told_categories(**typed)[0]


@pytest.mark.parametrize("other", [{"spot_strategy": "SpotAsPriceGo"}, {"instance_type": "ecs.c6.large"}])
def test_what_the_list_has_no_price_of_is_told_none(other: dict[str, str]) -> None:
    for picker in size_pickers({"cpu": "2", "memory_gib": "4", **other}, "cn-hangzhou"):
        assert {chip.per_hour for chip in (*picker.chips, *picker.more)} == {None}
