"""A Pod that Kubernetes takes, and that says what the group says."""

import json
from decimal import Decimal
from typing import Any

import pytest
import yaml
from kubernetes import client

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    ConfigFile,
    ConfigFileVolume,
    ContainerGroupSpec,
    DiskVolume,
    DnsConfig,
    EmptyDirVolume,
    EnvironmentVar,
    HostPathVolume,
    OssVolume,
    Tag,
    VolumeMount,
)
from consoleapp.languages.exports.exported import Exported
from consoleapp.languages.exports.languages import LANGUAGES, export
from tests.domain.builders import container, credential, group, sized
from tests.languages.exports.collected import on_random_groups

KUBERNETES = next(each for each in LANGUAGES if each.word == "kubernetes")
# A quantity is a text: numbers are refused.
SCALARS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "bool": (bool,), "object": (str, int)}


def _exported(**changes: Any) -> tuple[Exported, Any]:
    exported = export(KUBERNETES, group(**changes))
    return exported, yaml.safe_load(exported.text)


def _pod(**changes: Any) -> Any:
    return _exported(**changes)[1]["spec"]


def _lost(**changes: Any) -> dict[str, str]:
    return {each.path: each.value for each in _exported(**changes)[0].lost if each.path != "region_id"}


def _unknown(kind: str, value: Any, path: str) -> list[str]:
    """Return what the official client does not know in a value, or has with another type."""
    if kind.startswith("List["):
        items = value if isinstance(value, list) else [None]
        return [fault for n, item in enumerate(items) for fault in _unknown(kind[5:-1], item, f"{path}.{n}")]
    if kind.startswith("Dict["):
        inner = kind[5:-1].partition(", ")[2]
        return [fault for key, item in value.items() for fault in _unknown(inner, item, f"{path}.{key}")]
    if kind in SCALARS:
        return [] if type(value) in SCALARS[kind] else [path]
    model = getattr(client, kind)
    names = {key: name for name, key in model.attribute_map.items()}
    if not isinstance(value, dict):
        return [path]
    return [
        fault
        for key, item in value.items()
        for fault in (
            _unknown(model.openapi_types[names[key]], item, f"{path}.{key}") if key in names else [f"{path}.{key}"]
        )
    ]


def test_the_walk_finds_an_unknown_key_and_a_number_for_a_quantity() -> None:
    pod = {"spec": {"containers": [{"name": "a", "colour": 1, "resources": {"limits": {"cpu": 2}}}]}}
    assert _unknown("V1Pod", pod, "") == [".spec.containers.0.colour", ".spec.containers.0.resources.limits.cpu"]


@on_random_groups
def test_the_official_client_knows_every_key(spec: ContainerGroupSpec) -> None:
    pod = yaml.safe_load(export(KUBERNETES, spec).text)
    assert _unknown("V1Pod", pod, "") == []
    loaded = client.ApiClient().deserialize(json.dumps(pod), "V1Pod", "application/json")
    assert [each.image for each in loaded.spec.containers] == [each.image for each in spec.containers]


def test_the_virtual_node_is_asked_by_a_label_and_told_by_annotations() -> None:
    tree = _exported(
        vswitch_ids=("vsw-a", "vsw-b"), compute_categories=("economy", "general"), ipv6_address_count=1,
        ephemeral_storage_gib=50, auto_create_eip=True, eip_bandwidth_mbps=5, ingress_bandwidth=40, **sized("2", "4"),
    )[1]  # fmt: skip
    assert tree["metadata"]["labels"] == {"alibabacloud.com/eci": "true"}
    assert tree["metadata"]["annotations"] == {
        "k8s.aliyun.com/eci-vswitch": "vsw-a,vsw-b",
        "k8s.aliyun.com/eci-enable-ipv6": "true",
        "k8s.aliyun.com/eci-use-specs": "2-4Gi",
        "k8s.aliyun.com/eci-compute-category": "economy,general",
        "k8s.aliyun.com/eci-extra-ephemeral-storage": "50Gi",
        "k8s.aliyun.com/eci-with-eip": "true",
        "k8s.aliyun.com/eip-bandwidth": "5",
        "kubernetes.io/ingress-bandwidth": "40",
    }


def test_instance_types_take_the_place_of_the_size() -> None:
    assert _lost(instance_type="ecs.c6.large", **sized("2", "4")) == {"cpu": "2", "memory_gib": "4"}


def test_requests_are_limits_and_quantities_are_texts() -> None:
    web = _pod(containers=(container(cpu=Decimal("0.5"), memory_gib=Decimal("0.195313"), gpu=1),))["containers"][0]
    amounts = {"cpu": "500m", "memory": "200Mi", "nvidia.com/gpu": "1"}
    assert web["resources"] == {"requests": amounts, "limits": amounts}


def test_what_the_cloud_does_by_default_is_said() -> None:
    pod = _pod(containers=(container(image="nginx"),))
    assert pod["dnsPolicy"] == "Default"
    assert pod["containers"][0]["imagePullPolicy"] == "IfNotPresent"


