import base64
import json
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from consoleapp.simulator import faults
from consoleapp.simulator.app import Limits
from consoleapp.simulator.store import ALWAYS, EVERYBODY
from tests.simulator.cloud import Cloud, group


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def refused(cloud: Cloud, **changed: Any) -> tuple[int, str]:
    answer = cloud.call("CreateContainerGroup", flat=group(**changed))
    return cloud.status, answer.get("Code", "")


def test_answers_with_an_id_and_a_request_id_that_the_header_repeats(cloud: Cloud) -> None:
    answer = cloud.call("CreateContainerGroup", flat=group())
    assert list(answer) == ["RequestId", "ContainerGroupId"]
    assert answer["ContainerGroupId"].startswith("eci-sim-")
    assert cloud.headers["x-acs-request-id"] == answer["RequestId"]


def test_an_error_is_wrapped_as_the_vendor_does(cloud: Cloud) -> None:
    answer = cloud.call("CreateContainerGroup", flat=group(ContainerGroupName=None))
    assert list(answer) == ["RequestId", "Message", "Recommend", "HostId", "Code"]
    assert answer["HostId"] == "127.0.0.1"
    assert answer["Recommend"].startswith("https://api.aliyun.com/troubleshoot?q=MissingParameter&product=Eci")
    assert '"ContainerGroupName"' in answer["Message"]


