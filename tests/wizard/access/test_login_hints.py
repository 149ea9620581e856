"""What a registry takes for a login, told by its host."""

import pytest

from consoleapp.wizard.access.login_hints import login_hint


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("docker.io", "access token"),
        ("ghcr.io", "read:packages"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "user name is AWS"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "12 hours"),
        ("quay.io", "robot account"),
        ("registry.gitlab.com", "deploy token"),
        ("acme.azurecr.io", "service principal"),
        ("eu.gcr.io", "_json_key"),
        ("europe-west1-docker.pkg.dev", "oauth2accesstoken"),
        ("registry.cn-hangzhou.aliyuncs.com", "that was set for the registry"),
        ("acme-registry.cn-shanghai.cr.aliyuncs.com", "permanent password of the instance"),
    ],
)
def test_a_registry_that_takes_something_of_its_own_says_what(host: str, words: str) -> None:
    assert words in login_hint(host)


@pytest.mark.parametrize("host", ["registry.example.com", "ghcr.io.example.com", "example.com:5000", "notazurecr.io"])
def test_nothing_is_made_up_about_another_registry(host: str) -> None:
    assert login_hint(host) == ""
