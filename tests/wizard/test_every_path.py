"""Every field that a page asks for, by its path in the catalogue: kept, sent, told, and marked when it is wrong.

That each has a label and a place, or a reason to have none, is draft/test_catalogue.py.
"""

import re
from typing import Any

import pytest
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain import wire
from consoleapp.domain.container import (
    NOT_OF_INIT,
    Container,
    ContainerPort,
    EnvironmentVar,
    InitContainer,
    SecurityContext,
    VolumeMount,
)
from consoleapp.domain.expert import OneOrNone
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Tag
from consoleapp.domain.kinds import Flag
from consoleapp.domain.probe import HttpGet, LifecycleHandler, Probe, TcpSocket
from consoleapp.domain.registry import AcrRegistryInfo, ImageRegistryCredential
from consoleapp.domain.schema import Kind, Record, walk
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import VOLUME_KINDS, VOLUME_LABELS, ConfigFile
from consoleapp.teams.actors import Actor
from consoleapp.web.domain_words import said, value_text
from consoleapp.wizard import vault
from consoleapp.wizard.draft.controls import control_id, step_of
from consoleapp.wizard.draft.decoding import raw_path
from consoleapp.wizard.draft.encoding import Written, to_draft
from consoleapp.wizard.draft.paths import Path, at_path, secret_name
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.summary import summarise
from consoleapp.wizard.validation import read, to_spec
from tests.wizard.complete import COMMON, VPC
from tests.wizard.draft.test_catalogue import NOT_ASKED, TYPED_AS_ONE
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.samples import Leaf, group_with, leaves, sample_of, wrong

LEAVES = [*leaves()]
every_leaf = pytest.mark.parametrize("leaf", LEAVES, ids=[leaf.name for leaf in LEAVES])
# Where nothing wrong can be typed, by kind or path, and why.
NEVER_WRONG: dict[type[Kind] | str, str] = {
    Flag: "a box is ticked or not",
    OneOrNone: "a box is ticked or not",
    "image_registry_credentials.server": "the host is the key of its row, it comes from the images",
}
CAN_BE_WRONG = [leaf for leaf in LEAVES if not {type(leaf.declared.kind), leaf.name} & NEVER_WRONG.keys()]
# What a page begins with where a choice that was not taken has nothing.
BEGUN = {("eip_bandwidth_mbps", "5"), ("scheme", "HTTP"), ("cpu", "2"), ("memory_gib", "4")}
# What Confirm says of the sample in other words than label and value, by the record and the field.
TOLD: dict[tuple[type[Record], str], str] = {
    (ContainerGroupSpec, "region_id"): "cn-hangzhou",
    (ContainerGroupSpec, "vswitch_ids"): "vSwitch vsw-simhzdefaulth",
    (ContainerGroupSpec, "container_group_name"): "sample",
    (ContainerGroupSpec, "cpu"): "4 vCPU · 8 GiB",
    (ContainerGroupSpec, "memory_gib"): "2 vCPU · 8 GiB",
    (ContainerGroupSpec, "auto_match_image_cache"): "Image cache matched automatically",
    (ContainerGroupSpec, "eip_instance_id"): "Elastic IP sample",
    (ContainerGroupSpec, "eip_bandwidth_mbps"): "Elastic IP created with the group, 7 Mbit/s",
    (ConfigFile, "path"): "sample/path (",
    (ConfigFile, "content"): "14 bytes",
    (ContainerPort, "port"): "7/TCP",
    (ContainerPort, "protocol"): "7/UDP",
    (VolumeMount, "name"): "sample → ",
    (VolumeMount, "mount_path"): "sample → /sample/path",
    (EnvironmentVar, "key"): "SAMPLE_NAME sample value",
    (EnvironmentVar, "value"): "SAMPLE_NAME sample value",
    (SecurityContext, "read_only_root_filesystem"): "Root file system read only",
    (SecurityContext, "privileged"): "Privileged: all rights of the host",
    (HttpGet, "port"): "HTTP / :7",
    (HttpGet, "path"): "HTTP sample text :7",
    (HttpGet, "scheme"): "HTTPS / :7",
    (HttpGet, "host"): "HTTP / sample text:7",
    (TcpSocket, "port"): "TCP :7",
    (TcpSocket, "host"): "TCP sample text:7",
    (Probe, "exec_commands"): "ness: 'sample text'",
    (LifecycleHandler, "exec_commands"): ": 'sample text'",
    (ImageRegistryCredential, "server"): "registry.example.com as sample text, password stored",
    (ImageRegistryCredential, "user_name"): "registry.example.com as sample text, password stored",
    (ImageRegistryCredential, "password"): "registry.example.com as sample text, password stored",
    (AcrRegistryInfo, "instance_id"): "Without a secret sample",
    (Tag, "key"): "Tags sample text",
    (Tag, "value"): "Tags sample text=sample text",
    **{
        (record, name): text
        for record in (Container, InitContainer)
        for name, text in {
            "name": "sample",
            "image": COMMON,
            "cpu": "0.5 vCPU",
            "memory_gib": "0.5 GiB",
            "gpu": "7 GPU",
            "stdin": "Standard input stays open",
            "stdin_once": "Standard input stays open until the first client leaves",
        }.items()
    },
    # The name of a volume is what its line is called.
    **{
        (record, "name"): f"sample {said(VOLUME_LABELS[word])}"
        for word, record in VOLUME_KINDS.items()
        if word in VOLUME_LABELS
    },
}


