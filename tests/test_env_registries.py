"""consoleapp/env.py: the lists that say which registries and token servers may be reached."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from consoleapp import env
from consoleapp.gateways.oci.policy import ListedNetwork
from tests.registries.authority import Authority


def test_reads_which_networks_registries_may_be_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "CONSOLE_X",
        "https://*.Corp.example:5000=10.0.0.0/8, http://10.1.2.3=10.1.2.3,https://p.example=public,https://*=fd12::/16",
    )
    entries = env.registry_networks("CONSOLE_X")
    assert entries == [
        ("*.corp.example", "10.0.0.0/8", 5000, "https"),
        ("10.1.2.3", "10.1.2.3/32", 80, "http"),
        ("p.example", "public", 443, "https"),
        ("*", "fd12::/16", 443, "https"),
    ]
    assert [ListedNetwork.of(*entry).port for entry in entries] == [5000, 80, 443, 443]


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8",
        "a.example=10.0.0.0/8",
        "ftp://a.example=10.0.0.0/8",
        "https://a.example",
        "https://a.example=",
        "https://a.example=10.0.0.1/8",
        "https://a.example=private",
        "https://a.example:0=10.0.0.0/8",
        "https://a.example:99999=10.0.0.0/8",
        "https://a*.example=10.0.0.0/8",
        "https://u@a.example=10.0.0.0/8",
        "https://a.example/x=10.0.0.0/8",
    ],
)
def test_refuses_a_list_of_networks_that_it_cannot_read(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CONSOLE_X", text)
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.registry_networks("CONSOLE_X")


def test_reads_pairs_of_registry_and_token_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", "R.example:5000=https://auth.example:8443/token,b.example=https://c.example/")
    assert env.token_servers("CONSOLE_X") == [
        ("r.example:5000", "https://auth.example:8443/token"),
        ("b.example", "https://c.example/"),
    ]


@pytest.mark.parametrize(
    "text", ["a.example", "a.example=auth.example", "a=https://u@b/t", "a=https://b/t?x=1", "=https://b/"]
)
def test_refuses_a_pair_that_it_cannot_read(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CONSOLE_X", text)
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.token_servers("CONSOLE_X")


def test_reads_addresses_and_refuses_what_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", "10.0.0.1, fd12::1")
    assert env.addresses("CONSOLE_X") == ["10.0.0.1", "fd12::1"]
    monkeypatch.setenv("CONSOLE_X", "10.0.0.0/8")
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.addresses("CONSOLE_X")


def test_reads_the_authorities_of_registries_and_refuses_a_file_that_holds_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("CONSOLE_X", f"Registry.corp.example:5000={authority.ca_file}")
    assert env.registry_authorities("CONSOLE_X") == [("registry.corp.example:5000", str(authority.ca_file))]
    no_certificate = tmp_path / "empty.pem"
    no_certificate.write_text("nothing", encoding="utf-8")
    for text in (f"a.example={no_certificate}", "a.example=/nowhere/ca.pem", "a.example=", f"a b={authority.ca_file}"):
        monkeypatch.setenv("CONSOLE_X", text)
        with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
            env.registry_authorities("CONSOLE_X")
