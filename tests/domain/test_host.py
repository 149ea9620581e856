from typing import Any

import pytest

from consoleapp.domain.host import DnsConfig, DnsOption, HostAlias, Sysctl, Tag
from tests.domain.builders import refusals


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (lambda: Tag(""), {"key": "required"}),
        (lambda: Tag("k" * 65), {"key": "too_long"}),
        (lambda: Tag("aliyun-team"), {"key": "tag_key_format"}),
        (lambda: Tag("ACS:team"), {"key": "tag_key_format"}),
        (lambda: Tag("see https://a.example"), {"key": "tag_key_format"}),
        (lambda: Tag("a", "v" * 129), {"value": "too_long"}),
        (lambda: Tag("a\n"), {"key": "forbidden_character"}),
        (lambda: DnsOption("", "\n"), {"name": "required", "value": "forbidden_character"}),
        (lambda: DnsConfig(("10.0.0.1",) * 21), {"name_servers": "too_many"}),
        (lambda: DnsConfig(("dns.example", "")), {"name_servers.0": "ip_address_format", "name_servers.1": "required"}),
        (lambda: DnsConfig(searches=("a_b.example",)), {"searches.0": "host_name_format"}),
        (lambda: DnsConfig(options=(DnsOption("ndots"),) * 21), {"options": "too_many"}),
        (lambda: HostAlias("", ()), {"ip": "required", "host_names": "required"}),
        (lambda: HostAlias("10.0.0", ("a", "b c")), {"ip": "ip_address_format", "host_names.1": "host_name_format"}),
        (lambda: HostAlias("::1", tuple(f"h{n}" for n in range(51))), {"host_names": "too_many"}),
        (lambda: Sysctl("", ""), {"name": "required", "value": "required"}),
        (lambda: Sysctl("kernel sem", "1\0"), {"name": "id_format", "value": "forbidden_character"}),
    ],
)
def test_refuses_what_the_host_cannot_be_given(make: Any, reasons: dict[str, str]) -> None:
    assert refusals(make) == reasons


def test_takes_the_longest_and_the_most() -> None:
    assert Tag("k" * 64, "v" * 128)
    assert Tag("team-aliyun", "acs: is fine in a value")
    assert DnsConfig(("10.0.0.1", "2001:db8::1"), ("a.example",), (DnsOption("ndots", "2"),))
    assert len(HostAlias("10.0.0.1", tuple(f"h{n}" for n in range(50))).host_names) == 50
    assert Sysctl("kernel.sem", "32000\t1024000000\t500\t32000")