INVALID = (400, "InvalidParameter")
MISSING = (400, "MissingParameter")
TOO_LONG = (400, "InvalidParameter.LengthExceeded")
TOO_MUCH = (400, "InvalidParameter.ValueExceeded")
BAD_SIZE = (400, "InvalidParameter.CPU.Memory")
CONFLICT = (400, "FeatureBasedConstraintConflict")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"RegionId": "xx-nowhere"}, (404, "InvalidRegionId.NotFound")),
        ({"ContainerGroupName": None}, MISSING),
        ({"ContainerGroupName": "-web"}, INVALID),
        ({"ContainerGroupName": "Web"}, INVALID),
        ({"ContainerGroupName": "w"}, INVALID),
        ({"ContainerGroupName": "w" * 129}, TOO_LONG),
        ({"Container__1__Name": None}, MISSING),
        ({"Container__1__Name": "nginx_1"}, INVALID),
        ({"Container__1__Image": None}, MISSING),
        ({"Container__1__Image": "n" * 256}, TOO_LONG),
        ({"Container__1__Name": None, "Container__1__Image": None}, MISSING),
        ({"Container__2__Name": "nginx", "Container__2__Image": "redis"}, (400, "InvalidParameter.DuplicatedName")),
        ({"InitContainer__1__Name": "nginx", "InitContainer__1__Image": "b"}, (400, "InvalidParameter.DuplicatedName")),
        ({"Container__1__ImagePullPolicy": "Sometimes"}, INVALID),
        ({"Container__1__Port__1__Port": "0"}, INVALID),
        ({"Container__1__Port__1__Port": "65536"}, TOO_MUCH),
        ({"Container__1__Port__1__Protocol": "TCP"}, MISSING),
        ({"Container__1__Port__1__Port": "80", "Container__1__Port__1__Protocol": "SCTP"}, INVALID),
        ({"Container__1__EnvironmentVar__1__Key": "1A"}, INVALID),
        ({"Container__1__EnvironmentVar__1__Key": "A", "Container__1__EnvironmentVar__1__Value": "v" * 257}, TOO_LONG),
        (
            {
                "Container__1__EnvironmentVar__1__Key": "A",
                "Container__1__EnvironmentVar__1__FieldRef__FieldPath": "status.hostIP",
            },
            INVALID,
        ),
        ({"Container__1__VolumeMount__1__Name": "data", "Container__1__VolumeMount__1__MountPath": "/d"}, INVALID),
        ({"Container__1__LivenessProbe__PeriodSeconds": "5"}, INVALID),
        (
            {
                "Container__1__ReadinessProbe__TcpSocket__Port": "80",
                "Container__1__ReadinessProbe__HttpGet__Port": "80",
            },
            INVALID,
        ),
        (
            {
                "Container__1__LivenessProbe__TcpSocket__Port": "80",
                "Container__1__LivenessProbe__SuccessThreshold": "2",
            },
            TOO_MUCH,
        ),
        ({"Container__1__Tty": "maybe"}, INVALID),
        ({"Container__1__Command__1": "c" * 257}, TOO_LONG),
        ({"RestartPolicy": "Sometimes"}, INVALID),
        ({"ScheduleStrategy": "Best"}, INVALID),
        ({"Cpu": "1e309"}, INVALID),
        ({"Cpu": "NaN"}, INVALID),
        ({"Cpu": "-1"}, INVALID),
        ({"Cpu": "2", "Memory": None}, BAD_SIZE),
        ({"Cpu": "65", "Memory": "4"}, BAD_SIZE),
        ({"Container__1__Cpu": "4"}, BAD_SIZE),
        ({"InitContainer__1__Name": "i", "InitContainer__1__Image": "b", "InitContainer__1__Cpu": "4"}, BAD_SIZE),
        ({"InstanceType": "ecs.unknown"}, (400, "InvalidInstanceTypeForEciBuy")),
        ({"InstanceType": "1-2Gi,1-2Gi,1-2Gi,1-2Gi,1-2Gi,1-2Gi"}, TOO_MUCH),
        ({"ComputeCategory__1": "cheap"}, INVALID),
        ({"ComputeCategory__1": "economy", "Cpu": "12", "Memory": "24"}, CONFLICT),
        ({"ComputeCategory__1": "economy", "SpotStrategy": "SpotAsPriceGo"}, CONFLICT),
        ({"SpotStrategy": "SpotWithPriceLimit"}, MISSING),
        ({"SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": "0.1234"}, INVALID),
        ({"SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": "0.001"}, (403, "Spot.NotMatched")),
        ({"SpotStrategy": "SpotAsPriceGo", "SpotDuration": "2"}, TOO_MUCH),
        ({"PrivateIpAddress": "fd00::1"}, INVALID),
        ({"PrivateIpAddress": "203.0.113.9"}, INVALID),
        ({"Ipv6AddressCount": "2"}, TOO_MUCH),
        ({"EipISP": "BGP"}, INVALID),
        ({"AutoCreateEip": "true", "EipISP": "Best"}, INVALID),
        ({"EipCommonBandwidthPackage": "cbwp-1"}, INVALID),
        ({"AutoCreateEip": "true", "EipCommonBandwidthPackage": "package"}, INVALID),
        ({"IngressBandwidth": "-1"}, INVALID),
        ({"EgressBandwidth": "9223372036854775808"}, TOO_MUCH),
        ({"SecurityContext__Sysctl__1__Name": "kernel.sem", "SecurityContext__Sysctl__1__Value": "1"}, INVALID),
        ({"HostSecurityContext__Sysctl__1__Name": "vm.swappiness"}, INVALID),
        ({"HostSecurityContext__Sysctl__1__Name": "kernel.sem"}, MISSING),
        ({"ShareProcessNamespace": "perhaps"}, INVALID),
        ({"Container__1__Gpu": "one"}, INVALID),
        ({"Container__1__TerminationMessagePolicy": "Never"}, INVALID),
        (
            {"Volume__1__Name": "h", "Volume__1__Type": "HostPathVolume", "Volume__1__HostPathVolume__Path": "srv"},
            INVALID,
        ),
        (
            {"Volume__1__Name": "d", "Volume__1__Type": "DiskVolume", "Volume__1__DiskVolume__DiskId": "disk"},
            (404, "InvalidDiskId.NotFound"),
        ),
        ({"ZoneId": "cn-hangzhou-z"}, (404, "InvalidZoneId.NotFound")),
        ({"VSwitchId": "vsw-none"}, (404, "InvalidVSwitchId.NotFound")),
        ({"VSwitchId": "vsw-simbjdefaulth"}, (404, "InvalidVSwitchId.NotFound")),
        ({"VSwitchId": "vsw-simhzdefaulth,vsw-simhzpartialout"}, INVALID),
        ({"VSwitchId": "vsw-simhzdefaulth", "ZoneId": "cn-hangzhou-i"}, (403, "OperationDenied.VswZoneMisMatch")),
        ({"VSwitchId": "vsw-simhzdefaultfull"}, (403, "InvalidVSwitchId.IpNotEnough")),
        ({"SecurityGroupId": "sg-none"}, (404, "InvalidSecurityGroupId.NotFound")),
        ({"SecurityGroupId": "sg-simhzpartial"}, (403, "OperationDenied.SecurityGroupMisMatch")),
        ({"EipInstanceId": "eip-none"}, (404, "InvalidAllocationId.NotFound")),
        ({"EipInstanceId": "eip-simhzused"}, (400, "IncorrectStatus")),
        ({"EipInstanceId": "eip-simhzfree1", "AutoCreateEip": "true"}, CONFLICT),
        ({"EipBandwidth": "5"}, INVALID),
        ({"AutoCreateEip": "true", "EipBandwidth": "1000001"}, TOO_MUCH),
        ({"EphemeralStorage": "5001"}, TOO_MUCH),
        ({"MaxPendingMinute": "9"}, INVALID),
        ({"MaxPendingMinute": "1441"}, TOO_MUCH),
        ({"CorePattern": "|/bin/dump"}, INVALID),
        ({"ImageSnapshotId": "imc-1"}, (404, "ImageSnapshot.NotFound")),
        ({"Tag__1__Key": "acs:x"}, INVALID),
        ({"ClientToken": "токен"}, INVALID),
        ({"ClientToken": "t" * 65}, TOO_LONG),
        ({"ImageRegistryCredential__1__Server": "https://reg.example.com"}, INVALID),
        ({"ImageRegistryCredential__1__Server": "reg.example.com"}, MISSING),
        ({"PlainHttpRegistry": "http://plain.example.com"}, INVALID),
        ({"Volume__1__Name": "d"}, MISSING),
        ({"Volume__1__Name": "d", "Volume__1__Type": "TapeVolume"}, INVALID),
        ({"Volume__1__Name": "n", "Volume__1__Type": "NFSVolume"}, MISSING),
        (
            {
                f"Volume__{n}__{key}": value
                for n in (1, 2)
                for key, value in (("Name", "d"), ("Type", "EmptyDirVolume"))
            },
            (400, "InvalidParameter.DuplicatedVolumeName"),
        ),
    ],
)
def test_refuses_with_the_vendors_code(cloud: Cloud, changed: dict[str, Any], expected: tuple[int, str]) -> None:
    assert refused(cloud, **changed) == expected


