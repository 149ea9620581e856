import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

from consoleapp.simulator import auth
from consoleapp.simulator.auth import FixedKeys, Identity, Request
from consoleapp.simulator.errors import ApiError
from tests.simulator.cloud import Cloud, encoded_query

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "signatures.json").read_text(encoding="utf-8")
)
V3_ON_PATHS = [item for item in VECTORS if item["scheme"] == auth.ALGORITHM]
V1 = [item for item in VECTORS if item["scheme"] == "HMAC-SHA1"]


def verified(vector: dict[str, Any], signature: str) -> Identity:
    headers, query = dict(vector["headers"]), dict(vector["query"])
    if vector["scheme"] == "HMAC-SHA1":
        query["Signature"], moment = signature, query["Timestamp"]
    else:
        names, moment = ";".join(sorted(headers)), headers["x-acs-date"]
        key = f"Credential={vector['access_key_id']},SignedHeaders={names},Signature={signature}"
        headers["authorization"] = f"{auth.ALGORITHM} {key}"
    request = Request(vector["method"], vector["path"], encoded_query(query), headers, b"", query)
    now = time.mktime(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    return auth.verify(request, FixedKeys({vector["access_key_id"]: vector["access_key_secret"]}), now=now)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda item: item["name"])
def test_accepts_the_signatures_that_the_official_libraries_computed(vector: dict[str, Any]) -> None:
    assert verified(vector, vector["signature"]).account == vector["access_key_id"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda item: item["name"])
def test_refuses_those_signatures_with_one_character_changed(vector: dict[str, Any]) -> None:
    first, rest = vector["signature"][0], vector["signature"][1:]
    with pytest.raises(ApiError, match="SignatureDoesNotMatch"):
        verified(vector, ("0" if first != "0" else "1") + rest)


def test_the_vectors_cover_both_schemes_and_a_path() -> None:
    assert {item["path"] for item in V3_ON_PATHS} == {"/", "/repos"}
    assert {item["method"] for item in V1} == {"GET", "POST"}


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


QUERY = "RegionId=cn-hangzhou"


def code(cloud: Cloud, headers: dict[str, str], query: str = QUERY) -> str:
    answer: str = cloud.send("POST", query, headers).get("Code", "")
    return answer


def test_a_wrong_secret_is_answered_with_the_string_to_sign_after_a_colon(cloud: Cloud) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY, secret="wrong")
    answer = cloud.send("POST", QUERY, headers)
    assert (cloud.status, answer["Code"]) == (400, "SignatureDoesNotMatch")
    assert answer["Message"].partition(":")[2].startswith("ACS3-HMAC-SHA256\n")


def test_an_unknown_key_is_not_found(cloud: Cloud) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY, account="nobody", secret="x")
    assert code(cloud, headers) == "InvalidAccessKeyId.NotFound"
    assert cloud.status == 404


def test_a_time_stamp_out_of_the_window_is_expired(cloud: Cloud) -> None:
    for moment in ("2026-10-12T07:28:59Z", "2026-10-12T08:31:01Z"):
        headers = cloud.v3_headers("DescribeRegions", QUERY, x_acs_date=moment)
        assert code(cloud, headers) == "InvalidTimeStamp.Expired"
    headers = cloud.v3_headers("DescribeRegions", QUERY, x_acs_date="2026-10-12T07:29:01Z")
    assert code(cloud, headers) == ""


@pytest.mark.parametrize("moment", ["yesterday", "2026-10-12 08:00:00", "2026-10-12T08:00:00+00:00", "20261012"])
def test_a_time_stamp_of_another_form_is_refused(cloud: Cloud, moment: str) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY, x_acs_date=moment)
    assert code(cloud, headers) == "InvalidTimeStamp.Format"


def test_a_nonce_serves_once_an_account(cloud: Cloud) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY, x_acs_signature_nonce="same")
    assert code(cloud, headers) == ""
    assert code(cloud, headers) == "SignatureNonceUsed"
    other = cloud.v3_headers("DescribeRegions", QUERY, account="mallory", x_acs_signature_nonce="same")
    assert code(cloud, other) == ""


def test_a_refused_signature_does_not_use_up_its_nonce(cloud: Cloud) -> None:
    wrong = cloud.v3_headers("DescribeRegions", QUERY, secret="wrong", x_acs_signature_nonce="n")
    right = cloud.v3_headers("DescribeRegions", QUERY, x_acs_signature_nonce="n")
    assert [code(cloud, wrong), code(cloud, right)] == ["SignatureDoesNotMatch", ""]


@pytest.mark.parametrize("name", ["x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"])
def test_an_absent_header_makes_the_signature_incomplete(cloud: Cloud, name: str) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY)
    del headers[name]
    assert code(cloud, headers) == "IncompleteSignature"


def test_an_unsigned_header_of_the_protocol_makes_the_signature_incomplete(cloud: Cloud) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY)
    assert code(cloud, {**headers, "x-acs-security-token": "added"}) == "IncompleteSignature"


