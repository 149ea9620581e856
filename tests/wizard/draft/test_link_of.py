"""A draft as a link: what it says is what the draft said, but for what it tells that does not fit."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from hypothesis import HealthCheck, given, settings

from consoleapp.domain.schema import Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec, EnvironmentVar, NFSVolume, Tag, VolumeMount
from consoleapp.wizard.draft import links
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.link_of import LinkOf, link_of
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.shape import Data
from consoleapp.wizard.validation import read
from tests.domain.builders import container, credential, group, init_container
from tests.domain.strategies import groups

VPC = "vpc-simhzdefault"


def linked(spec: ContainerGroupSpec) -> LinkOf:
    made = to_draft(spec, VPC)
    return link_of(made.data, made.secrets)


def opened(query: str) -> tuple[Data, links.Linked]:
    """The data of a page whose address has this query."""
    names = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))
    data = first_data(names)
    return data, links.fill(data, names)


def leaves(value: Any, *above: str) -> dict[str, Any]:
    """Every value below a record, by its path; nothing for what is not sent."""
    if isinstance(value, Record):
        items = [(name, getattr(value, name)) for name in fields_of(type(value))]
    elif isinstance(value, tuple):
        items = [(str(place), each) for place, each in enumerate(value)]
    else:
        return {".".join(above): value} if value not in (None, "", False) else {}
    return {path: leaf for name, each in items for path, leaf in leaves(each, *above, name).items()}


@given(groups())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_link_opens_what_the_draft_said_but_for_what_it_tells(spec: ContainerGroupSpec) -> None:
    made = to_draft(spec, VPC)
    link = link_of(made.data, made.secrets)
    data, found = opened(link.query)
    before, after = leaves(read(made.data, made.secrets)[0]), leaves(read(data, {})[0])
    differs = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    if len(link.names) <= links.NAMES_MAX:
        assert found.ignored == ()
        assert [path for path in differs if not any(f"{path}.".startswith(f"{lost}.") for lost in link.lost)] == []
        assert data["page"]["vpc_id"] == VPC
    secrets = [secret.reveal() for secret in made.secrets.values() if len(secret.reveal()) > 5]
    assert [secret for secret in secrets if secret in link.names.values()] == []


def test_the_ten_most_used_have_short_names_and_what_is_as_usual_is_not_said() -> None:
    assert linked(group(restart_policy="Never", security_group_id="sg-1", auto_match_image_cache=True)).names == {
        "region": "cn-hangzhou",
        "vpc": VPC,
        "security_group": "sg-1",
        "name": "web",
        "restart": "Never",
        "containers.0.name": "web",
        "image": "nginx:1.27",
        "containers.0.image_pull_policy": "",
    }


def test_rows_stand_by_their_places_and_blank_ones_do_not_count() -> None:
    made = to_draft(group(tags=(Tag("a", "1"), Tag("b", "2"))), VPC)
    made.data["spec"]["tags"].insert(0, {"_key": "t99", "key": "", "value": ""})
    names = link_of(made.data).names
    assert {name: text for name, text in names.items() if name.startswith("tags")} == {
        "tags.0.key": "a",
        "tags.0.value": "1",
        "tags.1.key": "b",
        "tags.1.value": "2",
    }


def test_what_is_secret_is_told_and_has_to_be_entered() -> None:
    variables = (EnvironmentVar("KEY", Secret("canary-1")), EnvironmentVar("DB_PASSWORD", "canary-2"))
    spec = group(
        containers=(container(image="registry.example.com/a", environment_vars=variables),),
        image_registry_credentials=(credential(),),
        plain_http_registries=("registry.example.com",),
    )
    link = linked(spec)
    assert "canary" not in link.query
    assert "registry.example.com" not in link.query.replace("registry.example.com%2Fa", "")
    assert set(link.lost) == {
        "containers.0.environment_vars.0.value",
        "containers.0.environment_vars.1.value",
        "image_registry_credentials",
        "plain_http_registries",
    }
    group_again, problems = read(opened(link.query)[0], {})
    assert [each.key for each in group_again.containers[0].environment_vars] == ["KEY", "DB_PASSWORD"]
    assert len([problem for problem in problems if problem.is_missing]) >= 2


def test_a_name_that_was_given_is_given_anew() -> None:
    data = first_data({"image": "nginx"}, "7f3a")
    assert "name" not in link_of(data).names
    data["spec"]["container_group_name"] = "web"
    assert link_of(data).names["name"] == "web"


def test_what_would_be_too_long_does_not_fit() -> None:
    long = container(args=("x" * 30_000,))
    assert not linked(group(containers=(long,))).fits
    assert linked(group()).fits


def test_more_fields_than_a_link_has_names_for_do_not_fit() -> None:
    many = container(environment_vars=tuple(EnvironmentVar(f"A{number}", "1") for number in range(50)))
    assert linked(group(containers=(many,))).fits
    assert not linked(group(containers=(many, replace(many, name="two")))).fits


def test_rows_over_the_bound_are_told() -> None:
    many = container(environment_vars=tuple(EnvironmentVar(f"A{number}", "") for number in range(52)))
    assert linked(group(containers=(many,))).lost == tuple(
        f"containers.0.environment_vars.{place}" for place in (50, 51)
    )


def test_several_containers_with_volumes_come_back() -> None:
    spec = group(
        containers=(container(volume_mounts=(VolumeMount("data", "/data"),)), container(name="two", image="redis")),
        init_containers=(init_container(),),
        volumes=(NFSVolume("data", "nas.example.com", "/"),),
    )
    data, found = opened(linked(spec).query)
    assert found.ignored == ()
    again, _problems = read(data, {})
    assert [each.name for each in again.containers] == ["web", "two"]
    assert [each.name for each in again.init_containers] == ["prepare"]
    assert again.volumes == spec.volumes
    assert again.containers[0].volume_mounts == spec.containers[0].volume_mounts


def test_rows_behind_a_gap_names_over_the_bound_and_places_over_it_are_left_out() -> None:
    assert opened("tags.1.key=a&tags.0.value=b&containers.2.image=redis")[1].ignored == ("containers.2.image",)
    assert opened("tags.1.key=a")[1].ignored == ("tags.1.key",)
    assert opened("tags.50.key=a&tags.01.key=b&tags.-1.key=c")[1].ignored == (
        "tags.50.key",
        "tags.01.key",
        "tags.-1.key",
    )
    query = "&".join(f"containers.0.environment_vars.{number}.key=A{number}" for number in range(50))
    more = "&".join(f"containers.0.ports.{number}.{name}=1" for number in range(50) for name in ("port", "protocol"))
    rest = "&".join(f"tags.{number}.{name}=1" for number in range(50) for name in ("key", "value"))
    assert len(opened("&".join((query, more, rest)))[1].ignored) == 50


def test_a_kind_that_no_page_offers_and_a_word_that_is_none_are_left_out() -> None:
    query = "volumes.0.type=FlexVolume&volumes.0.name=a&containers.0.liveness_probe.kind=nonsense"
    assert opened(query)[1].ignored == ("volumes.0.type", "containers.0.liveness_probe.kind")
