"""A field that is declared, by one line, and that no module has heard of: it has all that a field has.

test_one_field.py follows one that is there; here each record gets one more.
"""

from dataclasses import field, make_dataclass, replace
from typing import Annotated, Any

import pytest
from django.http import QueryDict

from consoleapp.domain import flat, json_schema
from consoleapp.domain.container import (
    Container,
    ContainerPort,
    EnvironmentVar,
    SecurityContext,
    VolumeMount,
)
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import DnsConfig, Tag
from consoleapp.domain.kinds import SECONDS
from consoleapp.domain.probe import HttpGet, LifecycleHandler, Probe, TcpSocket
from consoleapp.domain.registry import AcrRegistryInfo, ImageRegistryCredential
from consoleapp.domain.schema import Field, part
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import ConfigFile, ConfigFileVolume, EmptyDirVolume
from consoleapp.wizard.draft import decoding, paths
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.forms.declared import DeclaredForm, Part, form_of, held
from consoleapp.wizard.layout import SECTIONS
from consoleapp.wizard.summary import summarise
from consoleapp.wizard.summary.rows import ACCESS, HEAD, OTHER
from consoleapp.wizard.validation import read
from tests.wizard.complete import COMMON, spec

ALL = {name: getattr(spec(), name) for name in ("region_id", "vswitch_ids", "security_group_id", "cpu", "memory_gib")}
ALL |= {"container_group_name": "shop", "restart_policy": "Always", "containers": spec().containers}


def with_one_more(record: Any, at: str = "") -> Any:
    """The record with one field more."""
    line = Annotated[int | None, Field("Nap", SECONDS, "Nap time", at=at, unit="s")]
    return make_dataclass(record.__name__, [("nap", line, field(default=None))], bases=(record,), frozen=True)


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A group's record with one field more, in the place of the known one."""
    made = with_one_more(ContainerGroupSpec, "names")
    for module in (decoding, paths, json_schema):
        monkeypatch.setattr(module, "ContainerGroupSpec", made)
    return made


def test_one_line_gives_control_error_wire_copy_and_schema(group: Any) -> None:
    form = form_of(Part(group, ("names",)), base=DeclaredForm)
    asked = group(**ALL, nap=7)
    out = flat.Writing()
    part(group).write("", asked, out)
    assert out.parameters["Nap"] == "7"
    assert part(group).read_values("", flat.Reading(out.parameters))["nap"] == 7
    made = to_draft(asked)
    assert read(made.data, made.secrets) == (asked, ())
    assert 'name="nap"' in str(form(made.data["spec"])["nap"])
    assert held(made.data["spec"], Part(group, ("names",))) == "Nap time 7 s"
    form.bind(QueryDict("nap=long"), made.data["spec"])
    (problem,) = read(made.data, made.secrets)[1]
    assert (problem.step, problem.field_id, problem.label) == ("other", "id_nap", "Nap time")
    assert [*form(made.data["spec"], [problem]).errors] == ["nap"]
    assert json_schema.schema()["properties"]["nap"]["title"] == "Nap time"


@pytest.mark.parametrize("section", [each for each in SECTIONS if each not in ("containers", "volumes")])
def test_confirm_has_its_line_in_every_section(section: str) -> None:
    assert section in (*HEAD, *ACCESS, *OTHER)
    made = with_one_more(ContainerGroupSpec, section)(**ALL, nap=7)
    assert "Nap time 7 s" in told(made)


def told(group: ContainerGroupSpec) -> list[str]:
    """All lines of Confirm, and all facts."""
    summary = summarise(group, to_draft(spec()).data, None)
    rows = [row for section in (summary.head, *summary.sections) for row in section.rows]
    rows += [row for image in summary.images for row in image.variables.rows]
    facts = [fact for image in summary.images for fact in image.facts]
    return [f"{row.label} {row.value} {row.hint}".strip() for row in rows] + facts


def nap(record: Any, *values: Any, **named: Any) -> Any:
    """One of these records with the new field set."""
    return with_one_more(record)(*values, **named, nap=7)


def container(**changed: Any) -> dict[str, Any]:
    return {"containers": (replace(spec().containers[0], **changed),)}


EVERYWHERE: dict[str, tuple[dict[str, Any], str]] = {
    "container": ({"containers": (nap(Container, name="web", image=COMMON),)}, "Nap time 7 s"),
    "security context": (container(security_context=nap(SecurityContext)), "Nap time 7 s"),
    "probe": (container(liveness_probe=nap(Probe, tcp_socket=TcpSocket(80))), "Liveness: TCP :80 (Nap time 7 s)"),
    "handler": (
        container(lifecycle_pre_stop=nap(LifecycleHandler, exec_commands=("stop",))),
        "Before the stop: stop (Nap time 7 s)",
    ),
    "request": (
        container(readiness_probe=Probe(http_get=nap(HttpGet, 80))),
        "Readiness: HTTP / :80 (Nap time 7 s)",
    ),
    "connection": (container(readiness_probe=Probe(tcp_socket=nap(TcpSocket, 80))), "TCP :80 (Nap time 7 s)"),
    "port": (container(ports=(nap(ContainerPort, 80),)), "Ports 80/TCP (Nap time 7 s)"),
    "mount": (
        {**container(volume_mounts=(nap(VolumeMount, "v", "/v"),)), "volumes": (EmptyDirVolume("v"),)},
        "Volume mounts v → /v (Nap time 7 s)",
    ),
    "variable": (container(environment_vars=(nap(EnvironmentVar, "A", "1"),)), "A 1 Nap time 7 s"),
    "volume": ({"volumes": (nap(EmptyDirVolume, "v"),)}, "v Empty directory Nap time 7 s"),
    "file": (
        {"volumes": (ConfigFileVolume("v", (nap(ConfigFile, "a", Secret("x")),)),)},
        "v Config files a (Nap time 7 s, 1 byte)",
    ),
    "DNS": ({"dns_config": nap(DnsConfig)}, "Nap time 7 s"),
    "tag": ({"tags": (nap(Tag, "team"),)}, "Tags team (Nap time 7 s)"),
    "credential": (
        {"image_registry_credentials": (nap(ImageRegistryCredential, "r.example.com", "me", Secret("x")),)},
        "r.example.com as me, password stored Nap time 7 s",
    ),
    "instance": ({"acr_registry_infos": (nap(AcrRegistryInfo, "cri-1"),)}, "Without a secret cri-1 Nap time 7 s"),
}


@pytest.mark.parametrize("where", EVERYWHERE)
def test_confirm_tells_it_wherever_it_stands(where: str) -> None:
    changed, line = EVERYWHERE[where]
    assert any(line in each for each in told(spec(**changed))), told(spec(**changed))