def draft_with(leaf: Leaf) -> tuple[Written, Path]:
    """A draft that has the field's sample, and where it stands there."""
    made = to_draft(group_with(leaf), VPC)
    return made, raw_path(made.data["spec"], leaf.spec_path)


def stored(owner: User, made: Written) -> Draft:
    return drafts.create_draft(Actor(owner), made.data, secrets=made.secrets)


def page_of(client: Client, draft: Draft, path: Path) -> StepForm:
    """The step of the control, with its card open."""
    card = f"?open={path[1]}" if path[0] in ("containers", "init_containers") else ""
    return open_step(client, f"/buy/{draft.pk}/{step_of(path)}/{card}")


def typed(raw: Any, *above: str) -> dict[Path, Any]:
    """What was typed, by its path; a page sends empty controls too."""
    if not isinstance(raw, dict | list) or (isinstance(raw, list) and not all(isinstance(each, dict) for each in raw)):
        return {above: raw} if raw not in ("", False, []) else {}
    items = raw.items() if isinstance(raw, dict) else ((row["_key"], row) for row in raw)
    return {path: value for name, each in items for path, value in typed(each, *above, name).items()}


def asked(draft: Draft) -> Any:
    draft.refresh_from_db()
    group, problems = to_spec(draft.typed, vault.get_all(draft))
    assert problems == ()
    return group


def test_the_samples_are_of_every_path_of_the_catalogue() -> None:
    listed = {
        path
        for path, declared in walk(ContainerGroupSpec)
        if declared.label and not TYPED_AS_ONE.intersection(path[:-1]) and not NOT_ASKED.keys() & {*path}
    }
    have = {tuple(leaf.spec_path.replace(".0", ".*").split(".")) for leaf in LEAVES}
    above = {path[:count] for path in have for count in range(1, len(path))}
    # Fields that a record lacks where it stands.
    lacking = {path for path in listed - have - above if path[-1] in (*NOT_OF_INIT, "host", "http_headers")}
    assert listed - have - above == lacking
    assert all(path[2] in ("security_context", "liveness_probe", "readiness_probe") for path in lacking)


@every_leaf
def test_draft_and_wire_give_back_what_was_put_in(leaf: Leaf) -> None:
    group = group_with(leaf)
    made, _path = draft_with(leaf)
    again, problems = to_spec(made.data, made.secrets)
    assert problems == ()
    assert again == group
    assert to_draft(group, VPC).data == made.data
    parameters, secret_keys = wire.written(group)
    assert wire.from_parameters(parameters, secret_keys=secret_keys) == group


@every_leaf
@pytest.mark.django_db
def test_a_browsers_post_changes_nothing(leaf: Leaf, alice: User, alice_client: Client) -> None:
    made, path = draft_with(leaf)
    draft, before = stored(alice, made), typed(made.data["spec"])
    assert page_of(alice_client, draft, path).press("save").status_code == 303
    assert asked(draft) == group_with(leaf)
    after = typed(draft.typed["spec"])
    assert after.items() >= before.items()
    assert {(path[-1], after[path]) for path in after.keys() - before.keys()} <= BEGUN


@every_leaf
def test_confirm_tells_it_in_the_words_of_its_form(leaf: Leaf) -> None:
    group, made = group_with(leaf), draft_with(leaf)[0]
    summary = summarise(group, made.data, None)
    told = [summary.name, summary.size, summary.region_id]
    for section in (summary.head, *summary.sections):
        told += [f"{row.label} {row.value} {row.hint}" for row in section.rows]
    for image in summary.images:
        told += [image.name, image.image, *image.facts, image.variables.title]
        told += [f"{row.label} {row.value} {row.hint}" for row in image.variables.rows]
    value = value_text(leaf.declared, sample_of(leaf))
    words = value if leaf.declared.kind.is_box else f"{said(leaf.declared.label)} {value}"
    expected = TOLD.get(leaf.at, words)
    assert any(expected in each for each in told), (expected, told)


@pytest.mark.parametrize("leaf", CAN_BE_WRONG, ids=[leaf.name for leaf in CAN_BE_WRONG])
@pytest.mark.django_db
def test_a_wrong_value_is_marked_at_its_control_and_nowhere_else(leaf: Leaf, alice: User, alice_client: Client) -> None:
    value = wrong(leaf.declared.kind)
    made, path = draft_with(leaf)
    if isinstance(value, Secret):
        made.secrets[secret_name(path)] = value
    else:
        at_path(made.data["spec"], path[:-1])[path[-1]] = value
    assert [problem.field_id for problem in read(made.data, made.secrets)[1]] == [control_id(path)]
    made.data["shown_errors"] = ["basic", "other"]
    page = page_of(alice_client, stored(alice, made), path)
    assert control_id(path).endswith(path[-1])
    assert re.findall(r'id="([^"]+)_error"', page.html) == [control_id(path)]
