"""Our CreateContainerGroup beside the official SDK's for the same group, as a server receives them.

Two differences are the SDK's own and are evened out: it writes booleans as Python prints them (`True`) and numbers of
type float with a fraction (`2.0`). The service takes both spellings; ours are those of the API reference.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from alibabacloud_eci20180808 import models
from alibabacloud_eci20180808.client import Client as OfficialClient
from alibabacloud_openapi_util.client import Client as OfficialUtil
from alibabacloud_tea_openapi import models as open_api_models
from Tea.request import TeaRequest

from consoleapp.domain import spec as domain
from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.transport import Transport, http_session
from tests.contract.capture import Captured, CaptureServer, capture_server

KEY_ID, SECRET, TOKEN = "testid", "testsecret", "token-1"
PASSWORD = "p+w /=&%#?пароль😀"
FLOATS = {"Cpu", "Memory"}


@pytest.fixture
def server() -> Iterator[CaptureServer]:
    with capture_server() as capture:
        yield capture


def our_spec() -> domain.ContainerGroupSpec:
    probe = domain.Probe(http_get=domain.HttpGet(port=80, path="/healthz", scheme="HTTP"), period_seconds=5)
    web = domain.Container(
        name="web",
        image="registry.example.com:5000/team/web:1.2",
        image_pull_policy="IfNotPresent",
        cpu=Decimal("1.0"),
        memory_gib=Decimal(2),
        working_dir="/srv",
        commands=("/bin/sh", "-c"),
        args=('echo "a b*~ 中文" && sleep 1',),
        environment_vars=(
            domain.EnvironmentVar("GREETING", "hello, world & more"),
            domain.EnvironmentVar("TOKEN", Secret("s3cr3t value")),
            domain.EnvironmentVar("POD_IP", None, "status.podIP"),
        ),
        ports=(domain.ContainerPort(80, "TCP"), domain.ContainerPort(53, "UDP")),
        volume_mounts=(domain.VolumeMount("scratch", "/tmp/scratch", read_only=True),),
        readiness_probe=probe,
        tty=True,
        stdin=True,
    )
    return domain.ContainerGroupSpec(
        region_id="cn-hangzhou",
        container_group_name="web-1",
        vswitch_ids=("vsw-1", "vsw-2"),
        security_group_id="sg-1",
        restart_policy="OnFailure",
        cpu=Decimal(2),
        memory_gib=Decimal(4),
        compute_categories=("general", "economy"),
        auto_create_eip=True,
        eip_bandwidth_mbps=10,
        ephemeral_storage_gib=20,
        auto_match_image_cache=True,
        containers=(web, domain.Container(name="sidecar", image="busybox:1.30", args=("sleep", "1"))),
        init_containers=(domain.InitContainer(name="prepare", image="busybox", commands=("true",)),),
        volumes=(
            domain.EmptyDirVolume("scratch", size_limit="256Mi"),
            domain.NFSVolume("shared", server="nas.example.com", path="/", read_only=True),
        ),
        image_registry_credentials=(
            domain.ImageRegistryCredential("registry.example.com:5000", "alice@example.com", Secret(PASSWORD)),
        ),
        acr_registry_infos=(
            domain.AcrRegistryInfo(
                instance_id="cri-1", region_id="cn-beijing", domains=("images.example.com", "more.example.com")
            ),
        ),
        insecure_registries=("registry.example.com:5000",),
        tags=(domain.Tag("team", "blue"), domain.Tag("stage", "test")),
        host_aliases=(domain.HostAlias("10.0.0.9", ("db", "db.local")),),
        ntp_servers=("ntp.example.com",),
        termination_grace_period_seconds=30,
        active_deadline_seconds=3600,
    )


def official_request() -> Any:
    part = models
    web = part.CreateContainerGroupRequestContainer(
        name="web",
        image="registry.example.com:5000/team/web:1.2",
        image_pull_policy="IfNotPresent",
        cpu=1.0,
        memory=2.0,
        working_dir="/srv",
        command=["/bin/sh", "-c"],
        arg=['echo "a b*~ 中文" && sleep 1'],
        environment_var=[
            part.CreateContainerGroupRequestContainerEnvironmentVar(key="GREETING", value="hello, world & more"),
            part.CreateContainerGroupRequestContainerEnvironmentVar(key="TOKEN", value="s3cr3t value"),
            part.CreateContainerGroupRequestContainerEnvironmentVar(
                key="POD_IP",
                field_ref=part.CreateContainerGroupRequestContainerEnvironmentVarFieldRef(field_path="status.podIP"),
            ),
        ],
        port=[
            part.CreateContainerGroupRequestContainerPort(port=80, protocol="TCP"),
            part.CreateContainerGroupRequestContainerPort(port=53, protocol="UDP"),
        ],
        volume_mount=[
            part.CreateContainerGroupRequestContainerVolumeMount(
                name="scratch", mount_path="/tmp/scratch", read_only=True
            )
        ],
        readiness_probe=part.CreateContainerGroupRequestContainerReadinessProbe(
            http_get=part.CreateContainerGroupRequestContainerReadinessProbeHttpGet(
                path="/healthz", port=80, scheme="HTTP"
            ),
            period_seconds=5,
        ),
        tty=True,
        stdin=True,
    )
    return part.CreateContainerGroupRequest(
        region_id="cn-hangzhou",
        container_group_name="web-1",
        v_switch_id="vsw-1,vsw-2",
        security_group_id="sg-1",
        restart_policy="OnFailure",
        cpu=2.0,
        memory=4.0,
        compute_category=["general", "economy"],
        auto_create_eip=True,
        eip_bandwidth=10,
        ephemeral_storage=20,
        auto_match_image_cache=True,
        client_token=TOKEN,
        container=[
            web,
            part.CreateContainerGroupRequestContainer(name="sidecar", image="busybox:1.30", arg=["sleep", "1"]),
        ],
        init_container=[
            part.CreateContainerGroupRequestInitContainer(name="prepare", image="busybox", command=["true"])
        ],
        volume=[
            part.CreateContainerGroupRequestVolume(
                name="scratch",
                type="EmptyDirVolume",
                empty_dir_volume=part.CreateContainerGroupRequestVolumeEmptyDirVolume(size_limit="256Mi"),
            ),
            part.CreateContainerGroupRequestVolume(
                name="shared",
                type="NFSVolume",
                nfsvolume=part.CreateContainerGroupRequestVolumeNFSVolume(
                    server="nas.example.com", path="/", read_only=True
                ),
            ),
        ],
        image_registry_credential=[
            part.CreateContainerGroupRequestImageRegistryCredential(
                server="registry.example.com:5000", user_name="alice@example.com", password=PASSWORD
            )
        ],
        acr_registry_info=[
            part.CreateContainerGroupRequestAcrRegistryInfo(
                instance_id="cri-1", region_id="cn-beijing", domain=["images.example.com", "more.example.com"]
            )
        ],
        insecure_registry="registry.example.com:5000",
        tag=[
            part.CreateContainerGroupRequestTag(key="team", value="blue"),
            part.CreateContainerGroupRequestTag(key="stage", value="test"),
        ],
        host_aliase=[part.CreateContainerGroupRequestHostAliase(ip="10.0.0.9", hostname=["db", "db.local"])],
        ntp_server=["ntp.example.com"],
        termination_grace_period_seconds=30,
        active_deadline_seconds=3600,
    )


def sent_by_the_official_sdk(server: CaptureServer) -> Captured:
    config = open_api_models.Config(
        access_key_id=KEY_ID,
        access_key_secret=SECRET,
        region_id="cn-hangzhou",
        endpoint=server.url.removeprefix("http://"),
        protocol="http",
    )
    OfficialClient(config).create_container_group(official_request())
    return server.requests[-1]


def sent_by_us(server: CaptureServer, parameters_in: str = "query") -> Captured:
    group = our_spec()
    with http_session() as session:
        client = Client(
            Transport(session, connect_timeout=3, read_timeout=10),
            Account(KEY_ID, SECRET),
            endpoints=Endpoints(server.url),
            parameters_in=parameters_in,
        )
        ElasticContainerInstance(client).create(
            wire.to_parameters(group), client_token=TOKEN, secret_keys=wire.secret_keys(group)
        )
    return server.requests[-1]


def evened_out(parameters: dict[str, str]) -> dict[str, str]:
    """The SDK's `True` becomes `true`, its `2.0` becomes `2` where the API wants a float; nothing else changes."""

    def one(name: str, value: str) -> str:
        if value in {"True", "False"}:
            return value.lower()
        if name.rpartition(".")[2] in FLOATS:
            return format(Decimal(value).normalize(), "f")
        return value

    return {name: one(name, value) for name, value in parameters.items()}


