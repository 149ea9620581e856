"""What a template fixes is put back, whatever was posted."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consoleapp.domain.spec import Container, EnvironmentVar
from consoleapp.launch_templates.locks import FIXED, Locks, Mode, Tree, apply, is_rows, written
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.paths import at_path
from tests.domain import strategies
from tests.wizard.complete import spec

IMAGE, VERSION = "containers/c1/image", "containers/c1/image_version"


def tree_of(**changed: Any) -> Tree:
    return dict(to_draft(spec(**changed), "vpc-simhzdefault").data)


def variables(*pairs: tuple[str, str]) -> tuple[Container, ...]:
    rows = tuple(EnvironmentVar(key, value) for key, value in pairs)
    return (Container(name="web", image="nginx:1.27", environment_vars=rows),)


def put_back(posted: Tree, tree: Tree, **fields: Any) -> Tree:
    """What becomes of a posted draft under a template; fields are told by their paths, as modes."""
    told = {name: mode if isinstance(mode, dict) else {"mode": mode} for name, mode in fields.items()}
    made = copy.deepcopy(posted)
    apply(made, tree, told)
    return made


@settings(max_examples=25)
@given(theirs=strategies.groups(), ours=strategies.groups(), data=st.data())
def test_locked_and_hidden_values_are_the_templates_whatever_is_posted(theirs: Any, ours: Any, data: Any) -> None:
    tree: Tree = dict(to_draft(theirs, "vpc-a").data)
    posted: Tree = dict(to_draft(ours, "vpc-b").data)
    paths = [leaf.path for leaf in Locks.of(tree, {}).leaves(tree["spec"]) if not is_rows(leaf.declared)]
    modes = st.dictionaries(st.sampled_from(paths), st.sampled_from(Mode), max_size=8)
    fields = {written(path): {"mode": mode.value} for path, mode in data.draw(modes).items()}
    if data.draw(st.booleans()):
        fields["*"] = {"mode": "locked"}
    if data.draw(st.booleans()):
        fields["containers"] = {"mode": data.draw(st.sampled_from(["open", "grow", "fixed"]))}

    apply(posted, tree, fields)

    for leaf in Locks.of(tree, fields).leaves(tree["spec"]):
        is_login = leaf.path[0] == "image_registry_credentials"  # gone with the image that it is for
        if leaf.is_fixed and not is_rows(leaf.declared) and not is_login:
            assert at_path(posted["spec"], leaf.path) == at_path(tree["spec"], leaf.path), leaf.path


@settings(max_examples=25)
@given(theirs=strategies.groups(), ours=strategies.groups())
def test_putting_back_twice_changes_nothing_more(theirs: Any, ours: Any) -> None:
    tree: Tree = dict(to_draft(theirs, "vpc-a").data)
    posted: Tree = dict(to_draft(ours, "vpc-b").data)
    fields = {"*": {"mode": "locked"}, "containers": {"mode": "grow"}}
    apply(posted, tree, fields)
    once = copy.deepcopy(posted)
    apply(posted, tree, fields)
    assert posted == once


def test_open_fields_stay_as_they_were_posted() -> None:
    posted = tree_of()
    posted["spec"]["cpu"], posted["spec"]["containers"][0]["image"] = "4", "redis"
    made = put_back(posted, tree_of(), **{IMAGE: "locked", "cpu": "open"})
    assert made["spec"]["cpu"] == "4"
    assert made["spec"]["containers"][0]["image"] == tree_of()["spec"]["containers"][0]["image"]


def test_a_version_cannot_make_another_address_of_a_locked_image() -> None:
    tree = tree_of(containers=(Container(name="web", image="nginx:1.27"),))
    posted = copy.deepcopy(tree)
    posted["spec"]["containers"][0]["image_version"] = "5000/mallory/miner"
    made = put_back(posted, tree, **{IMAGE: "locked"})
    assert made["spec"]["containers"][0]["image_version"] == "1.27"


def test_a_removed_container_with_a_locked_field_comes_back() -> None:
    tree, posted = tree_of(), tree_of()
    posted["removed"] = {"list": "containers", "position": 0, "container": posted["spec"]["containers"].pop()}
    made = put_back(posted, tree, **{IMAGE: "locked"})
    assert [row["_key"] for row in made["spec"]["containers"]] == ["c1"]
    assert "removed" not in made


def test_rows_that_are_doubled_are_one() -> None:
    tree, posted = tree_of(), tree_of()
    twin = {**posted["spec"]["containers"][0], "image": "mallory/miner"}
    posted["spec"]["containers"].append(twin)
    made = put_back(posted, tree, **{IMAGE: "locked"})
    assert [row["image"] for row in made["spec"]["containers"]] == [tree["spec"]["containers"][0]["image"]]


def test_a_fixed_list_takes_no_row_and_keeps_its_own() -> None:
    tree = tree_of(containers=variables(("LEVEL", "info"), ("MODE", "a")))
    posted = tree_of(containers=variables(("LEVEL", "debug"), ("OTHER", "b"), ("MORE", "c")))
    rows = "containers/c1/environment_vars"
    made = put_back(posted, tree, **{rows: "fixed", f"{rows}/r2/value": "open"})
    told = [(row["key"], row["value"]) for row in made["spec"]["containers"][0]["environment_vars"]]
    assert told == [("LEVEL", "debug"), ("MODE", "a")]


def test_a_list_that_may_grow_keeps_its_rows_and_takes_others() -> None:
    tree = tree_of(containers=variables(("LEVEL", "info")))
    posted = tree_of(containers=variables(("LEVEL", "debug"), ("OTHER", "b")))
    made = put_back(posted, tree, **{"containers/c1/environment_vars": "grow"})
    told = [(row["key"], row["value"]) for row in made["spec"]["containers"][0]["environment_vars"]]
    assert told == [("LEVEL", "info"), ("OTHER", "b")]


def test_instance_types_are_no_way_around_a_locked_size() -> None:
    posted = {**tree_of(), "spec": {**tree_of()["spec"], "instance_type": "ecs.c6.8xlarge"}}
    made = put_back(posted, tree_of(), cpu="locked")
    assert not made["spec"].get("instance_type")


def test_a_choice_is_no_way_around_a_locked_value() -> None:
    tree = tree_of(containers=variables(("LEVEL", "info")))
    posted = copy.deepcopy(tree)
    posted["spec"]["containers"][0]["environment_vars"][0]["source"] = "status.podIP"
    made = put_back(posted, tree, **{"containers/c1/environment_vars/r2/value": "locked"})
    assert made["spec"]["containers"][0]["environment_vars"][0]["source"] == "value"


def test_a_secret_of_the_template_stays_one_and_is_never_in_clear() -> None:
    tree = tree_of(containers=variables(("TOKEN", "")))
    tree["spec"]["containers"][0]["environment_vars"][0]["value_secret"] = True
    posted = tree_of(containers=variables(("TOKEN", "typed-in-clear")))
    made = put_back(posted, tree, **{"containers/c1/environment_vars/r2/value": "required"})
    row = made["spec"]["containers"][0]["environment_vars"][0]
    assert (row["value_secret"], row["value"]) == (True, "")


def test_with_the_rest_locked_name_place_and_logins_stay_open() -> None:
    posted = tree_of(container_group_name="mine", region_id="cn-beijing")
    posted["spec"]["cpu"] = "64"
    posted["page"]["vpc_id"] = "vpc-other"
    made = put_back(posted, tree_of(), **{"*": "locked"})
    assert (made["spec"]["container_group_name"], made["spec"]["region_id"]) == ("mine", "cn-beijing")
    assert (made["spec"]["cpu"], made["page"]["vpc_id"]) == ("2", "vpc-other")


def test_a_locked_vpc_and_quantity_are_put_back() -> None:
    posted = {**tree_of(), "page": {"vpc_id": "vpc-other"}, "quantity": "50"}
    made = put_back(posted, tree_of(), vpc_id="locked", quantity="hidden")
    assert made["page"]["vpc_id"] == "vpc-simhzdefault"
    assert "quantity" not in made


def test_fixed_is_what_is_locked_or_hidden() -> None:
    assert frozenset({Mode.LOCKED, Mode.HIDDEN}) == FIXED
