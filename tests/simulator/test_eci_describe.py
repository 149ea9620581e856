import json
from typing import Any

import pytest

from consoleapp.simulator.app import Limits
from tests.simulator.cloud import Cloud
from tests.simulator.shapes import strays

FULL: dict[str, Any] = {
    "RestartPolicy": "OnFailure",
    "Tag__1__Key": "team",
    "Tag__1__Value": "blue",
    "EphemeralStorage": "20",
    "RamRoleName": "reader",
    "AutoMatchImageCache": "true",
    "DnsConfig__NameServer__1": "10.0.0.2",
    "DnsConfig__Option__1__Name": "ndots",
    "DnsConfig__Option__1__Value": "2",
    "HostAliase__1__Ip": "10.0.0.3",
    "HostAliase__1__Hostname__1": "db",
    "SecurityContext__Sysctl__1__Name": "net.ipv4.ping_group_range",
    "SecurityContext__Sysctl__1__Value": "0 1",
    "Volume__1__Name": "data",
    "Volume__1__Type": "EmptyDirVolume",
    "Volume__1__EmptyDirVolume__SizeLimit": "256Mi",
    "Volume__2__Name": "files",
    "Volume__2__Type": "ConfigFileVolume",
    "Volume__2__ConfigFileVolume__ConfigFileToPath__1__Path": "a.conf",
    "Volume__2__ConfigFileVolume__ConfigFileToPath__1__Content": "YQ==",
    "Volume__3__Name": "nas",
    "Volume__3__Type": "NFSVolume",
    "Volume__3__NFSVolume__Server": "nas.example.com",
    "Volume__3__NFSVolume__Path": "/",
    "Container__1__ImagePullPolicy": "Always",
    "Container__1__Cpu": "1",
    "Container__1__Port__1__Port": "80",
    "Container__1__EnvironmentVar__1__Key": "MODE",
    "Container__1__EnvironmentVar__1__Value": "blue",
    "Container__1__EnvironmentVar__2__Key": "IP",
    "Container__1__EnvironmentVar__2__FieldRef__FieldPath": "status.podIP",
    "Container__1__VolumeMount__1__Name": "data",
    "Container__1__VolumeMount__1__MountPath": "/data",
    "Container__1__ReadinessProbe__HttpGet__Port": "80",
    "Container__1__ReadinessProbe__InitialDelaySeconds": "5",
    "Container__1__LivenessProbe__Exec__Command__1": "true",
    "Container__1__SecurityContext__Capability__Add__1": "NET_ADMIN",
    "Container__1__SecurityContext__RunAsUser": "1000",
    "InitContainer__1__Name": "prepare",
    "InitContainer__1__Image": "busybox:latest",
    "InitContainer__1__Command__1": "echo",
    "InitContainer__1__Arg__1": "ready",
    "InitContainer__1__VolumeMount__1__Name": "data",
    "InitContainer__1__VolumeMount__1__MountPath": "/data",
}


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(limits=Limits(max_vcpu=10_000))


@pytest.mark.parametrize("age", [0, 3, 30])
def test_every_answer_has_the_published_shape(cloud: Cloud, age: float) -> None:
    group_id = cloud.create(**FULL)
    failing = cloud.create(Container__1__Image="registry.example.com/none:1")
    crashing = cloud.create(Container__1__Image="busybox:latest")
    cloud.wait(age)
    ids = json.dumps([group_id, failing, crashing])
    for action, parameters in {
        "DescribeContainerGroups": {"ContainerGroupIds": ids, "WithEvent": "true"},
        "DescribeContainerGroupStatus": {"ContainerGroupIds": ids},
        "DescribeContainerGroupEvents": {"ContainerGroupIds": ids},
        "DescribeContainerLog": {"ContainerGroupId": group_id, "ContainerName": "nginx"},
        "RestartContainerGroup": {"ContainerGroupId": failing},
        "DeleteContainerGroup": {"ContainerGroupId": failing},
        "DescribeContainerGroupPrice": {"Cpu": "2", "Memory": "4"},
        "DescribeRegions": {},
        "ListUsage": {},
        "DescribeAvailableResource": {"DestinationResource.Category": "InstanceType"},
    }.items():
        answer = cloud.call(action, flat=parameters)
        if cloud.status == 200 or age >= 3:
            assert (cloud.status, strays(action, answer)) == (200, [])