@pytest.mark.parametrize(
    ("content", "expected"), [("not base64!", INVALID), (base64.b64encode(b"x" * 33_000).decode(), TOO_MUCH)]
)
def test_refuses_files_that_are_no_base64_or_too_large(cloud: Cloud, content: str, expected: tuple[int, str]) -> None:
    prefix = "Volume__1__ConfigFileVolume__ConfigFileToPath__1__"
    files = {f"{prefix}Path": "a", f"{prefix}Content": content}
    assert refused(cloud, Volume__1__Name="c", Volume__1__Type="ConfigFileVolume", **files) == expected


def test_refuses_more_than_twenty_containers_or_ten_credentials(cloud: Cloud) -> None:
    containers = {
        f"Container__{n}__{key}": value for n in range(1, 22) for key, value in (("Name", f"c{n}"), ("Image", "nginx"))
    }
    assert refused(cloud, **containers) == TOO_MUCH
    credentials = {
        f"ImageRegistryCredential__{n}__{key}": "x" for n in range(1, 12) for key in ("Server", "UserName", "Password")
    }
    assert refused(cloud, **credentials) == TOO_MUCH


@pytest.mark.parametrize(
    ("changed", "size"),
    [
        ({"Cpu": "7", "Memory": "13"}, (8, 14)),
        ({"Cpu": "2.0", "Memory": "4.0"}, (2, 4)),
        ({"Cpu": None, "Memory": None}, (2, 4)),
        ({"Cpu": None, "Memory": None, "Container__1__Cpu": "0.5", "Container__1__Memory": "0.5"}, (0.5, 1)),
        ({"Cpu": None, "Memory": None, "InstanceType": "ecs.g7.xlarge,4-8Gi"}, (4, 16)),
        ({"Cpu": None, "Memory": None, "InstanceType": "ecs.g7.3xlarge"}, (12, 48)),
        ({"Cpu": None, "Memory": None, "InstanceType": "ecs.c7.5xlarge"}, (20, 40)),
        ({"Cpu": "63", "Memory": "500", "InstanceType": "3-5Gi"}, (4, 6)),
        ({"Cpu": "2", "Memory": "6", "SpotStrategy": "SpotAsPriceGo"}, (2, 8)),
    ],
)
def test_takes_the_next_size_that_is_sold(cloud: Cloud, changed: dict[str, Any], size: tuple[float, float]) -> None:
    found = cloud.describe(cloud.create(**changed))
    assert (found["Cpu"], found["Memory"]) == size