def test_secrets_are_references_and_the_commands_that_make_them_stand_on_top() -> None:
    exported, tree = _exported(
        containers=(container(environment_vars=(EnvironmentVar("DB_PASSWORD", Secret("x")),)),),
        volumes=(ConfigFileVolume("conf", (ConfigFile("a/site.conf", Secret("y"), "0600"),), "0644"),),
        image_registry_credentials=(credential(user_name="it's\u2028me"),),
    )
    assert tree["spec"]["containers"][0]["env"] == [
        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "web-env", "key": "WEB_DB_PASSWORD"}}}
    ]
    assert tree["spec"]["volumes"][0]["secret"] == {
        "secretName": "web-conf-files",
        "defaultMode": 0o644,
        "items": [{"key": "CONF_A_SITE_CONF", "path": "a/site.conf", "mode": 0o600}],
    }
    assert tree["spec"]["imagePullSecrets"] == [{"name": "web-registry-1"}]
    assert [line for line in exported.text.splitlines() if line.startswith("# kubectl")] == [
        '# kubectl create secret generic web-env --from-literal=WEB_DB_PASSWORD="$WEB_DB_PASSWORD"',
        '# kubectl create secret generic web-conf-files --from-file=CONF_A_SITE_CONF="$CONF_A_SITE_CONF"',
        "# kubectl create secret docker-registry web-registry-1 --docker-server=registry.example.com "
        '--docker-username="$REGISTRY_USER_1" --docker-password="$REGISTRY_PASSWORD_1"',
    ]
    assert [blank.name for blank in exported.blanks] == ["CONF_A_SITE_CONF", "WEB_DB_PASSWORD", "REGISTRY_PASSWORD_1"]


def test_an_access_key_of_a_bucket_is_lost_and_has_no_blank() -> None:
    exported, tree = _exported(volumes=(OssVolume("data", "b", "oss", ak_id="id", ak_secret=Secret("canary")),))
    assert tree["spec"]["volumes"][0]["flexVolume"]["options"] == {"bucket": "b", "url": "oss", "akId": "id"}
    assert exported.lost[-1].path == "volumes.0.options.3"
    assert exported.lost[-1].value == ""
    assert exported.blanks == ()


def test_a_disk_is_lost_with_its_mounts() -> None:
    web = container(volume_mounts=(VolumeMount("disk", "/a"), VolumeMount("tmp", "/b")))
    lost = _lost(containers=(web,), volumes=(DiskVolume("disk", "d-1"), EmptyDirVolume("tmp")))
    assert lost == {"volumes.0": "disk d-1", "containers.0.volume_mounts.0": "disk /a"}


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"host_name": "a.b"}, {"host_name": "a.b"}),
        ({"resource_group_id": "rg-1"}, {"resource_group_id": "rg-1"}),
        ({"containers": (container(cpu=Decimal("0.0005")),)}, {"containers.0.cpu": "0.0005"}),
        ({"containers": (container(environment_var_hide=True),)}, {"containers.0.environment_var_hide": "true"}),
        ({"tags": (Tag("a:b"), Tag("c"), Tag("d"), Tag("e"), Tag("f", "g"))}, {"tags.0": "a:b", "tags.4": "f g"}),
        (
            {"dns_config": DnsConfig(("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"))},
            {"dns_config.name_servers.3": "10.0.0.4"},
        ),
        (
            {"acr_registry_infos": (AcrRegistryInfo("cri-a", "n"), AcrRegistryInfo(arn_service="acs:ram::1:role/r"))},
            {"acr_registry_infos.0.instance_name": "n", "acr_registry_infos.1": "acs:ram::1:role/r"},
        ),
    ],
)
def test_what_cannot_be_said_is_lost(changes: dict[str, Any], lost: dict[str, str]) -> None:
    assert _lost(**changes) == lost


def test_dollars_are_doubled_where_kubernetes_would_fill_something_in() -> None:
    variables = (EnvironmentVar("A", "1"), EnvironmentVar("B", "$(A) $(date)"))
    web = _pod(containers=(container(environment_vars=variables, args=("$(A) $$ $(date $$) $x",)),))["containers"][0]
    assert web["env"][1]["value"] == "$$(A) $(date)"
    assert web["args"] == ["$$(A) $$$$ $(date $$) $x"]


@pytest.mark.parametrize(
    "text", ["0644", "1e3", "y", "=", "~", "yes", "22:22", "2001-01-01", "", " x", "a\n\nb\n", "\n"]
)
def test_a_text_stays_a_text(text: str) -> None:
    exported, tree = _exported(containers=(container(environment_vars=(EnvironmentVar("A", text),)),))
    assert tree["spec"]["containers"][0]["env"][0]["value"] == text
    # Kubernetes reads numbers and booleans where PyYAML does not.
    assert f"value: {text}\n" not in exported.text or not text


def test_a_path_of_the_host_is_warned_of() -> None:
    exported, _tree = _exported(volumes=(HostPathVolume("host", "/data"),))
    assert any("paths of its host" in told.says for told in exported.told)
