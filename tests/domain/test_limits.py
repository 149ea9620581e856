import re

import pytest

from consoleapp.domain import limits


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (limits.GROUP_NAME, ["ab", "a-b", "0" * 128]),
        (limits.CONTAINER_NAME, ["a", "container-1", "a" * 63]),
        (limits.ID, ["vsw-bp1abc", "eci-sim-1", "cri-xx.y_z"]),
        (limits.REGION, ["cn-hangzhou", "cn-hangzhou-b", "ap-southeast-1"]),
        (limits.INSTANCE_TYPE, ["ecs.c6.large", "2-4Gi", "0.25-0.5Gi", "ecs.gn6i-c4g1.xlarge"]),
        (limits.ROLE_NAME, ["AliyunECIRole", "a.b-c_d"]),
        (limits.ROLE_ARN, ["acs:ram::1234567890123456:role/my-role"]),
        (limits.HOST_NAME, ["a", "ntp.example", "10.0.0.1", "a-b.c", "a" * 63 + ".b"]),
        (limits.SIZE_LIMIT, ["256Mi", "1.5Gi", "10", "1T"]),
        (limits.FILE_MODE, ["0644", "0400"]),
        (limits.TAG_KEY_RESERVED, ["aliyun", "ACS:x", "a http://b", "a\nhttps://b"]),
    ],
)
def test_takes_what_the_rule_allows(pattern: re.Pattern[str], texts: list[str]) -> None:
    assert [text for text in texts if not pattern.fullmatch(text)] == []


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (limits.GROUP_NAME, ["a", "-a", "a-", "A-b", "a_b", "ab\n", "0" * 129, "ä-b"]),
        (limits.CONTAINER_NAME, ["", "A", "a.b", "a-", "a\n"]),
        (limits.ID, ["", "a,b", "a b", "-a", "a/b", "a\n", "a" * 129]),
        (limits.REGION, ["CN-hangzhou", "cn.hangzhou", "cn/hangzhou", "cn-"]),
        (limits.INSTANCE_TYPE, ["c6.large", "2-4", "2-4GiB", "x-4Gi"]),
        (limits.ROLE_ARN, ["acs:ram::1:user/a", "acs:ram::x:role/a", "acs:ram::1:role/"]),
        (limits.HOST_NAME, ["", "-a", "a..b", "a_b", "a b", "a/b", "a" * 64, "a." * 127 + "ab"]),
        (limits.SIZE_LIMIT, ["0", "Mi", "1 Gi", "1e3", "-1Mi"]),
        (limits.FILE_MODE, ["644", "0888", "06440", "rw-r--r--"]),
        (limits.TAG_KEY_RESERVED, ["team", "my-aliyun", "httpd"]),
    ],
)
def test_refuses_what_the_rule_does_not_allow(pattern: re.Pattern[str], texts: list[str]) -> None:
    assert [text for text in texts if pattern.fullmatch(text)] == []