@pytest.mark.parametrize("part", ["Credential", "SignedHeaders", "Signature"])
def test_an_authorization_without_a_part_is_incomplete(cloud: Cloud, part: str) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY)
    assert code(cloud, {**headers, "authorization": headers["authorization"].replace(part, "Else")}) == (
        "IncompleteSignature"
    )


def test_a_changed_query_or_body_breaks_the_signature(cloud: Cloud) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY)
    assert code(cloud, headers, "RegionId=cn-beijing") == "SignatureDoesNotMatch"
    headers = cloud.v3_headers("DescribeRegions", QUERY)
    assert cloud.send("POST", QUERY, headers, body=b"a=b")["Code"] == "SignatureDoesNotMatch"


def test_a_query_sent_in_another_spelling_than_it_was_signed_in_is_accepted(cloud: Cloud) -> None:
    headers = cloud.v3_headers("DescribeRegions", "A=%20%2A&RegionId=cn-hangzhou")
    assert code(cloud, headers, "RegionId=%63n-hangzhou&A=+*") == ""


def test_the_older_scheme_is_accepted_in_the_query_and_in_a_form(cloud: Cloud) -> None:
    parameters = cloud.v1_parameters("DescribeRegions", {"RegionId": "cn-hangzhou", "SignatureType": ""})
    assert "Regions" in cloud.send("GET", encoded_query(parameters), {})
    parameters = cloud.v1_parameters("DescribeRegions", {"RegionId": "cn-hangzhou"}, method="POST")
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert "Regions" in cloud.send("POST", "", form, body=encoded_query(parameters).encode())


def test_the_older_scheme_is_signed_for_the_method_that_is_used(cloud: Cloud) -> None:
    parameters = cloud.v1_parameters("DescribeRegions", {}, method="GET")
    answer = cloud.send("POST", encoded_query(parameters), {})
    assert answer["Code"] == "SignatureDoesNotMatch"
    assert answer["Message"].split(":")[1].startswith("POST&%2F&AccessKeyId%3Dalice%26")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AccessKeyId", "MissingAccessKeyId"),
        ("Signature", "MissingSignature"),
        ("SignatureNonce", "MissingSignatureNonce"),
        ("Timestamp", "MissingTimestamp"),
    ],
)
def test_the_older_scheme_names_the_parameter_that_is_missing(cloud: Cloud, name: str, expected: str) -> None:
    parameters = cloud.v1_parameters("DescribeRegions", {})
    del parameters[name]
    assert cloud.send("GET", encoded_query(parameters), {})["Code"] == expected


def assert_refused_by_name(answer: dict[str, Any], method: str) -> None:
    assert answer["Code"] == "InvalidSignatureMethod"
    assert method in answer["Message"]


@pytest.mark.parametrize("changed", [{"SignatureMethod": "HMAC-MD5"}, {"SignatureVersion": "2.0"}])
def test_another_signature_method_or_version_of_the_older_scheme_is_refused_by_name(
    cloud: Cloud, changed: dict[str, str]
) -> None:
    parameters = cloud.v1_parameters("DescribeRegions", changed)
    assert_refused_by_name(cloud.send("GET", encoded_query(parameters), {}), *changed.values())


@pytest.mark.parametrize("path", ["/", "/repos"])
@pytest.mark.parametrize("method", ["ACS3-HMAC-SM3", "ACS3-RSA-SHA256", "Bearer"])
def test_another_algorithm_of_the_newer_scheme_is_refused_by_name(cloud: Cloud, method: str, path: str) -> None:
    headers = cloud.v3_headers("DescribeRegions", QUERY, path=path)
    headers["authorization"] = headers["authorization"].replace(auth.ALGORITHM, method)
    assert_refused_by_name(cloud.send("GET", QUERY, headers, path=path), method)


def test_a_path_is_part_of_what_is_signed(cloud: Cloud) -> None:
    headers = cloud.v3_headers("GetRepoList", "", version="2016-06-07", method="GET", path="/repos")
    assert "data" in cloud.send("GET", "", headers, path="/repos")
    headers = cloud.v3_headers("GetRepoList", "", version="2016-06-07", method="GET", path="/repos")
    assert cloud.send("GET", "", headers, path="/namespace")["Code"] == "SignatureDoesNotMatch"


def on_path(cloud: Cloud, headers: dict[str, str], query: str = "", **sent: Any) -> dict[str, Any]:
    return cloud.send("GET", query, headers, path="/repos", **sent)


