"""The stages of signature V3 against vectors that the vendor's own libraries computed."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.gateways.alibaba import signing
from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.transport import prepared

_FILE = Path(__file__).parents[2] / "vectors" / "signatures.json"
VECTORS = [vector for vector in json.loads(_FILE.read_text(encoding="utf-8")) if vector["scheme"] == signing.ALGORITHM]

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


def _canonical(vector: dict[str, Any]) -> str:
    query = signing.canonical_query(vector["query"])
    headers = sorted(vector["headers"].items())
    body_sha256 = vector["headers"]["x-acs-content-sha256"]
    return signing.canonical_request(vector["method"], vector["path"], query, headers, body_sha256)


def test_all_vectors_of_the_scheme_are_there() -> None:
    assert {"V3-A", "V3-B", "V3-D"} <= {vector["name"] for vector in VECTORS}


@each_vector
def test_first_stage_gives_the_canonical_request(vector: dict[str, Any]) -> None:
    canonical = _canonical(vector)
    assert canonical == vector.get("canonical_request", canonical)
    hashed = sha256(canonical.encode()).hexdigest()
    assert hashed == vector.get("canonical_request_sha256", hashed)


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if "canonical_request_sha256" in vector], ids=lambda vector: vector["name"]
)
def test_second_stage_gives_the_string_to_sign(vector: dict[str, Any]) -> None:
    expected = f"ACS3-HMAC-SHA256\n{vector['canonical_request_sha256']}"
    assert signing.string_to_sign(_canonical(vector)) == expected


@each_vector
def test_third_stage_gives_the_signature(vector: dict[str, Any]) -> None:
    to_sign = signing.string_to_sign(_canonical(vector))
    assert signing.signature(vector["access_key_secret"], to_sign) == vector["signature"]


def _auth(vector: dict[str, Any]) -> signing.V3Auth:
    account = Account(vector["access_key_id"], vector["access_key_secret"])
    nonce = vector["headers"]["x-acs-signature-nonce"]
    return signing.V3Auth(account, clock=lambda: _epoch(vector["headers"]["x-acs-date"]), nonce=lambda: nonce)


def _epoch(date: str) -> float:
    return datetime.fromisoformat(date).timestamp()


@each_vector
def test_a_prepared_request_is_signed_in_place(vector: dict[str, Any]) -> None:
    own = {name: vector["headers"][name] for name in ("x-acs-action", "x-acs-version")}
    query = signing.canonical_query(vector["query"])
    url = f"https://{vector['headers']['host']}{vector['path']}?{query}"
    request = _auth(vector)(prepared(vector["method"], url, own))
    names = ";".join(sorted(vector["headers"]))
    assert request.headers["Authorization"] == (
        f"ACS3-HMAC-SHA256 Credential={vector['access_key_id']},SignedHeaders={names},Signature={vector['signature']}"
    )
    assert request.headers["host"] == vector["headers"]["host"]
    assert request.url == url


@each_vector
def test_the_order_of_the_query_does_not_matter(vector: dict[str, Any]) -> None:
    own = {name: vector["headers"][name] for name in ("x-acs-action", "x-acs-version")}
    query = "&".join(reversed(signing.canonical_query(vector["query"]).split("&")))
    url = f"https://{vector['headers']['host']}{vector['path']}?{query}"
    request = _auth(vector)(prepared(vector["method"], url, own))
    assert request.headers["Authorization"].endswith(f"Signature={vector['signature']}")


def test_names_are_sorted_as_names_not_as_pairs() -> None:
    assert signing.canonical_query({"A.1": "x", "A": "y"}) == "A=y&A.1=x"
    vector = VECTORS[0]
    own = {"x-acs-action": "A", "x-acs-version": "1"}
    signed = [
        _auth(vector)(prepared("POST", f"https://a.example/?{query}", own)).headers["Authorization"]
        for query in ("A=y&A.1=x", "A.1=x&A=y")
    ]
    assert signed[0] == signed[1]


def test_the_body_is_part_of_what_is_signed() -> None:
    own = {"x-acs-action": "A", "x-acs-version": "1", "Content-Type": "application/x-www-form-urlencoded"}
    auth = _auth(VECTORS[0])
    one, two = (auth(prepared("POST", "https://a.example/", own, body)) for body in (b"a=1", b"a=2"))
    assert one.headers["Authorization"] != two.headers["Authorization"]
    assert one.headers["x-acs-content-sha256"] == sha256(b"a=1").hexdigest()
    assert "content-type;host;x-acs-action" in one.headers["Authorization"]


def test_a_security_token_is_sent_and_signed() -> None:
    auth = signing.V3Auth(Account("id", "secret", "sts-token"), clock=lambda: 0, nonce=lambda: "n")
    request = auth(prepared("POST", "https://a.example/", {"x-acs-action": "A", "x-acs-version": "1"}))
    assert request.headers["x-acs-security-token"] == "sts-token"
    assert "x-acs-security-token" in request.headers["Authorization"]


def test_every_attempt_has_a_nonce_of_its_own() -> None:
    auth = signing.V3Auth(Account("id", "secret"))
    request = prepared("POST", "https://a.example/", {"x-acs-action": "A", "x-acs-version": "1"})
    nonces = {auth(request).headers["x-acs-signature-nonce"] for _ in range(20)}
    assert len(nonces) == 20


def test_a_body_that_does_not_lie_in_memory_is_not_signed() -> None:
    request = prepared("POST", "https://a.example/", {"x-acs-action": "A", "x-acs-version": "1"})
    request.body = iter([b"a"])  # type: ignore[assignment]
    with pytest.raises(TypeError):
        signing.V3Auth(Account("id", "secret"))(request)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_encoding_is_that_of_rfc_3986(text: str) -> None:
    assert signing.percent_encode(text) == quote(text, safe="~")


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        (" ", "%20"),
        ("*", "%2A"),
        ("~", "~"),
        ("+", "%2B"),
        ("%41", "%2541"),
        ("中", "%E4%B8%AD"),
        ("a-b_c.d", "a-b_c.d"),
    ],
)
def test_encodes_the_characters_that_libraries_disagree_on(text: str, encoded: str) -> None:
    assert signing.percent_encode(text) == encoded


def test_the_account_keeps_its_secrets_to_itself() -> None:
    account = Account("testid", "canary-secret", "canary-token")
    assert "canary" not in repr(account)
    assert account.access_key_secret.reveal() == "canary-secret"
    assert Account("testid", "s").security_token is None
