"""The group's own fields as spec values."""

from decimal import Decimal

from consoleapp.wizard.mapping.group import asked_size, group_parts
from consoleapp.wizard.shape import Fields

CHOSEN: Fields = {
    "region_id": "cn-hangzhou",
    "vswitch_ids": ["vsw-1", "vsw-2"],
    "security_group_id": "sg-1",
    "container_group_name": "web",
}


def test_a_size_that_this_region_does_not_sell_is_refused_at_the_memory() -> None:
    fields: Fields = {"region_id": "us-west-1", "cpu": "2", "memory_gib": "6"}
    (found,) = (problem for problem in group_parts(fields).problems if problem.field_id == "id_memory_gib")
    assert found.message == "2 vCPU with 6 GiB is not sold in this region; 2 vCPU with 8 GiB is."
    assert not [p for p in group_parts({**fields, "region_id": "cn-hangzhou"}).problems if p.field_id == found.field_id]


def test_untouched_fields_have_the_defaults_of_the_form() -> None:
    parts = group_parts(CHOSEN)
    assert parts.problems == ()
    assert (parts.values["cpu"], parts.values["memory_gib"]) == (Decimal(2), Decimal(4))
    assert parts.values["restart_policy"] == "Always"
    assert parts.values["auto_match_image_cache"] is True
    assert parts.values["vswitch_ids"] == ("vsw-1", "vsw-2")


def test_each_missing_choice_is_a_problem_at_its_control() -> None:
    found = {problem.field_id: problem.message for problem in group_parts({}).problems}
    assert found == dict.fromkeys(("id_region_id", "id_security_group_id", "id_vswitch_ids"), "A value is required.")


def test_a_number_that_cannot_be_read_is_left_out_and_told() -> None:
    parts = group_parts({**CHOSEN, "cpu": "two", "ephemeral_storage_gib": "1.5"})
    assert parts.values["cpu"] is None
    assert [problem.field_id for problem in parts.problems] == ["id_cpu", "id_ephemeral_storage_gib"]


def test_the_asked_size_is_told_only_when_both_numbers_can_be_read() -> None:
    assert asked_size({"cpu": "1", "memory_gib": "2"}) == (Decimal(1), Decimal(2))
    assert asked_size({"cpu": "1", "memory_gib": "-0"}) is None
    assert asked_size({"cpu": "65", "memory_gib": "2"}) is None
