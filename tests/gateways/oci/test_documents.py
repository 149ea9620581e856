"""consoleapp/gateways/oci/documents.py: what is read from a registry's JSON. Hostile shapes: tests/hostile."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.gateways.oci import documents
from consoleapp.gateways.oci.documents import BadDocument, Index, Manifest, Platform
from consoleapp.gateways.proof import Fault, ImageFacts

DIGEST = f"sha256:{'a' * 64}"


def _entry(**platform: object) -> dict[str, object]:
    return {"digest": DIGEST, "platform": platform}


def test_an_index_tells_its_linux_architectures() -> None:
    entries = [
        _entry(os="linux", architecture="amd64"),
        _entry(os="linux", architecture="arm64", variant="v8"),
        _entry(os="windows", architecture="amd64"),
        _entry(os="unknown", architecture="unknown"),
        {"digest": DIGEST},
        "no entry",
    ]
    index = documents.read_manifest(json.dumps({"manifests": entries}).encode())
    assert index == Index((Platform("amd64", DIGEST), Platform("arm64", DIGEST)))


def test_the_size_of_an_image_is_that_of_its_layers_and_configuration() -> None:
    body = {"config": {"digest": DIGEST, "size": 10}, "layers": [{"size": 100}, {"size": 1000}]}
    assert documents.read_manifest(json.dumps(body).encode()) == Manifest(DIGEST, 10, 1110)


def test_depth_32_is_read_and_33_is_not() -> None:
    def nested(depth: int) -> bytes:
        return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    assert documents.read_json(nested(32))
    with pytest.raises(BadDocument) as raised:
        documents.read_json(nested(33))
    assert raised.value.fault is Fault.TOO_DEEP


def test_brackets_inside_texts_are_not_counted() -> None:
    text = '[{"\\' * 100
    assert documents.read_json(json.dumps({"a": text}).encode()) == {"a": text}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (documents.read_json, documents.read_manifest, documents.read_configuration, documents.read_tags):
        with contextlib.suppress(BadDocument):
            read(body)
    documents.read_error_codes(body)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["config", "layers", "manifests", "tags", "errors", "size", "digest", "token"]), inner
        )
    ),
    max_leaves=20,
)


@given(_json)
def test_any_json_is_read_or_refused(value: object) -> None:
    body = json.dumps(value).encode()
    for read in (documents.read_manifest, documents.read_configuration, documents.read_tags, documents.read_token):
        with contextlib.suppress(BadDocument):
            read(body)
    documents.read_error_codes(body)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04:05.123456789Z", datetime(2026, 1, 2, 3, 4, 5, 123456, UTC)),
        ("2026-01-02T03:04:05+08:00", datetime(2026, 1, 1, 19, 4, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00+08:00", None),
        ("yesterday", None),
        (5, None),
    ],
)
def test_the_creation_date_is_read_in_utc(text: object, moment: datetime | None) -> None:
    _, facts = documents.read_configuration(json.dumps({"created": text}).encode())
    assert facts.created == moment


def test_a_digest_names_exactly_its_bytes() -> None:
    assert documents.has_digest(b"x", documents.digest_of(b"x"))
    assert documents.has_digest(b"x", documents.digest_of(b"x", "sha512"))
    assert not documents.has_digest(b"y", documents.digest_of(b"x"))
    assert not documents.has_digest(b"x", "md5:9dd4e461268c8034f5c8564e155c67a6")


def test_the_codes_of_a_registrys_error_are_told() -> None:
    body = b'{"errors": [{"code": "NAME_UNKNOWN"}, {"code": 5}, 7]}'
    assert documents.read_error_codes(body) == frozenset({"NAME_UNKNOWN"})
    assert documents.read_error_codes(b"<html>") is None
    assert documents.read_error_codes(b"{}") is None


def _facts(**config: object) -> ImageFacts:
    return documents.read_configuration(json.dumps({"config": config}).encode())[1]


def test_an_image_says_where_its_data_is_how_it_stops_and_what_it_is() -> None:
    labels = {
        "org.opencontainers.image.title": "Tea",
        "org.opencontainers.image.description": "Brews  tea",
        "org.opencontainers.image.source": "https://tea.example.com",
        "org.label-schema.version": "2.1",
        "maintainer": "alice",
    }
    facts = _facts(Volumes={"/data": {}, "/log": {}}, StopSignal="SIGQUIT", WorkingDir="/srv", Labels=labels)
    assert (facts.volumes, facts.stop_signal, facts.working_dir) == (("/data", "/log"), "SIGQUIT", "/srv")
    assert (facts.title, facts.description, facts.version) == ("Tea", "Brews tea", "2.1")
    assert facts.source == "https://tea.example.com"


def test_of_the_environment_of_an_image_only_names_are_kept() -> None:
    facts = _facts(Env=["PATH=/bin", "DB_PASSWORD=hunter2", "DB_PASSWORD=again", "=x", "no value", 7, "with blank=1"])
    assert facts.variables == ("PATH", "DB_PASSWORD")
    assert "hunter2" not in repr(facts)


@pytest.mark.parametrize("name", ["ExposedPorts", "Volumes", "Env", "Entrypoint", "Cmd"])
def test_of_ten_thousand_facts_of_a_kind_64_are_kept(name: str) -> None:
    many = [f"{number}" for number in range(1, 10_001)]
    shapes: dict[str, object] = {
        "ExposedPorts": {f"{number}/tcp": {} for number in many},
        "Volumes": {f"/data/{number}": {} for number in many},
        "Env": [f"A{number}=1" for number in many],
    }
    facts = _facts(**{name: shapes.get(name, many)})
    kept = (facts.exposed_ports, facts.volumes, facts.variables, facts.entrypoint, facts.command)
    assert sum(len(each) for each in kept) == documents.ITEMS_MAX


@pytest.mark.parametrize(
    "config",
    [
        {"Volumes": {"/a" * 200: {}, "data": {}, "/with\u202ename": {}, "/with\nline": {}, "": {}}},
        {"StopSignal": "SIGTERM; rm"},
        {"StopSignal": ["SIGTERM"]},
        {"WorkingDir": "../etc"},
        {"WorkingDir": 7},
        {"Env": {"A": "1"}},
        {"Env": ["\u202eA=1", "A" * 200 + "=1"]},
        {"Labels": ["title"]},
        {"Labels": {"org.opencontainers.image.title": ["x"], "org.opencontainers.image.source": {}}},
        {"ExposedPorts": ["80/tcp"], "Volumes": ["/data"]},
    ],
)
def test_what_is_not_as_it_should_be_is_left_out(config: dict[str, object]) -> None:
    assert _facts(**config) == ImageFacts()


def test_a_label_is_short_and_printable() -> None:
    facts = _facts(Labels={"org.opencontainers.image.description": "a\u202e\x00\x1b[31m" + "b" * 100_000})
    assert facts.description.startswith("a[31mb")
    assert len(facts.description) <= documents.LABEL_MAX
    assert facts.description.isprintable()
