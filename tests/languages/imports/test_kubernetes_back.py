"""What goes out as a Pod comes in again as the same group."""

import json
import re
from collections.abc import Collection
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain import wire
from consoleapp.domain.schema import Record, fields_of, unchecked
from consoleapp.domain.spec import ContainerGroupSpec, DnsConfig, EnvironmentVar, Tag
from consoleapp.languages.exports.languages import LANGUAGES, export
from consoleapp.languages.imports import kubernetes
from consoleapp.languages.imports.sources import recognize
from tests.domain.builders import container, group
from tests.languages.exports.collected import on_random_groups

KUBERNETES = next(each for each in LANGUAGES if each.word == "kubernetes")
SIZE = ("Cpu", "Memory")


def _without(value: Any, lost: Collection[tuple[str, ...]]) -> Any:
    """Return a value without what stands at the paths."""

    def below(word: str) -> list[tuple[str, ...]]:
        return [path[1:] for path in lost if path[0] == word]

    if isinstance(value, tuple):
        kept = ((item, below(str(index))) for index, item in enumerate(value))
        return tuple(_without(item, paths) for item, paths in kept if () not in paths)
    if isinstance(value, Record):
        names = [name for name in fields_of(type(value)) if () not in below(name)]
        return unchecked(type(value), {name: _without(getattr(value, name), below(name)) for name in names})
    return value


def _plain(spec: ContainerGroupSpec, secret: Collection[str]) -> dict[str, Any]:
    """Return the parameters without secrets and logins, with what the cloud does by default."""
    parameters: dict[str, Any] = {key: "" if key in secret else text for key, text in _parameters(spec).items()}
    for key, text in _parameters(spec).items():
        if key.endswith(".Options"):
            # akSecret apart: an empty one is none, and the order says nothing.
            pairs = json.loads(text).items()
            parameters[key] = {name: value for name, value in pairs if value and name != "akSecret"}
        if re.fullmatch(r"(Init)?Container\.\d+\.Image", key):
            parameters.setdefault(f"{key}PullPolicy", "IfNotPresent")
    parameters.setdefault("RestartPolicy", "Always")
    if parameters.get("DnsPolicy") == "Default":
        del parameters["DnsPolicy"]
    return {key: value for key, value in parameters.items() if value != {}}


def _parameters(spec: ContainerGroupSpec) -> dict[str, str]:
    found = wire.to_parameters(spec)
    return {key: text for key, text in found.items() if not key.startswith("ImageRegistryCredential")}


@on_random_groups
def test_out_and_in_again(spec: ContainerGroupSpec) -> None:
    exported = export(KUBERNETES, spec)
    said = _without(spec, [tuple(each.path.split(".")) for each in exported.lost])
    secret = wire.secret_keys(said)
    source = recognize(exported.text)
    assert source is not None
    assert source.word == "kubernetes"
    imported = source.read(exported.text, None)
    back = _plain(imported.spec, secret)
    if said.cpu is None:
        # Nothing said a size: it was counted.
        assert ("Cpu" in back) == any(note.subject == "resources" for note in imported.changed)
        back = {key: value for key, value in back.items() if key not in SIZE}
    assert back == _plain(said, secret)
    assert imported.left_out == tuple(note for note in imported.left_out if "imagePullSecrets" in note.subject)


@given(st.lists(st.text("$()AB", max_size=8), min_size=2, max_size=4))
def test_dollars_come_back(texts: list[str]) -> None:
    variables = tuple(EnvironmentVar("AB"[n], text) for n, text in enumerate(texts[:2]))
    web = container(environment_vars=variables, args=tuple(texts[2:]))
    (back,) = kubernetes.read(export(KUBERNETES, group(containers=(web,))).text).spec.containers
    assert (back.environment_vars, back.args) == (variables, web.args)


def test_the_walk_removes_what_is_lost() -> None:
    spec = group(tags=(Tag("a", "b"), Tag("c", "d")), dns_config=DnsConfig(("10.0.0.1", "10.0.0.2")), host_name="a.b")
    said = _without(spec, [("tags", "0"), ("dns_config", "name_servers", "1"), ("host_name",)])
    assert (said.tags, said.dns_config.name_servers, said.host_name) == ((Tag("c", "d"),), ("10.0.0.1",), "")


def test_a_secret_that_does_not_come_along_is_asked_for() -> None:
    text = (
        "{apiVersion: v1, kind: Pod, metadata: {name: web}, "
        "spec: {containers: [{name: web, image: 'registry.example.com/a:1'}], "
        "imagePullSecrets: [{name: one}, {name: two}]}}"
    )
    imported = kubernetes.read(text)
    assert [(each.server, each.user_name) for each in imported.spec.image_registry_credentials] == [
        ("registry.example.com", "")
    ]
    assert [note.subject for note in imported.left_out] == ["spec.imagePullSecrets.two"]
