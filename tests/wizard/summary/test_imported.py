"""The three lists of what is brought in, for whatever a text says."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from consoleapp.domain.container import ContainerPort, EnvironmentVar, VolumeMount
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, EmptyDirVolume, HostAlias, Tag
from consoleapp.languages.imports.imported import Imported, Note
from consoleapp.wizard.draft.fitting import fitting, storable
from consoleapp.wizard.summary.imported import LINES_MAX, Lists, lists_of
from tests.domain.strategies import groups
from tests.wizard.draft.test_fitting import WRONG


def told(spec: ContainerGroupSpec, left_out: tuple[Note, ...] = ()) -> Lists:
    kept = fitting(storable(spec))
    return lists_of(Imported(spec, left_out=left_out), storable(spec), kept)


def lines(**values: Any) -> dict[str, tuple[str, ...]]:
    found = told(unchecked(ContainerGroupSpec, values)).taken
    return {line.label: line.texts for block in found for line in block.lines}


def test_values_of_the_group_stand_under_their_labels() -> None:
    assert lines(
        restart_policy="Never",
        volumes=(EmptyDirVolume("data"),),
        host_aliases=(HostAlias("10.0.0.8", ("db",)),),
        tags=(Tag("env", "prod"),),
        termination_grace_period_seconds=0,
    ) == {
        "Restart policy": ("Never",),
        "Volumes": ("data · Empty directory",),
        "Tags: env": ("prod",),
        "Host aliases": ("10.0.0.8 db",),
        "Termination grace period": ("0 seconds",),
    }


def test_a_container_is_told_as_on_confirm() -> None:
    web = unchecked(
        Container,
        {
            "name": "web",
            "image": "nginx:1.29",
            "ports": (ContainerPort(80),),
            "volume_mounts": (VolumeMount("data", "/data"),),
            "environment_vars": (EnvironmentVar("A", "1"), EnvironmentVar("B", Secret("")), EnvironmentVar("C", "")),
        },
    )
    assert lines(containers=(web,)) == {
        "Image": ("nginx:1.29",),
        "Settings": ("Ports 80/TCP", "Volume mounts data → /data"),
        "A": ("1",),
        "B": ("has to be typed",),
        "C": ("empty",),
    }


def test_notes_are_filled_in_and_counted() -> None:
    note = Note("--gpus", "None of {count}.", {"count": 2}, 7)
    found = told(unchecked(ContainerGroupSpec, {}), left_out=(note,) * (LINES_MAX + 5)).left_out
    assert (found.lines[0].texts, found.lines[0].number) == (("None of 2.",), 7)
    assert (len(found.lines), found.more, found.count) == (LINES_MAX, 5, LINES_MAX + 5)


@pytest.mark.parametrize("values", WRONG)
def test_wrong_values_are_told_too(values: dict[str, Any]) -> None:
    lines(**values)


@given(groups())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_group_is_told_without_its_secrets(spec: ContainerGroupSpec) -> None:
    found = told(spec)
    assert len([block for block in found.taken if block.title]) == len([*spec.all_containers])