def test_both_send_the_same_parameters(server: CaptureServer) -> None:
    official = evened_out(sent_by_the_official_sdk(server).parameters)
    ours = evened_out(sent_by_us(server).parameters)
    assert len(ours) > 70
    assert ours == official


def test_both_send_them_the_same_way(server: CaptureServer) -> None:
    official, ours = sent_by_the_official_sdk(server), sent_by_us(server)
    assert (ours.method, ours.path, ours.body) == (official.method, official.path, official.body) == ("POST", "/", b"")
    for name in ("x-acs-action", "x-acs-version", "x-acs-content-sha256", "host", "accept"):
        assert ours.headers[name] == official.headers[name], name
    assert "Action=" not in ours.query


def test_with_parameters_in_the_body_the_address_carries_none(server: CaptureServer) -> None:
    in_query = sent_by_us(server)
    in_body = sent_by_us(server, "body")
    assert in_body.query == ""
    assert in_body.body.decode() == in_query.query
    assert in_body.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("parameters_in", ["query", "body"])
def test_the_official_signer_comes_to_our_signature(server: CaptureServer, parameters_in: str) -> None:
    ours = sent_by_us(server, parameters_in)
    scheme, _, rest = ours.headers["authorization"].partition(" ")
    told = dict(part.split("=", 1) for part in rest.split(","))
    request = TeaRequest()
    request.method, request.pathname = ours.method, ours.path
    request.query = dict(ours.parameters) if parameters_in == "query" else {}
    request.headers = {name: ours.headers[name] for name in told["SignedHeaders"].split(";")}
    expected = OfficialUtil.get_authorization(request, scheme, ours.headers["x-acs-content-sha256"], KEY_ID, SECRET)
    assert ours.headers["authorization"] == expected
    hashed = OfficialUtil.hex_encode(OfficialUtil.hash(ours.body, scheme))
    assert ours.headers["x-acs-content-sha256"] == hashed


def test_the_official_sdk_is_a_fair_judge(server: CaptureServer) -> None:
    """It must really send what the comparison is about: the password, a nested key, a dotted one."""
    official = sent_by_the_official_sdk(server).parameters
    assert official["ImageRegistryCredential.1.Password"] == PASSWORD
    assert official["AcrRegistryInfo.1.Domain.2"] == "more.example.com"
    assert json.dumps(official["Container.1.Tty"]) == '"True"'