def test_describes_what_was_asked_for(cloud: Cloud) -> None:
    found = cloud.describe(cloud.create(**FULL))
    container, init = found["Containers"][0], found["InitContainers"][0]
    assert container["EnvironmentVars"] == [
        {"Key": "MODE", "Value": "blue"},
        {"Key": "IP", "ValueFrom": {"FieldRef": {"FieldPath": "status.podIP"}}},
    ]
    assert container["ReadinessProbe"]["HttpGet"] == {"Path": "/", "Port": 80, "Scheme": "HTTP"}
    assert container["SecurityContext"] == {"Capability": {"Adds": ["NET_ADMIN"]}, "RunAsUser": 1000}
    assert (init["Command"], init["Args"]) == (["echo"], ["ready"])
    assert found["Volumes"][0] == {
        "Name": "data",
        "Type": "EmptyDirVolume",
        "EmptyDirVolumeMedium": "",
        "EmptyDirVolumeSizeLimit": "256Mi",
    }
    assert found["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert (found["RestartPolicy"], found["EphemeralStorage"]) == ("OnFailure", 20)


def test_hides_environment_values_when_told_to(cloud: Cloud) -> None:
    group_id = cloud.create(
        Container__1__EnvironmentVarHide="true",
        Container__1__EnvironmentVar__1__Key="TOKEN",
        Container__1__EnvironmentVar__1__Value="canary",
    )
    found = cloud.describe(group_id)
    assert found["Containers"][0]["EnvironmentVars"] == []
    assert "canary" not in json.dumps(found)


def test_times_are_utc_to_the_second(cloud: Cloud) -> None:
    group_id = cloud.create(RestartPolicy="Never", Container__1__Image="busybox:latest")
    cloud.wait(60)
    found = cloud.describe(group_id)
    assert found["CreationTime"] == "2026-10-12T08:00:00Z"
    assert found["Status"] == "Succeeded"
    assert "2026-10-12T08:00:03Z" <= found["SucceededTime"] <= "2026-10-12T08:00:09Z"
    state = found["Containers"][0]["CurrentState"]
    assert (state["State"], state["Reason"], state["ExitCode"]) == ("Terminated", "Completed", 0)


def test_events_come_only_when_asked_for(cloud: Cloud) -> None:
    cloud.create()
    cloud.wait(30)
    assert cloud.call("DescribeContainerGroups")["ContainerGroups"][0]["Events"] == []
    events = cloud.call("DescribeContainerGroups", WithEvent="True")["ContainerGroups"][0]["Events"]
    assert [event["Reason"] for event in events] == ["UserInstanceTypeSpec", "Pulling", "Pulled", "Created", "Started"]
    assert events[0]["Name"].startswith("web.")


def test_lists_newest_first_and_page_by_page(cloud: Cloud) -> None:
    ids = [cloud.create(ContainerGroupName=f"web-{number}") for number in range(25)]
    first = cloud.call("DescribeContainerGroups")
    second = cloud.call("DescribeContainerGroups", NextToken=first["NextToken"])
    found = [item["ContainerGroupId"] for page in (first, second) for item in page["ContainerGroups"]]
    assert found == ids[::-1]
    assert (first["TotalCount"], len(first["ContainerGroups"]), second["NextToken"]) == (25, 20, "")


def test_pages_within_a_filter(cloud: Cloud) -> None:
    ids = [cloud.create(Tag__1__Key="odd", Tag__1__Value=str(number % 2)) for number in range(10)]
    tag = {"Tag.1.Key": "odd", "Tag.1.Value": "1", "Limit": "2"}
    first = cloud.call("DescribeContainerGroups", flat=tag)
    second = cloud.call("DescribeContainerGroups", flat=tag | {"NextToken": first["NextToken"]})
    third = cloud.call("DescribeContainerGroups", flat=tag | {"NextToken": second["NextToken"]})
    found = [item["ContainerGroupId"] for page in (first, second, third) for item in page["ContainerGroups"]]
    assert found == ids[:0:-2]
    assert {page["TotalCount"] for page in (first, second, third)} == {5}
    assert third["NextToken"] == ""


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"ContainerGroupName": "web"}, 2),
        ({"ContainerGroupName": "we"}, 0),
        ({"Status": "Running"}, 1),
        ({"Status": "Pending"}, 1),
        ({"VSwitchId": "vsw-simhzpartialin"}, 1),
        ({"SecurityGroupId": "sg-simhzpartial"}, 1),
        ({"ZoneId": "cn-hangzhou-h"}, 1),
        ({"Tag.1.Key": "team"}, 1),
        ({"Tag.1.Key": "team", "Tag.1.Value": "red"}, 0),
        ({"ComputeCategory": "economy"}, 0),
        ({"RegionId": "cn-beijing"}, 0),
        ({"ContainerGroupIds": "[]"}, 0),
        ({"ContainerGroupIds": '["eci-none"]'}, 0),
    ],
)
def test_filters(cloud: Cloud, filters: dict[str, str], count: int) -> None:
    cloud.create(Tag__1__Key="team", Tag__1__Value="blue")
    cloud.create(VSwitchId="vsw-simhzpartialin", SecurityGroupId="sg-simhzpartial")
    cloud.wait(30)
    assert cloud.call("DescribeContainerGroups", flat=filters)["TotalCount"] == count


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"ContainerGroupIds": "eci-1"}, "InvalidParameter"),
        ({"ContainerGroupIds": "[1]"}, "InvalidParameter"),
        ({"ContainerGroupIds": json.dumps([str(n) for n in range(21)])}, "InvalidParameter.ValueExceeded"),
        ({"NextToken": "abc"}, "InvalidParameter"),
        ({"Limit": "21"}, "InvalidParameter.ValueExceeded"),
        ({"Limit": "0"}, "InvalidParameter"),
        ({"WithEvent": "perhaps"}, "InvalidParameter"),
        ({"RegionId": ""}, "MissingParameter"),
    ],
)
def test_refuses_filters_that_make_no_sense(cloud: Cloud, parameters: dict[str, str], code: str) -> None:
    assert cloud.call("DescribeContainerGroups", flat=parameters)["Code"] == code