def test_a_size_that_the_region_does_not_have_is_out_of_stock(cloud: Cloud) -> None:
    region = next(item.region_id for item in cloud.app.catalog.regions if item.region_id.startswith("us-"))
    assert refused(cloud, RegionId=region, Cpu="2", Memory="6") == (403, "OperationDenied.NoStock")


def test_a_sidecar_may_be_left_out_of_the_sum(cloud: Cloud) -> None:
    sidecar = {"Container__2__Name": "log", "Container__2__Image": "busybox", "Container__2__Cpu": "4"}
    ignored = {
        "Container__2__EnvironmentVar__1__Key": "__ECI_RESOURCE_IGNORE__",
        "Container__2__EnvironmentVar__1__Value": "TRUE",
    }
    assert refused(cloud, **sidecar) == BAD_SIZE
    assert cloud.create(**sidecar, **ignored)


def test_the_same_token_and_parameters_make_one_group(cloud: Cloud) -> None:
    first, second = cloud.create(ClientToken="t"), cloud.create(ClientToken="t")
    assert first == second
    assert cloud.call("DescribeContainerGroups")["TotalCount"] == 1


def test_the_same_token_with_other_parameters_is_a_mismatch(cloud: Cloud) -> None:
    cloud.create(ClientToken="t")
    assert refused(cloud, ClientToken="t", ContainerGroupName="other") == (400, "IdempotentParameterMismatch")
    assert refused(cloud, ClientToken="t", Cpu="4") == (400, "IdempotentParameterMismatch")


def test_a_token_belongs_to_one_account_and_region_and_case(cloud: Cloud) -> None:
    ids = {
        cloud.create(ClientToken="t"),
        cloud.create("mallory", ClientToken="t"),
        cloud.create(ClientToken="t", RegionId="cn-beijing"),
        cloud.create(ClientToken="T"),
    }
    assert len(ids) == 4


def test_a_refused_request_does_not_take_its_token(cloud: Cloud) -> None:
    assert refused(cloud, ClientToken="t", Cpu="65") == BAD_SIZE
    assert cloud.create(ClientToken="t")


def test_a_passed_dry_run_is_an_error_and_makes_nothing(cloud: Cloud) -> None:
    assert refused(cloud, DryRun="true", ClientToken="t") == (400, "DryRun.Success")
    assert refused(cloud, DryRun="True", Cpu="65") == BAD_SIZE
    assert cloud.call("DescribeContainerGroups")["TotalCount"] == 0
    assert cloud.create(ClientToken="t")


def test_the_hundred_and_first_call_at_once_is_throttled_until_time_passes() -> None:
    cloud = Cloud(limits=Limits(max_vcpu=10_000))
    for _ in range(100):
        cloud.create()
    assert refused(cloud) == (400, "Throttling")
    assert cloud.create("mallory")
    cloud.wait(0.06)
    assert refused(cloud)[1] == ""
    assert refused(cloud) == (400, "Throttling")


