"""The same container groups twice: as our spec, and as the official SDK's request."""

import base64
import json
from decimal import Decimal
from typing import Any

from alibabacloud_eci20180808 import models

from consoleapp.domain import spec as domain
from consoleapp.domain.secret import Secret

TOKEN = "token-1"
PASSWORD = "p+w /=&%#?пароль😀"


def _our_web() -> domain.Container:
    probe = domain.Probe(http_get=domain.HttpGet(port=80, path="/healthz", scheme="HTTP"), period_seconds=5)
    return domain.Container(
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


def our_everyday() -> domain.ContainerGroupSpec:
    """What most people fill in."""
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
        containers=(_our_web(), domain.Container(name="sidecar", image="busybox:1.30", args=("sleep", "1"))),
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


def _official_web() -> Any:
    return models.CreateContainerGroupRequestContainer(
        name="web",
        image="registry.example.com:5000/team/web:1.2",
        image_pull_policy="IfNotPresent",
        cpu=1.0,
        memory=2.0,
        working_dir="/srv",
        command=["/bin/sh", "-c"],
        arg=['echo "a b*~ 中文" && sleep 1'],
        environment_var=[
            models.CreateContainerGroupRequestContainerEnvironmentVar(key="GREETING", value="hello, world & more"),
            models.CreateContainerGroupRequestContainerEnvironmentVar(key="TOKEN", value="s3cr3t value"),
            models.CreateContainerGroupRequestContainerEnvironmentVar(
                key="POD_IP",
                field_ref=models.CreateContainerGroupRequestContainerEnvironmentVarFieldRef(field_path="status.podIP"),
            ),
        ],
        port=[
            models.CreateContainerGroupRequestContainerPort(port=80, protocol="TCP"),
            models.CreateContainerGroupRequestContainerPort(port=53, protocol="UDP"),
        ],
        volume_mount=[
            models.CreateContainerGroupRequestContainerVolumeMount(
                name="scratch", mount_path="/tmp/scratch", read_only=True
            )
        ],
        readiness_probe=models.CreateContainerGroupRequestContainerReadinessProbe(
            http_get=models.CreateContainerGroupRequestContainerReadinessProbeHttpGet(
                path="/healthz", port=80, scheme="HTTP"
            ),
            period_seconds=5,
        ),
        tty=True,
        stdin=True,
    )


def _official_volumes() -> list[Any]:
    return [
        models.CreateContainerGroupRequestVolume(
            name="scratch",
            type="EmptyDirVolume",
            empty_dir_volume=models.CreateContainerGroupRequestVolumeEmptyDirVolume(size_limit="256Mi"),
        ),
        models.CreateContainerGroupRequestVolume(
            name="shared",
            type="NFSVolume",
            nfsvolume=models.CreateContainerGroupRequestVolumeNFSVolume(
                server="nas.example.com", path="/", read_only=True
            ),
        ),
    ]


def official_everyday() -> Any:
    """The same for the official SDK."""
    return models.CreateContainerGroupRequest(
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
            _official_web(),
            models.CreateContainerGroupRequestContainer(name="sidecar", image="busybox:1.30", arg=["sleep", "1"]),
        ],
        init_container=[
            models.CreateContainerGroupRequestInitContainer(name="prepare", image="busybox", command=["true"])
        ],
        volume=_official_volumes(),
        image_registry_credential=[
            models.CreateContainerGroupRequestImageRegistryCredential(
                server="registry.example.com:5000", user_name="alice@example.com", password=PASSWORD
            )
        ],
        acr_registry_info=[
            models.CreateContainerGroupRequestAcrRegistryInfo(
                instance_id="cri-1", region_id="cn-beijing", domain=["images.example.com", "more.example.com"]
            )
        ],
        insecure_registry="registry.example.com:5000",
        tag=[
            models.CreateContainerGroupRequestTag(key="team", value="blue"),
            models.CreateContainerGroupRequestTag(key="stage", value="test"),
        ],
        host_aliase=[models.CreateContainerGroupRequestHostAliase(ip="10.0.0.9", hostname=["db", "db.local"])],
        ntp_server=["ntp.example.com"],
        termination_grace_period_seconds=30,
        active_deadline_seconds=3600,
    )


def _our_odd_web() -> domain.Container:
    return domain.Container(
        name="web",
        image="plain.example.com:5000/web@sha256:" + "a" * 64,
        liveness_probe=domain.Probe(exec_commands=("cat", "/tmp/ok"), failure_threshold=5, initial_delay_seconds=3),
        readiness_probe=domain.Probe(tcp_socket=domain.TcpSocket(port=80)),
        lifecycle_post_start=domain.LifecycleHandler(exec_commands=("/bin/sh", "-c", "date > /tmp/started")),
        lifecycle_pre_stop=domain.LifecycleHandler(
            http_get=domain.HttpGet(
                port=8080,
                path="/stop",
                scheme="HTTPS",
                host="10.0.0.1",
                http_headers=(domain.HttpHeader("X-A", "b c"),),
            )
        ),
        security_context=domain.SecurityContext(
            capabilities_add=("NET_ADMIN",),
            read_only_root_filesystem=True,
            run_as_user=1000,
            run_as_group=1001,
            run_as_non_root=True,
        ),
        termination_message_path="/tmp/message",
        environment_var_hide=True,
    )


