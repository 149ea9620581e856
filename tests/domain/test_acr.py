import pytest

from consoleapp.domain.acr import AcrEdition as Edition
from consoleapp.domain.acr import AcrHost, acr_host, vpc_host_of
from consoleapp.domain.acr import AcrNetwork as Network

HANGZHOU = "cn-hangzhou"


@pytest.mark.parametrize(
    ("host", "said", "vpc_host"),
    [
        (
            "registry.cn-hangzhou.aliyuncs.com",
            AcrHost(Edition.PERSONAL, "", HANGZHOU, Network.PUBLIC),
            "registry-vpc.cn-hangzhou.aliyuncs.com",
        ),
        ("registry-vpc.cn-hangzhou.aliyuncs.com", AcrHost(Edition.PERSONAL, "", HANGZHOU, Network.VPC), None),
        (
            "registry-internal.cn-hangzhou.aliyuncs.com",
            AcrHost(Edition.PERSONAL, "", HANGZHOU, Network.INTERNAL),
            "registry-vpc.cn-hangzhou.aliyuncs.com",
        ),
        (
            "crpi-a1b2.cn-hangzhou.personal.cr.aliyuncs.com",
            AcrHost(Edition.PERSONAL, "a1b2", HANGZHOU, Network.PUBLIC),
            "crpi-a1b2-vpc.cn-hangzhou.personal.cr.aliyuncs.com",
        ),
        (
            "crpi-a1b2-vpc.cn-hangzhou.personal.cr.aliyuncs.com",
            AcrHost(Edition.PERSONAL, "a1b2", HANGZHOU, Network.VPC),
            None,
        ),
        (
            "My-Team-registry.cn-hangzhou.cr.aliyuncs.com",
            AcrHost(Edition.ENTERPRISE, "my-team", HANGZHOU, Network.PUBLIC),
            "my-team-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
        ),
        (
            "my-team-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
            AcrHost(Edition.ENTERPRISE, "my-team", HANGZHOU, Network.VPC),
            None,
        ),
    ],
)
def test_reads_a_default_host_of_container_registry(host: str, said: AcrHost, vpc_host: str | None) -> None:
    assert acr_host(host) == said
    assert vpc_host_of(host) == vpc_host


@pytest.mark.parametrize(
    "host",
    [
        "docker.io",
        "registry.aliyuncs.com",
        "cr.cn-hangzhou.aliyuncs.com",
        "registry.cn-hangzhou.aliyuncs.com.example",
        "registry.cn-hangzhou.aliyuncs.com\n",
        "registry.cn-hangzhou.aliyuncs.com:443",
        "evil-registry.cn-hangzhou.aliyuncs.com",
        "registry-vpc.cn.hangzhou.aliyuncs.com",
    ],
)
def test_any_other_host_says_nothing(host: str) -> None:
    assert acr_host(host) is None
    assert vpc_host_of(host) is None