class TestTheOlderSchemeOnAPath:
    def test_is_accepted_with_a_query_and_without_one(self, cloud: Cloud) -> None:
        assert "data" in on_path(cloud, cloud.roa_headers("/repos"))
        headers = cloud.roa_headers("/repos?Page=1&RegionId=cn-hangzhou")
        assert on_path(cloud, headers, "RegionId=cn-hangzhou&Page=1")["data"]["page"] == 1

    def test_takes_a_parameter_without_a_value_in_both_spellings_of_the_sdks(self, cloud: Cloud) -> None:
        for resource in ("/repos?Status=", "/repos?Status"):
            assert "data" in on_path(cloud, cloud.roa_headers(resource), "Status=")

    def test_signs_a_query_that_is_not_encoded(self, cloud: Cloud) -> None:
        assert "data" in on_path(cloud, cloud.roa_headers("/repos?Status=a b/ü"), "Status=a%20b%2F%C3%BC")

    def test_a_wrong_secret_is_answered_with_the_string_to_sign_after_a_colon(self, cloud: Cloud) -> None:
        answer = on_path(cloud, cloud.roa_headers("/repos", secret="wrong"))
        assert (cloud.status, answer["Code"]) == (400, "SignatureDoesNotMatch")
        assert (
            answer["Message"].partition(":")[2].startswith("GET\napplication/json\n\n\nMon, 12 Oct 2026 08:00:00 GMT\n")
        )

    @pytest.mark.parametrize("changed", ["accept", "content-type", "x-acs-version", "x-acs-security-token"])
    def test_a_header_that_was_changed_or_added_breaks_the_signature(self, cloud: Cloud, changed: str) -> None:
        headers = cloud.roa_headers("/repos") | {changed: "else"}
        assert on_path(cloud, headers)["Code"] == "SignatureDoesNotMatch"

    def test_a_path_or_query_that_was_changed_breaks_the_signature(self, cloud: Cloud) -> None:
        assert on_path(cloud, cloud.roa_headers("/namespace"))["Code"] == "SignatureDoesNotMatch"
        assert on_path(cloud, cloud.roa_headers("/repos"), "Page=2")["Code"] == "SignatureDoesNotMatch"

    def test_a_body_that_the_signature_does_not_cover_is_refused(self, cloud: Cloud) -> None:
        form = {"content_type": "application/x-www-form-urlencoded"}
        for headers in (cloud.roa_headers("/repos", **form), cloud.roa_headers("/repos", content_md5="else", **form)):
            assert on_path(cloud, headers, body=b"RegionId=cn-beijing")["Code"] == "IncompleteSignature"
        covered = base64.b64encode(hashlib.md5(b"Page=1").digest()).decode()
        headers = cloud.roa_headers("/repos", content_md5=covered, **form)
        assert "data" in on_path(cloud, headers, body=b"Page=1")

    @pytest.mark.parametrize("authorization", ["", "acs", "acs alice", "acs alice:", "acs :signature"])
    def test_an_authorization_without_a_part_is_incomplete(self, cloud: Cloud, authorization: str) -> None:
        headers = cloud.roa_headers("/repos") | {"authorization": authorization}
        assert on_path(cloud, headers)["Code"] == "IncompleteSignature"

    @pytest.mark.parametrize("name", ["x_acs_signature_method", "x_acs_signature_version"])
    def test_another_method_or_version_is_refused_by_name(self, cloud: Cloud, name: str) -> None:
        assert_refused_by_name(on_path(cloud, cloud.roa_headers("/repos", **{name: "HMAC-SHA256"})), "HMAC-SHA256")

    def test_an_unknown_key_is_not_found(self, cloud: Cloud) -> None:
        headers = cloud.roa_headers("/repos", account="nobody", secret="x")
        assert on_path(cloud, headers)["Code"] == "InvalidAccessKeyId.NotFound"

    @pytest.mark.parametrize(
        ("date", "expected"),
        [
            ("Mon, 12 Oct 2026 07:28:59 GMT", "InvalidTimeStamp.Expired"),
            ("Mon, 12 Oct 2026 08:31:01 GMT", "InvalidTimeStamp.Expired"),
            ("2026-10-12T08:00:00Z", "InvalidTimeStamp.Format"),
            ("Mon, 12 Oct 2026 08:00:00", "InvalidTimeStamp.Format"),
            ("Tue, 12 Oct 2026 08:00:00 GMT", "InvalidTimeStamp.Format"),
            ("Mon, 12 Oct 99999 08:00:00 GMT", "InvalidTimeStamp.Format"),
            (None, "IncompleteSignature"),
        ],
    )
    def test_a_date_out_of_the_window_or_of_another_form_is_refused(
        self, cloud: Cloud, date: str | None, expected: str
    ) -> None:
        assert on_path(cloud, cloud.roa_headers("/repos", date=date))["Code"] == expected

    def test_a_nonce_serves_once_and_need_not_be_sent(self, cloud: Cloud) -> None:
        headers = cloud.roa_headers("/repos")
        assert "data" in on_path(cloud, headers)
        assert on_path(cloud, headers)["Code"] == "SignatureNonceUsed"
        headers = cloud.roa_headers("/repos", x_acs_signature_nonce=None)
        assert all("data" in on_path(cloud, headers) for _ in range(2))

    def test_does_not_serve_the_actions_of_rpc(self, cloud: Cloud) -> None:
        answer = cloud.send(
            "GET", "Action=DescribeRegions&Version=2018-08-08", cloud.roa_headers("/", x_acs_version="2018-08-08")
        )
        assert answer["Code"] == "MissingAccessKeyId"
