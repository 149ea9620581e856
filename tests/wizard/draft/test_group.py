"""The group's own fields as spec values."""

from decimal import Decimal

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.draft.sizes import asked_size
from consoleapp.wizard.shape import CONTAINERS, Fields
from consoleapp.wizard.validation import read
from tests.wizard.access.test_requirements import draft

CHOSEN: Fields = {
    "region_id": "cn-hangzhou",
    "vswitch_ids": ["vsw-1", "vsw-2"],
    "security_group_id": "sg-1",
    "container_group_name": "web",
}


def group_parts(fields: Fields) -> tuple[ContainerGroupSpec, tuple[FieldError, ...]]:
    data = draft("nginx")
    data["spec"] = {CONTAINERS: data["spec"][CONTAINERS], **fields}
    group, problems = read(data, {})
    return group, tuple(each for each in problems if not each.container_key and each.label != "Name")


def test_a_size_that_this_region_does_not_sell_is_refused_at_the_memory() -> None:
    fields: Fields = {"region_id": "us-west-1", "cpu": "2", "memory_gib": "6"}
    (found,) = (problem for problem in group_parts(fields)[1] if problem.field_id == "id_memory_gib")
    assert found.message == "2 vCPU with 6 GiB is not sold in this region; 2 vCPU with 8 GiB is."
    assert not [p for p in group_parts({**fields, "region_id": "cn-hangzhou"})[1] if p.field_id == found.field_id]


def test_untouched_fields_have_the_defaults_of_the_form() -> None:
    group, problems = group_parts(CHOSEN)
    assert problems == ()
    assert (group.cpu, group.memory_gib) == (Decimal(2), Decimal(4))
    assert group.restart_policy == "Always"
    assert group.auto_match_image_cache is True
    assert group.vswitch_ids == ("vsw-1", "vsw-2")


def test_each_missing_choice_is_a_problem_at_its_control() -> None:
    found = {problem.field_id: problem.message for problem in group_parts({})[1]}
    assert found == {
        "id_region_id": "Region is missing.",
        "id_security_group_id": "Security group is missing.",
        "id_vswitch_ids": "vSwitches are missing.",
    }


def test_a_number_that_cannot_be_read_is_left_out_and_told() -> None:
    group, problems = group_parts({**CHOSEN, "cpu": "two", "ephemeral_storage_gib": "1.5"})
    assert group.cpu is None
    assert [problem.field_id for problem in problems] == ["id_cpu", "id_ephemeral_storage_gib"]


def test_the_asked_size_is_told_only_when_both_numbers_can_be_read() -> None:
    assert asked_size({"cpu": "1", "memory_gib": "2"}) == (Decimal(1), Decimal(2))
    assert asked_size({"cpu": "1", "memory_gib": "-0"}) is None
    assert asked_size({"cpu": "65", "memory_gib": "2"}) is None