def test_one_account_never_sees_another_s_groups(cloud: Cloud) -> None:
    group_id = cloud.create()
    assert cloud.call("DescribeContainerGroups", "mallory")["TotalCount"] == 0
    answer = cloud.call("DescribeContainerGroups", "mallory", ContainerGroupIds=json.dumps([group_id]))
    assert answer["ContainerGroups"] == []


def test_the_status_call_speaks_of_pods(cloud: Cloud) -> None:
    cloud.create()
    cloud.wait(30)
    item = cloud.call("DescribeContainerGroupStatus")["Data"][0]
    pod = item["PodStatus"]
    assert (item["Status"], pod["Phase"], item["Name"]) == ("Running", "Running", "web")
    assert {condition["type"]: condition["status"] for condition in pod["Conditions"]} == {
        "PodScheduled": "True",
        "ContainerInstanceCreated": "True",
        "Initialized": "True",
        "ContainersReady": "True",
        "Ready": "True",
    }
    assert list(pod["ContainerStatuses"][0]["State"]) == ["Running"]


def test_events_can_be_asked_for_by_source_and_age(cloud: Cloud) -> None:
    cloud.create()
    cloud.wait(90)
    every = cloud.call("DescribeContainerGroupEvents")["Data"][0]["Events"]
    service = cloud.call("DescribeContainerGroupEvents", EventSource="EciService")["Data"][0]["Events"]
    recent = cloud.call("DescribeContainerGroupEvents", SinceSecond="60")["Data"][0]["Events"]
    assert [event["Reason"] for event in service] == ["UserInstanceTypeSpec"]
    assert (len(every), recent) == (5, [])
    assert every[1]["Source"]["Component"] == "kubelet"
    assert cloud.call("DescribeContainerGroupEvents", EventSource="Me")["Code"] == "InvalidParameter"


