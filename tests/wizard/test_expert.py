"""What few people need can be set as well: typed on its page, sent, told on Confirm, and marked where it is wrong."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from consoleapp.domain import wire
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.orders.models import Order, OrderState
from consoleapp.wizard import vault
from consoleapp.wizard.draft.places import place_of_wire_key
from consoleapp.wizard.models import Draft
from consoleapp.wizard.validation import to_spec
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

LIMITED = {"spot_strategy": "SpotWithPriceLimit", "spot_price_limit": "0.125"}
EIP = {"eip": "create"}
# What is typed (`{card}` stands for the container), the parameters it becomes, and its words on Confirm.
BASIC: list[tuple[dict[str, str], dict[str, str], str]] = [
    (
        {"instance_type": "ecs.c6.large,  2-4Gi"},
        {"InstanceType": "ecs.c6.large,2-4Gi"},
        "Instance types: ecs.c6.large, 2-4Gi",
    ),
    (
        {"spot_strategy": "SpotAsPriceGo"},
        {"SpotStrategy": "SpotAsPriceGo"},
        "Preemptible instance: At the market price",
    ),
    (LIMITED, {"SpotStrategy": "SpotWithPriceLimit", "SpotPriceLimit": "0.125"}, "Price limit: 0.125 an hour"),
    (
        {"spot_strategy": "SpotAsPriceGo", "spot_duration_hours": "0"},
        {"SpotDuration": "0"},
        "Protected time: 0 hours",
    ),
    ({"zone_id": "cn-hangzhou-h"}, {"ZoneId": "cn-hangzhou-h"}, "Zone: cn-hangzhou-h"),
    ({"private_ip_address": "172.16.0.99"}, {"PrivateIpAddress": "172.16.0.99"}, "Private address: 172.16.0.99"),
    ({"ipv6_address_count": "on"}, {"Ipv6AddressCount": "1"}, "IPv6: With an IPv6 address"),
    ({"image_snapshot_id": "imc-1"}, {"ImageSnapshotId": "imc-1"}, "Image cache by ID: imc-1"),
    ({"{card}-gpu": "2"}, {"Container.1.Gpu": "2"}, "2 GPU"),
    (
        {"{card}-termination_message_path": "/why"},
        {"Container.1.TerminationMessagePath": "/why"},
        "Termination message /why",
    ),
    (
        {"{card}-termination_message_policy": "FallbackToLogsOnError"},
        {"Container.1.TerminationMessagePolicy": "FallbackToLogsOnError"},
        "Message comes From the log after an error",
    ),
]
OTHER: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({**EIP, "eip_isp": "BGP_PRO"}, {"EipISP": "BGP_PRO"}, "Line type: BGP Pro"),
    (
        {**EIP, "eip_common_bandwidth_package": "cbwp-1"},
        {"EipCommonBandwidthPackage": "cbwp-1"},
        "Bandwidth package: cbwp-1",
    ),
    ({"ingress_bandwidth": "1000000"}, {"IngressBandwidth": "1000000"}, "Incoming bandwidth: 1000000"),
    ({"egress_bandwidth": "0"}, {"EgressBandwidth": "0"}, "Outgoing bandwidth: 0"),
    (
        {"sysctls": "net.ipv4.ping_group_range = 0 1000\n\nnet.ipv4.ip_unprivileged_port_start=80"},
        {
            "SecurityContext.Sysctl.1.Name": "net.ipv4.ping_group_range",
            "SecurityContext.Sysctl.1.Value": "0 1000",
            "SecurityContext.Sysctl.2.Name": "net.ipv4.ip_unprivileged_port_start",
            "SecurityContext.Sysctl.2.Value": "80",
        },
        "Kernel parameters: net.ipv4.ping_group_range=0 1000, net.ipv4.ip_unprivileged_port_start=80",
    ),
    (
        {"host_sysctls": "kernel.shmmax=1"},
        {"HostSecurityContext.Sysctl.1.Name": "kernel.shmmax", "HostSecurityContext.Sysctl.1.Value": "1"},
        "Kernel parameters of the host: kernel.shmmax=1",
    ),
    (
        {"share_process_namespace": "on"},
        {"ShareProcessNamespace": "true"},
        "Processes: The containers see each other's processes",
    ),
    ({"core_pattern": "/data/core.%p"}, {"CorePattern": "/data/core.%p"}, "Core pattern: /data/core.%p"),
]
# What is typed, and the control that is marked.
WRONG_BASIC: list[tuple[dict[str, str], str]] = [
    ({"instance_type": "big"}, "instance_type"),
    ({"instance_type": ",".join(["2-4Gi"] * 6)}, "instance_type"),
    ({"spot_strategy": "SpotWithPriceLimit"}, "spot_price_limit"),
    ({"spot_price_limit": "1"}, "spot_price_limit"),
    ({**LIMITED, "spot_price_limit": "0.1234"}, "spot_price_limit"),
    ({**LIMITED, "spot_price_limit": "cheap"}, "spot_price_limit"),
    ({"spot_strategy": "SpotAsPriceGo", "spot_duration_hours": "2"}, "spot_duration_hours"),
    ({"spot_duration_hours": "1"}, "spot_duration_hours"),
    ({"spot_strategy": "SpotAsPriceGo", "compute_categories": "economy"}, "compute_categories"),
    ({"spot_strategy": "Bid"}, "spot_strategy"),
    ({"zone_id": "no zone"}, "zone_id"),
    ({"zone_id": "cn-hangzhou-i"}, "zone_id"),
    ({"private_ip_address": "fd00::1"}, "private_ip_address"),
    ({"private_ip_address": "172.16.0.9, 172.16.0.10"}, "private_ip_address"),
    ({"image_snapshot_id": "a b"}, "image_snapshot_id"),
    ({"{card}-gpu": "0"}, "{card}-gpu"),
    ({"{card}-termination_message_path": "why"}, "{card}-termination_message_path"),
    ({"{card}-termination_message_policy": "Never"}, "{card}-termination_message_policy"),
]
WRONG_OTHER: list[tuple[dict[str, str], str]] = [
    ({**EIP, "eip_isp": "Best"}, "eip_isp"),
    ({**EIP, "eip_common_bandwidth_package": "a b"}, "eip_common_bandwidth_package"),
    ({"ingress_bandwidth": "much"}, "ingress_bandwidth"),
    ({"egress_bandwidth": "-1"}, "egress_bandwidth"),
    ({"sysctls": "net.ipv4.ping_group_range"}, "sysctls"),
    ({"sysctls": "a=1\na=2"}, "sysctls"),
    ({"host_sysctls": "=1"}, "host_sysctls"),
    ({"core_pattern": "|/bin/dump"}, "core_pattern"),
]


def on_page(typed: dict[str, str], form: StepForm) -> dict[str, str]:
    """The values with the key of the open card in their names."""
    found = re.search(r'name="([^"]+)-working_dir"', form.html)
    card = found[1] if found else ""
    return {name.replace("{card}", card): value for name, value in typed.items()}


def text_of(form: StepForm) -> str:
    """The page as text; what a line is called and its value with a colon between."""
    html = re.sub(r"</dt>\s*<dd[^>]*>", ": ", form.html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def wrong_on(form: StepForm) -> list[str]:
    """The controls that the page marks."""
    return re.findall(r'class="err" id="id_([^"]+)_error"', form.html)


def made_spec() -> ContainerGroupSpec:
    draft = Draft.objects.get()
    spec, problems = to_spec(draft.typed, vault.get_all(draft))
    assert spec is not None, problems
    return spec


def go_on(form: StepForm, **typed: Any) -> StepForm:
    return form.go("next", **typed)


@pytest.fixture
def basic(alice_client: Client) -> StepForm:
    return open_step(alice_client, "/buy/?image=nginx:1.27").go("save")


@pytest.mark.parametrize(("typed", "parameters", "words"), BASIC, ids=lambda value: str(value)[:40])
def test_of_basic_settings_it_is_typed_sent_and_told(
    basic: StepForm, typed: dict[str, str], parameters: dict[str, str], words: str
) -> None:
    typed = on_page(typed, basic)
    confirm = go_on(basic, **typed).go("confirm")
    assert confirm.url.endswith("/confirm/")
    assert words in text_of(confirm)
    assert parameters.items() <= wire.to_parameters(made_spec()).items()
    again = open_step(basic.client, basic.url)
    for name, value in typed.items():
        assert again.sent[name] == [value]


@pytest.mark.parametrize(("typed", "parameters", "words"), OTHER, ids=lambda value: str(value)[:40])
def test_of_other_settings_it_is_typed_sent_and_told(
    basic: StepForm, typed: dict[str, str], parameters: dict[str, str], words: str
) -> None:
    other = go_on(basic)
    confirm = other.go("confirm", **typed)
    assert confirm.url.endswith("/confirm/")
    assert words in text_of(confirm)
    assert parameters.items() <= wire.to_parameters(made_spec()).items()
    again = open_step(other.client, other.url)
    for name, value in typed.items():
        assert again.sent[name] == [value]


@pytest.mark.parametrize(("typed", "control"), WRONG_BASIC, ids=lambda value: str(value)[:40])
def test_of_basic_settings_what_is_wrong_is_marked_there(basic: StepForm, typed: dict[str, str], control: str) -> None:
    form = basic.go("next", **on_page(typed, basic))
    assert form.url == basic.url
    (control,) = on_page({control: ""}, basic)
    assert wrong_on(form) == [control]
    fold = "expert" if control in ("compute_categories",) or "-" not in control else f"{control.split('-')[0]}-expert"
    assert (f'<details class="fold has-error" id="{fold}" open>' in form.html) == (control != "compute_categories")


@pytest.mark.parametrize(("typed", "control"), WRONG_OTHER, ids=lambda value: str(value)[:40])
def test_of_other_settings_what_is_wrong_is_marked_there(basic: StepForm, typed: dict[str, str], control: str) -> None:
    other = go_on(basic)
    form = other.go("confirm", **typed)
    assert form.url == other.url
    assert wrong_on(form) == [control]
    fold = "eip" if "eip" in control else "system"
    assert f'<details class="fold has-error" id="{fold}" open>' in form.html


def test_a_private_address_needs_a_single_vswitch(basic: StepForm) -> None:
    both = ["vsw-simhzdefaulth", "vsw-simhzdefaulti"]
    form = basic.go("next", vswitch_ids=both, private_ip_address="172.16.0.9")
    assert wrong_on(form) == ["private_ip_address"]


@pytest.mark.parametrize(
    ("kind", "typed", "parameters", "words"),
    [
        (
            "HostPathVolume",
            {"path": "/srv", "path_type": "Directory"},
            {"HostPathVolume.Path": "/srv", "HostPathVolume.Type": "Directory"},
            "Path of the host Path /srv · Type Directory",
        ),
        (
            "DiskVolume",
            {"disk_id": "d-1", "fs_type": "ext4", "disk_size_gib": "40"},
            {"DiskVolume.DiskId": "d-1", "DiskVolume.FsType": "ext4", "DiskVolume.DiskSize": "40"},
            "Disk by its ID alone Disk ID d-1 · File system ext4 · Size 40 GiB",
        ),
    ],
)
def test_a_volume_of_a_kind_that_few_need(
    basic: StepForm, kind: str, typed: dict[str, str], parameters: dict[str, str], words: str
) -> None:
    form = basic.go(f"volume-add:{kind}")
    found = re.search(r'name="(v\d+)-name"', form.html)
    assert found
    named = {f"{found[1]}-{name}": value for name, value in typed.items()}
    wrong = form.go("next", **dict.fromkeys(named, ""))
    assert f'id="id_{next(iter(named))}_error"' in wrong.html
    confirm = go_on(wrong, **named).go("confirm")
    assert words in text_of(confirm)
    sent = wire.to_parameters(made_spec())
    assert sent["Volume.1.Type"] == kind
    assert {f"Volume.1.{name}": value for name, value in parameters.items()}.items() <= sent.items()


def test_instance_types_take_the_place_of_vcpu_and_memory(basic: StepForm) -> None:
    sent = ("Cpu", "Memory", "InstanceType")
    typed = {"instance_type": "ecs.c6.large", "cpu": "63", "memory_gib": "511"}
    form = open_step(go_on(basic, **typed).client, basic.url)
    parameters = wire.to_parameters(made_spec())
    assert [parameters.get(name) for name in sent] == [None, None, "ecs.c6.large"]
    assert 'id="types-note"' in form.html
    assert 'id="size-note"' not in form.html
    # What was chosen counts again once the types are gone.
    form.go("save", instance_type="", cpu="4", memory_gib="8")
    parameters = wire.to_parameters(made_spec())
    assert [parameters.get(name) for name in sent] == ["4", "8", None]


def test_a_closed_fold_says_what_it_holds(basic: StepForm) -> None:
    assert 'id="expert">' in basic.html
    form = basic.go("save", zone_id="cn-hangzhou-h", ipv6_address_count="on", spot_strategy="SpotAsPriceGo")
    assert "Preemptible instance At the market price · Zone cn-hangzhou-h · IPv6" in text_of(form)
    other = go_on(form).go("save", **{"core_pattern": "/core"})
    assert "Core pattern /core" in text_of(other)


@pytest.mark.parametrize(
    ("key", "control"),
    [
        ("PrivateIpAddress", "id_private_ip_address"),
        ("SpotPriceLimit", "id_spot_price_limit"),
        ("EipCommonBandwidthPackage", "id_eip_common_bandwidth_package"),
        ("HostSecurityContext.Sysctl.1.Name", "id_host_sysctls"),
    ],
)
def test_what_the_cloud_says_against_it_stands_there(basic: StepForm, key: str, control: str) -> None:
    assert place_of_wire_key(Draft.objects.get().typed, key).field_id == control


def test_another_region_drops_zone_and_address(basic: StepForm) -> None:
    form = basic.go("save", zone_id="cn-hangzhou-h", private_ip_address="172.16.0.9")
    moved = form.go("refresh", region_id="cn-beijing")
    assert [moved.sent[name] for name in ("zone_id", "private_ip_address")] == [[""], [""]]


def test_the_cloud_makes_a_group_of_it_and_a_copy_asks_for_the_same(basic: StepForm) -> None:
    typed = {
        **LIMITED,
        "instance_type": "ecs.gn6i-c4g1.xlarge, 2-4Gi",
        "spot_duration_hours": "0",
        "zone_id": "cn-hangzhou-h",
        "private_ip_address": "172.16.0.99",
        "ipv6_address_count": "on",
        "{card}-gpu": "1",
        "{card}-termination_message_path": "/why",
    }
    typed["spot_price_limit"] = "2.5"
    other = go_on(basic, **on_page(typed, basic))
    confirm = other.go(
        "confirm",
        **{
            **EIP,
            "eip_isp": "BGP_PRO",
            "eip_common_bandwidth_package": "cbwp-1",
            "egress_bandwidth": "1000000",
            "sysctls": "net.ipv4.ip_unprivileged_port_start=80",
            "host_sysctls": "kernel.shmmax=1",
            "core_pattern": "/data/core.%p",
            "share_process_namespace": "on",
        },
    )
    answer = confirm.press("order", terms="on")
    order = Order.objects.get()
    assert (order.state, order.error_message) == (OrderState.CREATED, "")
    assert order.parameters["PrivateIpAddress"] == "172.16.0.99"
    assert "ecs.gn6i-c4g1.xlarge, 2-4Gi" in basic.client.get(f"/orders/{order.pk}/").content.decode()
    assert "ecs.gn6i-c4g1.xlarge, 2-4Gi" in basic.client.get("/").content.decode()
    page = basic.client.get(answer["Location"]).content.decode()
    assert "172.16.0.99" in page
    assert "4 vCPU · 16 GiB" in page
    basic.client.post(f"/groups/{order.container_group_id}/similar/")
    twin = Draft.objects.order_by("-saved_at")[0]
    spec, problems = to_spec(twin.typed, {})
    assert spec is not None, problems
    ours = ("ContainerGroupName", "Tag.")
    again = {name: text for name, text in wire.to_parameters(spec).items() if not name.startswith(ours)}
    assert again == {name: text for name, text in order.parameters.items() if not name.startswith(ours)}
