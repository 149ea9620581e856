"""consoleapp/web/changes.py: what differs between two container groups, as a person reads it."""

from typing import Any

from consoleapp.domain.container import ContainerPort, EnvironmentVar
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Tag
from consoleapp.domain.limits import ORDER_TAG_KEY
from consoleapp.domain.secret import Secret
from consoleapp.web.changes import Kind, changes_of, defaults_of
from tests.domain.builders import container, credential, group, sized

GONE = Secret("gone")


def told(before: ContainerGroupSpec, after: ContainerGroupSpec, **how: Any) -> list[tuple[str, str, str]]:
    found = changes_of(before, after, lambda secret: secret == GONE, in_full=True, **how)
    return [(change.label, change.before, change.after) for change in found]


def with_variables(**variables: Any) -> ContainerGroupSpec:
    rows = tuple(EnvironmentVar(key, value) for key, value in variables.items())
    return group(containers=(container(environment_vars=rows),))


def test_a_container_is_compared_with_its_namesake_wherever_it_stands() -> None:
    web, log = container(name="web", image="nginx:1.27"), container(name="log", image="fluent:1")
    newer = container(name="web", image="nginx:1.28")
    assert told(group(containers=(web, log)), group(containers=(log, newer))) == [("web version", "1.27", "1.28")]


def test_what_was_added_is_told_with_all_that_stands_in_it() -> None:
    log = container(name="log", image="fluent:1", environment_vars=(EnvironmentVar("LEVEL", "info"),))
    found = told(group(), group(containers=(container(), log)))
    assert found == [("log Image", "–", "fluent:1"), ("log LEVEL", "–", "info")]


def test_what_was_removed_is_told_in_one_line() -> None:
    log = container(name="log", image="fluent:1")
    (change,) = changes_of(group(containers=(container(), log)), group(), lambda secret: False, in_full=True)
    assert (change.label, change.kind) == ("log", Kind.REMOVED)


def test_a_variable_is_compared_by_its_key() -> None:
    assert told(with_variables(A="1", B="2"), with_variables(B="3", C="4")) == [
        ("web A", "is there", "–"),
        ("web B", "2", "3"),
        ("web C", "–", "4"),
    ]


def test_of_a_secret_it_is_told_whether_it_is_set_and_never_what_it_is() -> None:
    known, other = Secret("first-canary"), Secret("second-canary")
    assert told(with_variables(), with_variables(A=known)) == [("web A", "–", "set")]
    assert told(with_variables(A=known), with_variables(A="x")) == [("web A", "", "changed")]
    assert told(with_variables(A=known), with_variables(A=other)) == [("web A", "", "changed")]
    assert told(with_variables(A=GONE), with_variables(A=other)) == [("web A", "", "entered anew")]
    assert told(with_variables(A=GONE), with_variables(A=GONE)) == []
    assert told(group(image_registry_credentials=(credential(password=GONE),)), group()) == [
        ("registry.example.com", "is there", "–")
    ]


def test_the_mark_of_an_order_is_no_difference() -> None:
    assert told(group(), group(tags=(Tag(ORDER_TAG_KEY, "1"),))) == []


def test_against_the_forms_nothing_differs_that_they_begin_with() -> None:
    ports = (ContainerPort(80),)
    mine = group(**sized("2", "4"), containers=(container(ports=ports),), restart_policy="Always")
    found = told(defaults_of(ContainerGroupSpec), mine)
    assert ("web Image", "–", "nginx:1.27") in found
    assert ("web Ports Port", "–", "80") in found
    assert not [label for label, _before, _after in found if label == "Restart policy"]