PULLS: list[tuple[dict[str, str], str]] = [
    ({"Container__1__Image": "nginx:no-such-tag"}, "not found"),
    ({"Container__1__Image": "registry.example.com/billing/api:1.0"}, ""),
    ({"Container__1__Image": "no-such-image-anywhere"}, "pull access denied"),
    ({"Container__1__Image": "registry-vpc.cn-beijing.aliyuncs.com/eci_open/nginx:1.14.2"}, "no such host"),
    (
        {
            "Container__1__Image": "nginx:latest",
            "VSwitchId": "vsw-simhzisolatedb",
            "SecurityGroupId": "sg-simhzisolated",
        },
        "i/o timeout",
    ),
]


@pytest.mark.parametrize(("changed", "text"), PULLS)
def test_a_pull_that_cannot_work_is_told_in_events(cloud: Cloud, changed: dict[str, str], text: str) -> None:
    group_id = cloud.create(**changed)
    cloud.wait(20)
    found = cloud.describe(group_id)
    failed = [event for event in found["Events"] if event["Message"].startswith("Failed to pull image")]
    assert found["Status"] == "Pending"
    assert failed[0]["Message"].startswith(f'Failed to pull image "{changed["Container__1__Image"]}": ')
    assert text in failed[0]["Message"]
    assert {"Error: ErrImagePull", "Error: ImagePullBackOff"} <= {event["Message"] for event in found["Events"]}
    assert found["Containers"][0]["CurrentState"]["Reason"] in ("ErrImagePull", "ImagePullBackOff")


def test_the_right_credential_makes_the_difference(cloud: Cloud) -> None:
    hosts = cloud.app.catalog.hosts
    repository = next(item for item in hosts["registry.example.com"].repositories.values() if item.tags)
    image = f"registry.example.com/{repository.path}:{repository.tags[0].name}"
    credential = {
        "Container__1__Image": image,
        "ImageRegistryCredential__1__Server": "registry.example.com",
        "ImageRegistryCredential__1__UserName": "demo",
    }
    right = cloud.create(**credential, ImageRegistryCredential__1__Password="demo-password")
    wrong = cloud.create(**credential, ImageRegistryCredential__1__Password="guess")
    cloud.wait(20)
    assert [cloud.describe(item)["Status"] for item in (right, wrong)] == ["Running", "Pending"]


def test_a_registry_on_plain_http_has_to_be_declared(cloud: Cloud) -> None:
    repository = next(iter(cloud.app.catalog.hosts["plain.example.com:5000"].repositories.values()))
    image = f"plain.example.com:5000/{repository.path}:{repository.tags[0].name}"
    plain, declared = (
        cloud.create(Container__1__Image=image, **more)
        for more in ({}, {"PlainHttpRegistry": "plain.example.com:5000"})
    )
    cloud.wait(20)
    assert cloud.describe(declared)["Status"] == "Running"
    messages = [event["Message"] for event in cloud.describe(plain)["Events"]]
    assert any("http: server gave HTTP response to HTTPS client" in message for message in messages)