def test_refused_and_dry_calls_count_for_the_throttle() -> None:
    cloud = Cloud(limits=Limits(create_burst=2))
    assert [refused(cloud, Cpu="65")[1], refused(cloud, DryRun="1")[1], refused(cloud)[1]] == [
        "InvalidParameter.CPU.Memory",
        "DryRun.Success",
        "Throttling",
    ]


def test_the_vcpu_quota_is_a_region_s_and_is_given_back() -> None:
    cloud = Cloud(limits=Limits(max_vcpu=4))
    first = cloud.create()
    cloud.create()
    assert refused(cloud) == (403, "QuotaExceeded")
    assert cloud.create(RegionId="cn-beijing")
    cloud.call("DeleteContainerGroup", ContainerGroupId=first)
    assert cloud.create()


def test_the_vcpu_of_an_ended_group_are_given_back() -> None:
    cloud = Cloud(limits=Limits(max_vcpu=2))
    cloud.create(RestartPolicy="Never", Container__1__Image="busybox:latest")
    assert refused(cloud) == (403, "QuotaExceeded")
    cloud.wait(60)
    assert cloud.create()


def test_an_eip_is_bound_for_the_lifetime_of_its_group(cloud: Cloud) -> None:
    group_id = cloud.create(EipInstanceId="eip-simhzfree1")
    assert cloud.describe(group_id)["InternetIp"] == "203.0.113.21"
    assert refused(cloud, EipInstanceId="eip-simhzfree1") == (400, "IncorrectStatus")
    assert cloud.create("mallory", EipInstanceId="eip-simhzfree1")
    cloud.call("DeleteContainerGroup", ContainerGroupId=group_id)
    assert cloud.create(EipInstanceId="eip-simhzfree1")


def test_an_automatic_eip_gives_an_internet_address_and_a_way_out(cloud: Cloud) -> None:
    place = {"VSwitchId": "vsw-simhzisolatedb", "SecurityGroupId": "sg-simhzisolated"}
    stuck, reaching = cloud.create(**place), cloud.create(**place, AutoCreateEip="True", EipBandwidth="5")
    cloud.wait(30)
    assert (cloud.describe(stuck)["Status"], cloud.describe(stuck)["InternetIp"]) == ("Pending", "")
    found = cloud.describe(reaching)
    assert found["Status"] == "Running"
    assert found["InternetIp"].startswith("198.51.100.")


def test_a_group_lands_in_its_vswitch_with_an_address_of_its_own(cloud: Cloud) -> None:
    place = {"VSwitchId": "vsw-simhzpartialout,vsw-simhzpartialin"}
    first, second = cloud.describe(cloud.create(**place)), cloud.describe(cloud.create(**place))
    assert first["VSwitchId"] == second["VSwitchId"] == "vsw-simhzpartialout"
    assert first["ZoneId"] == "cn-hangzhou-h"
    assert first["IntranetIp"].startswith("10.10.0.")
    assert first["IntranetIp"] != second["IntranetIp"]


def test_a_full_vswitch_is_passed_over(cloud: Cloud) -> None:
    found = cloud.describe(cloud.create(VSwitchId="vsw-simhzdefaultfull,vsw-simhzdefaulti"))
    assert found["VSwitchId"] == "vsw-simhzdefaulti"


def test_random_scheduling_uses_all_vswitches(cloud: Cloud) -> None:
    place = {"VSwitchId": "vsw-simhzdefaulth,vsw-simhzdefaulti", "ScheduleStrategy": "VSwitchRandom"}
    assert len({cloud.describe(cloud.create(**place))["VSwitchId"] for _ in range(2)}) == 2


def test_faults_happen_as_often_as_they_were_set(cloud: Cloud) -> None:
    with cloud.app.store.transaction(cloud.now) as transaction:
        for fault in (faults.LOST_ANSWER, faults.DOUBLED_REQUEST, faults.NO_STOCK, faults.ARREARS):
            transaction.set_fault("alice", fault, 1)
    seen = [refused(cloud, ClientToken="t") for _ in range(5)]
    assert seen == [
        (400, "Account.Arrearage"),
        (403, "OperationDenied.NoStock"),
        (503, "ServiceUnavailable"),
        (400, "SignatureNonceUsed"),
        (200, ""),
    ]
    assert cloud.call("DescribeContainerGroups")["TotalCount"] == 1