def our_irregular() -> domain.ContainerGroupSpec:
    """What the wire spells in its own way: handlers, config files, drivers, DNS, role ARNs, one's own Elastic IP."""
    options = (domain.FlexVolumeOption("bucket", "logs"), domain.FlexVolumeOption("url", "oss.example.com"))
    return domain.ContainerGroupSpec(
        region_id="cn-beijing",
        container_group_name="odd-keys",
        containers=(_our_odd_web(),),
        volumes=(
            domain.ConfigFileVolume("conf", (domain.ConfigFile("a/b.conf", Secret("key = значение\n"), "0640"),)),
            domain.FlexVolume("bucket", driver="alicloud/oss", options=options),
        ),
        acr_registry_infos=(
            domain.AcrRegistryInfo(
                instance_name="acme",
                arn_service="acs:ram::1234567890123456:role/pulls",
                arn_user="acs:ram::6543210987654321:role/reads",
            ),
        ),
        plain_http_registries=("plain.example.com:5000", "10.0.0.5"),
        eip_instance_id="eip-1",
        dns_policy="None",
        dns_config=domain.DnsConfig(
            name_servers=("10.0.0.2", "10.0.0.3"), searches=("corp.example",), options=(domain.DnsOption("ndots", "2"),)
        ),
        ram_role_name="my-role",
        resource_group_id="rg-1",
    )


def _official_odd_web() -> Any:
    part = "CreateContainerGroupRequestContainer"
    new = {name.removeprefix(part): getattr(models, name) for name in dir(models) if name.startswith(part)}
    return new[""](
        name="web",
        image="plain.example.com:5000/web@sha256:" + "a" * 64,
        liveness_probe=new["LivenessProbe"](
            exec=new["LivenessProbeExec"](command=["cat", "/tmp/ok"]), failure_threshold=5, initial_delay_seconds=3
        ),
        readiness_probe=new["ReadinessProbe"](tcp_socket=new["ReadinessProbeTcpSocket"](port=80)),
        lifecycle_post_start_handler_exec=["/bin/sh", "-c", "date > /tmp/started"],
        lifecycle_pre_stop_handler_http_get_host="10.0.0.1",
        lifecycle_pre_stop_handler_http_get_path="/stop",
        lifecycle_pre_stop_handler_http_get_port=8080,
        lifecycle_pre_stop_handler_http_get_scheme="HTTPS",
        lifecycle_pre_stop_handler_http_get_http_header=[
            new["LifecyclePreStopHandlerHttpGetHttpHeader"](name="X-A", value="b c")
        ],
        security_context=new["SecurityContext"](
            capability=new["SecurityContextCapability"](add=["NET_ADMIN"]),
            read_only_root_filesystem=True,
            run_as_user=1000,
        ),
        security_context_run_as_group=1001,
        security_context_run_as_non_root=True,
        termination_message_path="/tmp/message",
        environment_var_hide=True,
    )


def _official_odd_volumes() -> list[Any]:
    part = "CreateContainerGroupRequestVolume"
    new = {name.removeprefix(part): getattr(models, name) for name in dir(models) if name.startswith(part)}
    content = base64.b64encode("key = значение\n".encode()).decode()
    file = new["ConfigFileVolumeConfigFileToPath"](path="a/b.conf", content=content, mode=640)
    return [
        new[""](
            name="conf", type="ConfigFileVolume", config_file_volume=new["ConfigFileVolume"](config_file_to_path=[file])
        ),
        new[""](
            name="bucket",
            type="FlexVolume",
            flex_volume=new["FlexVolume"](
                driver="alicloud/oss", options=json.dumps({"bucket": "logs", "url": "oss.example.com"})
            ),
        ),
    ]


def official_irregular() -> Any:
    """The same for the official SDK."""
    part = "CreateContainerGroupRequest"
    new = {name.removeprefix(part): getattr(models, name) for name in dir(models) if name.startswith(part)}
    return new[""](
        region_id="cn-beijing",
        container_group_name="odd-keys",
        container=[_official_odd_web()],
        volume=_official_odd_volumes(),
        acr_registry_info=[
            new["AcrRegistryInfo"](
                instance_name="acme",
                arn_service="acs:ram::1234567890123456:role/pulls",
                arn_user="acs:ram::6543210987654321:role/reads",
            )
        ],
        plain_http_registry="plain.example.com:5000,10.0.0.5",
        eip_instance_id="eip-1",
        dns_policy="None",
        dns_config=new["DnsConfig"](
            name_server=["10.0.0.2", "10.0.0.3"],
            search=["corp.example"],
            option=[new["DnsConfigOption"](name="ndots", value="2")],
        ),
        ram_role_name="my-role",
        resource_group_id="rg-1",
        client_token=TOKEN,
    )