def test_a_self_issued_certificate_has_to_be_declared(cloud: Cloud) -> None:
    repository = next(iter(cloud.app.catalog.hosts["selfsigned.example.com"].repositories.values()))
    credential = {
        "Container__1__Image": f"selfsigned.example.com/{repository.path}:{repository.tags[0].name}",
        "ImageRegistryCredential__1__Server": "selfsigned.example.com",
        "ImageRegistryCredential__1__UserName": "demo",
        "ImageRegistryCredential__1__Password": "demo-password",
    }
    plain, declared = (
        cloud.create(**credential, **more) for more in ({}, {"InsecureRegistry": "selfsigned.example.com"})
    )
    cloud.wait(20)
    assert cloud.describe(declared)["Status"] == "Running"
    messages = [event["Message"] for event in cloud.describe(plain)["Events"]]
    assert any("x509: certificate signed by unknown authority" in message for message in messages)


def test_tells_what_few_people_ask_for(cloud: Cloud) -> None:
    volumes = {
        "Volume__1__Name": "disk",
        "Volume__1__Type": "DiskVolume",
        "Volume__1__DiskVolume__DiskId": "d-1",
        "Volume__1__DiskVolume__FsType": "ext4",
        "Volume__1__DiskVolume__DiskSize": "40",
        "Volume__2__Name": "host",
        "Volume__2__Type": "HostPathVolume",
        "Volume__2__HostPathVolume__Path": "/srv",
        "Volume__2__HostPathVolume__Type": "Directory",
    }
    asked = {
        "Cpu": None,
        "Memory": None,
        "InstanceType": "ecs.gn6i-c4g1.xlarge,2-4Gi",
        "SpotStrategy": "SpotWithPriceLimit",
        "SpotPriceLimit": "1.5",
        "SpotDuration": "0",
        "Ipv6AddressCount": "1",
        "AutoCreateEip": "true",
        "EipISP": "BGP_PRO",
        "EipCommonBandwidthPackage": "cbwp-1",
        "IngressBandwidth": "0",
        "EgressBandwidth": "1000000",
        "HostSecurityContext__Sysctl__1__Name": "net.core.somaxconn",
        "HostSecurityContext__Sysctl__1__Value": "1024",
        "SecurityContext__Sysctl__1__Name": "net.ipv4.ip_unprivileged_port_start",
        "SecurityContext__Sysctl__1__Value": "80",
        "ShareProcessNamespace": "true",
        "CorePattern": "/data/core",
        "Container__1__Gpu": "1",
        "Container__1__TerminationMessagePath": "/why",
        "Container__1__TerminationMessagePolicy": "File",
    }
    group_id = cloud.create(**asked, **volumes)
    found = cloud.describe(group_id)
    assert (found["InstanceType"], found["Cpu"]) == ("ecs.gn6i-c4g1.xlarge", 4)
    assert (found["SpotStrategy"], found["SpotPriceLimit"]) == ("SpotWithPriceLimit", 1.5)
    assert found["Ipv6Address"].startswith("2001:db8::")
    assert found["EciSecurityContext"]["Sysctls"] == [{"Name": "net.ipv4.ip_unprivileged_port_start", "Value": "80"}]
    assert found["Containers"][0]["Gpu"] == 1
    assert found["Volumes"] == [
        {"Name": "disk", "Type": "DiskVolume", "DiskVolumeDiskId": "d-1", "DiskVolumeFsType": "ext4"},
        {"Name": "host", "Type": "HostPathVolume"},
    ]
    cloud.wait(3)
    answer = cloud.call("DescribeContainerGroups", ContainerGroupIds=json.dumps([group_id]), WithEvent="true")
    assert strays("DescribeContainerGroups", answer) == []
    event = answer["ContainerGroups"][0]["Events"][0]["Message"]
    assert event.endswith("ecs.gn6i-c4g1.xlarge")


def test_a_plain_group_has_no_type_and_no_ipv6_address(cloud: Cloud) -> None:
    found = cloud.describe(cloud.create())
    assert (found["InstanceType"], found["Ipv6Address"], found["SpotStrategy"]) == ("", "", "NoSpot")
    assert "SpotPriceLimit" not in found