def test_a_fault_of_everybody_happens_in_every_nth_call(cloud: Cloud) -> None:
    with cloud.app.store.transaction(cloud.now) as transaction:
        transaction.set_fault(EVERYBODY, faults.LOST_ANSWER, ALWAYS, every=3)
    seen = [refused(cloud, ClientToken=f"t-{number}")[0] for number in range(6)]
    assert seen == [200, 200, 503, 200, 200, 503]
    assert cloud.call("DescribeContainerGroups")["TotalCount"] == 6


def test_the_groups_of_others_move_no_address_of_ones_own() -> None:
    def addresses(others: int) -> list[tuple[str, str]]:
        cloud, found = Cloud(), []
        for _ in range(3):
            for _ in range(others):
                cloud.create("mallory")
            described = cloud.describe(cloud.create(AutoCreateEip="true"))
            found.append((described["IntranetIp"], described["InternetIp"]))
        return found

    assert addresses(others=2) == addresses(others=0)


def order_fault(cloud: Cloud, fault: str) -> None:
    with cloud.app.store.transaction(cloud.now) as transaction:
        transaction.set_fault("alice", fault, 1)


def test_a_garbled_answer_breaks_off_after_the_group_was_made(cloud: Cloud) -> None:
    order_fault(cloud, faults.GARBLED_ANSWER)
    with pytest.raises(json.JSONDecodeError):
        cloud.create(ClientToken="t")
    assert cloud.call("DescribeContainerGroups")["TotalCount"] == 1


def test_a_dropped_answer_ends_the_connection_after_the_group_was_made(cloud: Cloud) -> None:
    order_fault(cloud, faults.DROPPED_ANSWER)
    with pytest.raises(faults.ConnectionDropped):
        cloud.create(ClientToken="t")
    assert cloud.call("DescribeContainerGroups")["TotalCount"] == 1


def test_a_late_answer_is_whole() -> None:
    slept: list[float] = []
    cloud = Cloud(wait=slept.append)
    order_fault(cloud, faults.LATE_ANSWER)
    assert cloud.create(ClientToken="t").startswith("eci-sim-")
    assert slept == [15]


def test_no_secret_is_kept(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path / "state.db")
    secrets = ("canary-password", "canary-hidden", "canary-oss-key")
    cloud.create(
        ClientToken="t",
        ImageRegistryCredential__1__Server="registry.example.com",
        ImageRegistryCredential__1__UserName="demo",
        ImageRegistryCredential__1__Password=secrets[0],
        Container__1__EnvironmentVarHide="true",
        Container__1__EnvironmentVar__1__Key="TOKEN",
        Container__1__EnvironmentVar__1__Value=secrets[1],
        Volume__1__Name="oss",
        Volume__1__Type="FlexVolume",
        Volume__1__FlexVolume__Driver="alicloud/oss",
        Volume__1__FlexVolume__Options=f'{{"akSecret":"{secrets[2]}"}}',
    )
    cloud.app.store.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"registry.example.com" not in stored
    assert b"nginx:latest" in stored
    assert not [secret for secret in secrets if secret.encode() in stored]


def test_an_address_is_given_once_and_can_be_had_again(cloud: Cloud) -> None:
    asked = {"VSwitchId": "vsw-simhzdefaulth", "PrivateIpAddress": address_of(cloud)}
    group_id = cloud.create(**asked)
    assert cloud.describe(group_id)["IntranetIp"] == asked["PrivateIpAddress"]
    assert refused(cloud, **asked) == (400, "PrivateIpAddress.Already.InUse")
    cloud.call("DeleteContainerGroup", ContainerGroupId=group_id)
    cloud.wait(120)
    assert cloud.create(**asked)


def address_of(cloud: Cloud) -> str:
    """A free address of the default vSwitch."""
    vswitch = cloud.app.catalog.vswitch("vsw-simhzdefaulth")
    assert vswitch is not None
    return str(next(IPv4Network(vswitch.cidr_block).hosts()) + 200)
