"""consoleapp/domain/policy.py and its rules: what is judged, where it is told, and what an exception does."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Sysctl, Tag
from consoleapp.domain.image import ImageReferenceError
from consoleapp.domain.image_pattern import read_pattern
from consoleapp.domain.policy import Exemption, Facts, Finding, ImageProof, Policy, Verdict, judge, read_facts, worst
from consoleapp.domain.policy_rules import BY_NAME, RULES, read_rule, written
from consoleapp.domain.schema import unchecked
from consoleapp.domain.spec import HostPathVolume, SecurityContext
from tests.domain.builders import container, group, init_container, sized

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTHING_KNOWN = Facts()


def policy(*rules: tuple[str, str], verdict: str = "deny", **changes: Any) -> Policy:
    read = tuple(read_rule(name, value, verdict) for name, value in rules)
    return Policy(**{"id": 7, "version": 1, "name": "QA", "rules": read, **changes})


def found(spec: ContainerGroupSpec, *rules: tuple[str, str], facts: Facts = NOTHING_KNOWN) -> list[tuple[str, str]]:
    return [(finding.path, finding.found) for finding in judge(spec, [policy(*rules)], facts, NOW)]


BREAKERS: dict[str, tuple[str, dict[str, Any], Facts, str]] = {
    "images_only_from": ("registry.example.com", {}, NOTHING_KNOWN, "containers.0.image"),
    "images_never_from": ("docker.io/library", {}, NOTHING_KNOWN, "containers.0.image"),
    "no_latest": ("", {"containers": (container(image="nginx"),)}, NOTHING_KNOWN, "containers.0.image"),
    "digest_required": ("", {}, NOTHING_KNOWN, "containers.0.image"),
    "proof_required": ("", {}, Facts(is_last=True), "containers.0.image"),
    "no_plain_http": (
        "",
        {"plain_http_registries": ("registry.example.com",)},
        NOTHING_KNOWN,
        "plain_http_registries",
    ),
    "no_insecure": ("", {"insecure_registries": ("registry.example.com",)}, NOTHING_KNOWN, "insecure_registries"),
    "regions": ("cn-beijing", {}, NOTHING_KNOWN, "region_id"),
    "vpcs": ("vpc-1", {}, Facts(vpc_id="vpc-2"), "vswitch_ids"),
    "vswitches": ("vsw-1", {"vswitch_ids": ("vsw-1", "vsw-2")}, NOTHING_KNOWN, "vswitch_ids"),
    "security_groups": ("sg-1", {"security_group_id": "sg-2"}, NOTHING_KNOWN, "security_group_id"),
    "cpu_at_most": ("4", sized("8", "16"), NOTHING_KNOWN, "cpu"),
    "memory_at_most": ("8", sized("8", "16"), NOTHING_KNOWN, "memory_gib"),
    "gpu_at_most": ("0", {"containers": (container(gpu=1),)}, NOTHING_KNOWN, "containers.0.gpu"),
    "instance_types": ("ecs.c6.large", {"instance_type": "ecs.g6.large"}, NOTHING_KNOWN, "instance_type"),
    "compute_categories": ("economy", {"compute_categories": ("general",)}, NOTHING_KNOWN, "compute_categories"),
    "no_spot": ("", {"spot_strategy": "SpotAsPriceGo"}, NOTHING_KNOWN, "spot_strategy"),
    "storage_at_most": ("10", {"ephemeral_storage_gib": 20}, NOTHING_KNOWN, "ephemeral_storage_gib"),
    "containers_at_most": ("1", {"init_containers": (init_container(),)}, NOTHING_KNOWN, "init_containers.0.name"),
    "no_privileged": (
        "",
        {"containers": (container(security_context=SecurityContext(privileged=True)),)},
        NOTHING_KNOWN,
        "containers.0.security_context.privileged",
    ),
    "no_capabilities": (
        "",
        {"containers": (container(security_context=SecurityContext(capabilities_add=("NET_RAW",))),)},
        NOTHING_KNOWN,
        "containers.0.security_context.capabilities_add",
    ),
    "no_root": ("", {}, NOTHING_KNOWN, "containers.0.security_context.run_as_non_root"),
    "no_host_path": ("", {"volumes": (HostPathVolume("data", path="/data"),)}, NOTHING_KNOWN, "volumes.0"),
    "no_host_sysctls": ("", {"host_sysctls": (Sysctl("kernel.shm_rmid_forced", "1"),)}, NOTHING_KNOWN, "host_sysctls"),
    "ram_roles": ("reader", {"ram_role_name": "writer"}, NOTHING_KNOWN, "ram_role_name"),
    "tags_required": ("cost-centre", {"tags": (Tag("team", "qa"),)}, NOTHING_KNOWN, "tags"),
    "deadline_required": ("", {}, NOTHING_KNOWN, "active_deadline_seconds"),
    "template_required": ("", {}, NOTHING_KNOWN, "container_group_name"),
    "price_at_most": ("0.5", {}, Facts(price_per_hour=Decimal("0.7")), "cpu"),
    "no_public_ip": ("", {"auto_create_eip": True}, NOTHING_KNOWN, "auto_create_eip"),
    "bandwidth_at_most": (
        "5",
        {"auto_create_eip": True, "eip_bandwidth_mbps": 50},
        NOTHING_KNOWN,
        "eip_bandwidth_mbps",
    ),
    "quota_at_most": ("80", {}, Facts(quota_percent=90), "cpu"),
}

KEEPERS: dict[str, tuple[str, dict[str, Any], Facts]] = {
    "images_only_from": ("docker.io/library", {}, NOTHING_KNOWN),
    "images_never_from": ("registry.example.com", {}, NOTHING_KNOWN),
    "no_latest": ("", {}, NOTHING_KNOWN),
    "digest_required": ("", {"containers": (container(image=f"nginx@sha256:{'a' * 64}"),)}, NOTHING_KNOWN),
    "proof_required": ("", {}, Facts(proofs={"nginx:1.27": ImageProof(NOW - timedelta(hours=23))}, is_last=True)),
    "regions": ("cn-hangzhou", {}, NOTHING_KNOWN),
    "vpcs": ("vpc-2", {}, Facts(vpc_id="vpc-2")),
    "vswitches": ("vsw-1 vsw-2", {"vswitch_ids": ("vsw-1", "vsw-2")}, NOTHING_KNOWN),
    "security_groups": ("sg-2", {"security_group_id": "sg-2"}, NOTHING_KNOWN),
    "cpu_at_most": ("8", sized("8", "16"), NOTHING_KNOWN),
    "memory_at_most": ("16", sized("8", "16"), NOTHING_KNOWN),
    "gpu_at_most": ("1", {"containers": (container(gpu=1),)}, NOTHING_KNOWN),
    "instance_types": ("ecs.g6.large", {"instance_type": "ecs.g6.large"}, NOTHING_KNOWN),
    "compute_categories": ("general", {"compute_categories": ("general",)}, NOTHING_KNOWN),
    "no_spot": ("", {"spot_strategy": "NoSpot"}, NOTHING_KNOWN),
    "storage_at_most": ("20", {"ephemeral_storage_gib": 20}, NOTHING_KNOWN),
    "containers_at_most": ("2", {"init_containers": (init_container(),)}, NOTHING_KNOWN),
    "no_root": ("", {"containers": (container(security_context=SecurityContext(run_as_user=1000)),)}, NOTHING_KNOWN),
    "ram_roles": ("writer", {"ram_role_name": "writer"}, NOTHING_KNOWN),
    "tags_required": ("team", {"tags": (Tag("team", "qa"),)}, NOTHING_KNOWN),
    "deadline_required": ("", {"active_deadline_seconds": 3600}, NOTHING_KNOWN),
    "template_required": ("", {}, Facts(template="web-small")),
    "price_at_most": ("0.7", {}, Facts(price_per_hour=Decimal("0.7"))),
    "bandwidth_at_most": ("50", {"auto_create_eip": True, "eip_bandwidth_mbps": 50}, NOTHING_KNOWN),
    "quota_at_most": ("90", {}, Facts(quota_percent=90)),
}


def test_an_instance_type_whose_size_nobody_tells_is_not_within_a_limit() -> None:
    typed = {"instance_type": "ecs.g6.16xlarge", "cpu": None, "memory_gib": None}
    spec = unchecked(ContainerGroupSpec, {**vars(group()), **typed})
    assert found(spec, ("cpu_at_most", "4")) == [("cpu", "ecs.g6.16xlarge")]
    assert found(spec, ("cpu_at_most", "4"), facts=Facts(cpu=Decimal(2))) == []


def test_every_rule_has_a_group_that_breaks_it() -> None:
    assert set(BREAKERS) == set(BY_NAME)


@pytest.mark.parametrize("name", BREAKERS)
def test_a_rule_marks_what_breaks_it_at_its_field(name: str) -> None:
    value, changes, facts, path = BREAKERS[name]
    assert [where for where, _ in found(group(**changes), (name, value), facts=facts)] == [path]


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_a_rule_says_nothing_of_what_keeps_it(name: str) -> None:
    value, changes, facts = KEEPERS.get(name, ("", {}, NOTHING_KNOWN))
    assert found(group(**changes), (name, value), facts=facts) == []


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_a_rule_says_nothing_of_a_form_into_which_nothing_was_typed_yet(name: str) -> None:
    wanted = {"tags_required", "deadline_required", "template_required"}
    value = BREAKERS[name][0]
    empty = unchecked(ContainerGroupSpec, {})
    assert bool(found(empty, (name, value))) == (name in wanted)


def test_all_findings_are_told_at_once_the_hardest_first() -> None:
    strict = policy(("cpu_at_most", "1"))
    free = policy(("price_at_most", "0.1"), verdict="approve", id=8)
    findings = judge(group(**sized("4", "8")), [free, strict], Facts(price_per_hour=Decimal(1)), NOW)
    assert [(each.verdict, each.rule.name) for each in findings] == [
        (Verdict.DENY, "cpu_at_most"),
        (Verdict.APPROVE, "price_at_most"),
    ]
    assert worst(findings) == Verdict.DENY
    assert worst(()) is None


def test_a_policy_that_only_warns_denies_nothing() -> None:
    findings = judge(group(**sized("4", "8")), [policy(("cpu_at_most", "1"), is_enforced=False)], Facts(), NOW)
    assert [each.verdict for each in findings] == [Verdict.WARN]


def only(*findings: Finding) -> Finding:
    (finding,) = findings
    return finding


def test_an_exception_that_is_asked_for_makes_a_denial_a_matter_of_approval() -> None:
    rules, spec = [policy(("no_latest", ""))], group(containers=(container(image="nginx"),))
    denied = only(*judge(spec, rules, Facts(), NOW))
    assert (denied.verdict, denied.may_ask, denied.is_asked) == (Verdict.DENY, True, False)
    asked = only(*judge(spec, rules, Facts(), NOW, asked=[denied.key]))
    assert (asked.verdict, asked.may_ask, asked.is_asked) == (Verdict.APPROVE, False, True)
    other = only(*judge(spec, rules, Facts(), NOW, asked=["8/no_latest"]))
    assert other.verdict == Verdict.DENY


@pytest.mark.parametrize(
    ("exemption", "is_free"),
    [
        (Exemption(7, "cpu_at_most", NOW + timedelta(days=1)), True),
        (Exemption(7, "cpu_at_most", NOW + timedelta(days=1), frozenset({"8"})), True),
        (Exemption(7, "cpu_at_most", NOW + timedelta(days=1), frozenset({"16"})), False),
        (Exemption(7, "cpu_at_most", NOW), False),
        (Exemption(8, "cpu_at_most", NOW + timedelta(days=1)), False),
        (Exemption(7, "memory_at_most", NOW + timedelta(days=1)), False),
    ],
)
def test_an_exemption_frees_its_rule_its_policy_and_its_values_until_its_end(
    exemption: Exemption, is_free: bool
) -> None:
    findings = judge(group(**sized("8", "16")), [policy(("cpu_at_most", "4"))], Facts(), NOW, exemptions=[exemption])
    assert (not findings) == is_free


def test_what_is_billed_counts_and_not_what_was_typed() -> None:
    facts = Facts(cpu=Decimal(8))
    assert found(group(**sized("7", "16")), ("cpu_at_most", "7"), facts=facts) == [("cpu", "8")]


def test_a_price_that_is_not_known_is_a_finding_at_the_last_press_only() -> None:
    assert found(group(), ("price_at_most", "1")) == []
    assert found(group(), ("price_at_most", "1"), facts=Facts(is_last=True)) == [("cpu", "")]


@pytest.mark.parametrize(
    ("proof", "counts"),
    [
        (ImageProof(NOW - timedelta(hours=25)), False),
        (ImageProof(None, was_overridden=True), False),
        (ImageProof(NOW), True),
    ],
)
def test_a_proof_that_is_old_or_was_overridden_is_none(proof: ImageProof, counts: bool) -> None:
    facts = Facts(proofs={"nginx:1.27": proof})
    assert (not found(group(), ("proof_required", ""), facts=facts)) == counts


def test_who_asks_about_one_field_hears_of_its_rules_alone() -> None:
    both = [policy(("cpu_at_most", "1"), ("no_root", ""))]
    findings = judge(group(**sized("4", "8")), both, Facts(), NOW, about="cpu")
    assert [each.rule.name for each in findings] == ["cpu_at_most"]


# What must not be taken for registry.corp.example/team.
STRANGERS = [
    f"{host}/{path}:1"
    for host in (
        "registry.corp.example.evil.io",
        "registry-corp.example",
        "registry.corp.exampl",
        "xregistry.corp.example",
        "registry.corp.example.",
        "evil.io",
        "evil.io:443",
        "registry.corp.example:5000",
        "registry.corp.example:80",
        "registry.corp.example.evil.io:443",
        "docker.io",
        "index.docker.io",
        "localhost",
        "registry.corp.example-evil.io",
        "sub.registry.corp.example",
        "registry.corp.example.com",
        "registry.c0rp.example",
        "registry.corp.examp1e",
        "xn--registry-corp.example",
        "registry.corp.xn--example",
    )
    for path in ("team/api", "team", "registry.corp.example/team/api", "team/api/web")
] + [
    f"registry.corp.example/{path}"
    for path in (
        "teams/api:1",
        "tea/m:1",
        "team-evil/api:1",
        "team.evil/api:1",
        "evil/team/api:1",
        "evil/registry.corp.example/team:1",
        "te/am/api:1",
        "team_/api:1",
        "xteam/api:1",
        "team0:1",
        "library/team:1",
    )
]
# The same by other names.
FRIENDS = [
    f"{host}/{path}"
    for host in ("registry.corp.example", "REGISTRY.corp.example", "registry.corp.example:443")
    for path in ("team", "team:latest", "team/api", "team/api:1", f"team/api:1@sha256:{'0' * 64}", "team/a/b/c:2")
]


@pytest.mark.parametrize("image", STRANGERS)
def test_a_look_alike_is_not_taken_for_the_registry(image: str) -> None:
    spec = unchecked(ContainerGroupSpec, {"containers": (container(),)})
    object.__setattr__(spec.containers[0], "image", image)
    pattern = ("images_never_from", "registry.corp.example/team")
    assert found(spec, pattern) == []


@pytest.mark.parametrize("image", FRIENDS)
def test_other_spellings_of_the_registry_are_it(image: str) -> None:
    assert found(group(containers=(container(image=image),)), ("images_only_from", "registry.corp.example/team")) == []


def test_the_vpc_host_of_a_registry_is_the_same_registry() -> None:
    spec = group(containers=(container(image="registry-vpc.cn-hangzhou.aliyuncs.com/team/api:1"),))
    assert found(spec, ("images_only_from", "registry.cn-hangzhou.aliyuncs.com/team")) == []
    assert found(spec, ("images_only_from", "registry.cn-beijing.aliyuncs.com/team")) != []


def test_a_docker_image_has_the_same_host_however_it_is_written() -> None:
    for image in ("nginx:1.27", "library/nginx:1.27", "docker.io/nginx:1.27", "index.docker.io/library/nginx:1.27"):
        assert found(group(containers=(container(image=image),)), ("images_only_from", "docker.io/library")) == []


def test_a_star_stands_for_one_segment() -> None:
    rule = ("images_only_from", "registry.example.com/*/base")
    assert found(group(containers=(container(image="registry.example.com/any/base/os:1"),)), rule) == []
    assert found(group(containers=(container(image="registry.example.com/any/other:1"),)), rule) != []


@pytest.mark.parametrize(
    "text", ["", "registry", "https://registry.example.com", "registry.example.com/Team", "registry.example.com/a:1",
             "registry.example.com/a@b", "registry.example.com//a",
             "user@registry.example.com", "a" * 300 + ".example.com"]
)  # fmt: skip
def test_what_can_be_no_registry_is_no_pattern(text: str) -> None:
    with pytest.raises((ImageReferenceError, DomainError)):
        read_pattern(text)


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("unknown", "", "deny"),
        ("cpu_at_most", "four", "deny"),
        ("cpu_at_most", "-1", "deny"),
        ("cpu_at_most", "NaN", "deny"),
        ("cpu_at_most", "", "deny"),
        ("regions", " , ", "deny"),
        ("regions", "a " * 101 + " ".join(map(str, range(101))), "deny"),
        ("regions", "a" * 301, "deny"),
        ("images_only_from", "not-a-host", "deny"),
        ("no_root", "", "perhaps"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(name: str, value: str, verdict: str) -> None:
    with pytest.raises(DomainError):
        read_rule(name, value, verdict)


@pytest.mark.parametrize("name", BREAKERS)
def test_a_rule_is_read_as_it_was_written(name: str) -> None:
    rule = read_rule(name, BREAKERS[name][0], "approve")
    (stored,) = written([rule])
    assert read_rule(stored["rule"], stored["value"], stored["verdict"]) == rule


FACTS: dict[str, Any] = {
    "vpc_id": "vpc-1",
    "cpu": Decimal("0.5"),
    "memory_gib": Decimal("1E+2"),
    "price_per_hour": Decimal("0.000000012"),
    "currency": "CNY",
    "proofs": {"nginx:1.27": ImageProof(NOW), "busybox": ImageProof(None, was_overridden=True)},
    "template": "web-small",
    "quota_percent": 0,
    "is_last": True,
}


@pytest.mark.parametrize("facts", [Facts(**FACTS), *(Facts(**{name: value}) for name, value in FACTS.items()), Facts()])
def test_facts_come_back_from_json_as_they_were(facts: Facts) -> None:
    assert read_facts(json.loads(json.dumps(facts.written()))) == facts


def test_every_fact_is_stored() -> None:
    assert set(FACTS) == {each.name for each in dataclasses.fields(Facts)} == set(Facts(**FACTS).written())


def test_facts_of_which_nothing_was_stored_are_not_known() -> None:
    assert read_facts({}) == Facts()
