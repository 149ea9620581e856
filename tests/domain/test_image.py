from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.image import (
    ImageReference,
    ImageReferenceError,
    ImageSource,
    join_image,
    parse_image_reference,
    parse_registry_host,
    source_of,
    split_image,
)
from tests.domain.strategies import image_texts

T = TypeVar("T")
HEX = "0123456789abcdef" * 4
SIGNS = st.text(st.sampled_from("aZ0._-:/@[]%\\ \n\t\0é٣sha256localhost"), max_size=24)


def refusal(text: str) -> tuple[str, int]:
    with pytest.raises(ImageReferenceError) as caught:
        parse_image_reference(text)
    return str(caught.value.reason), caught.value.position


def outcome(parse: Callable[[str], T], text: str) -> T | ImageReferenceError:
    """What the parser gives or its own refusal; any other exception goes through."""
    try:
        return parse(text)
    except ImageReferenceError as error:
        return error


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nginx", (None, "nginx", None, None)),
        ("nginx:1.27", (None, "nginx", "1.27", None)),
        ("bitnami/redis:7", (None, "bitnami/redis", "7", None)),
        ("docker.io/nginx", ("docker.io", "nginx", None, None)),
        ("localhost/foo", ("localhost", "foo", None, None)),
        ("localhost:5000/foo:1", ("localhost:5000", "foo", "1", None)),
        ("foo:5000/baz", ("foo:5000", "baz", None, None)),
        ("Foo/baz", ("Foo", "baz", None, None)),
        ("192.168.1.9:5000/ns/app", ("192.168.1.9:5000", "ns/app", None, None)),
        (f"a.example/b@sha256:{HEX}", ("a.example", "b", None, f"sha256:{HEX}")),
        (f"a.example/b:c@sha256:{HEX}", ("a.example", "b", "c", f"sha256:{HEX}")),
        ("a__b/c-d/e---f/g.h/i_j:_", (None, "a__b/c-d/e---f/g.h/i_j", "_", None)),
    ],
)
def test_splits_an_address_as_written(text: str, parts: tuple[str | None, ...]) -> None:
    reference = parse_image_reference(text)
    assert (reference.host, reference.repository, reference.tag, reference.digest) == parts
    assert str(reference) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("bitnami/redis:7", "docker.io/bitnami/redis:7"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/nginx:a", "docker.io/library/nginx:a"),
        ("Docker.IO/nginx:a", "docker.io/library/nginx:a"),
        ("localhost:5000/foo:1", "localhost:5000/foo:1"),
        ("foo:5000/baz", "foo:5000/baz:latest"),
        ("192.168.1.9:5000/ns/app", "192.168.1.9:5000/ns/app:latest"),
        (
            "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2",
            "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2",
        ),
        (f"nginx@sha256:{HEX}", f"docker.io/library/nginx@sha256:{HEX}"),
    ],
)
def test_normalises_as_docker_would(text: str, canonical: str) -> None:
    assert str(parse_image_reference(text).normalised()) == canonical


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ("", "empty", 0),
        (" nginx", "whitespace", 0),
        ("nginx\n", "whitespace", 5),
        ("nginx\u3000", "whitespace", 5),
        ("ng\0inx", "control_character", 2),
        ("nginx\x7f", "control_character", 5),
        ("ngïnx", "not_ascii", 2),
        ("nginx:\u0661", "not_ascii", 6),
        ("http://a.b/c", "scheme", 4),
        ("docker://nginx", "scheme", 6),
        ("[::1]/a", "ipv6_host", 0),
        ("[::ffff:100.100.100.200]/a", "ipv6_host", 0),
        ("a.com\\@b.com", "invalid_character", 5),
        ("nginx?x=1", "invalid_character", 5),
        ("user:word@a.example/b", "user_info", 9),
        ("registry.example@169.254.169.254/a", "user_info", 16),
        ("registry.example@169.254.169.254", "digest_format", 17),
        ("Nginx", "upper_case", 0),
        ("Nginx:Latest", "upper_case", 0),
        ("ns/App:1", "upper_case", 3),
        ("a.example/ns/App", "upper_case", 13),
        ("nginx:", "empty_tag", 6),
        ("a.example/b:", "empty_tag", 12),
        ("a:" + "b" * 129, "tag_too_long", 130),
        ("a:b:c", "tag_format", 3),
        ("a:-b", "tag_format", 2),
        ("a:b+c", "tag_format", 3),
        ("a//b", "empty_component", 2),
        ("/a", "empty_component", 0),
        ("a/", "empty_component", 2),
        ("a.example/", "repository_missing", 10),
        (":1", "repository_missing", 0),
        (f"@sha256:{HEX}", "repository_missing", 0),
        ("a___b", "component_format", 1),
        ("a.-b", "component_format", 1),
        ("-a", "component_format", 0),
        ("a.", "component_format", 1),
        ("a" * 256, "path_too_long", 255),
        (HEX, "bare_hex", 0),
        (f"sha256:{HEX}", "bare_digest", 0),
        (f"a@sha256:{HEX[:-1]}", "digest_format", 2),
        (f"a@sha256:{HEX.upper()}", "digest_format", 2),
        ("a@sha256", "digest_format", 2),
        (f"a@sha256:{HEX}@sha256:{HEX}", "digest_format", 2),
        ("-a.b/c", "host_format", 0),
        ("a..b/c", "host_format", 2),
        ("a.b./c", "host_format", 4),
        ("a_b.example/c", "host_format", 0),
        ("a." * 127 + "b/c", "host_too_long", 253),
        ("a" * 64 + ".b/c", "host_format", 0),
        ("foo:/x", "port", 4),
        ("foo:0/x", "port", 4),
        ("foo:080/x", "port", 4),
        ("foo:65536/x", "port", 4),
        ("foo:80a/x", "port", 4),
        ("0x7f.1/a", "numeric_host", 0),
        ("127.1/a", "numeric_host", 0),
        ("127.0.0.01/a", "numeric_host", 0),
        ("1.2.3.256/a", "numeric_host", 0),
        ("1.2.3.4.5/a", "numeric_host", 0),
        ("2130706433:80/a", "numeric_host", 0),
        ("0x7f000001:80/a", "numeric_host", 0),
        ("registry.0x1/a", "numeric_host", 0),
        ("100.100.100.200/latest/x", "forbidden_host", 0),
        ("169.254.169.254:80/a", "forbidden_host", 0),
        ("0.0.0.0/a", "forbidden_host", 0),
        ("224.0.0.1/a", "forbidden_host", 0),
        ("255.255.255.255/a", "forbidden_host", 0),
        ("x" * 5000, "text_too_long", 4096),
    ],
)
def test_refuses_what_is_outside_the_grammar(text: str, reason: str, position: int) -> None:
    assert refusal(text) == (reason, position)


def test_the_longest_tag_and_the_longest_port_are_fine() -> None:
    assert parse_image_reference("a:" + "b" * 128).tag == "b" * 128
    assert parse_image_reference("a:65535/b").host == "a:65535"


@pytest.mark.parametrize("digest", ["md5:" + "a" * 32, "md5+x:" + "ab" * 16, "sha1:" + "a" * 40, "sha256x:" + HEX])
def test_a_digest_of_an_algorithm_that_no_registry_knows_is_refused(digest: str) -> None:
    assert refusal(f"a@{digest}") == ("digest_format", 2)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nginx", ("nginx", "")),
        ("nginx:1.29", ("nginx", "1.29")),
        (f"nginx@sha256:{HEX}", ("nginx", f"sha256:{HEX}")),
        (f"a.example:5000/b/c:1@sha256:{HEX}", ("a.example:5000/b/c", f"1@sha256:{HEX}")),
        ("a.example:5000/b", ("a.example:5000/b", "")),
        ("no address:1", ("no address:1", "")),
    ],
)
def test_takes_an_address_apart_and_puts_it_together_again(text: str, parts: tuple[str, str]) -> None:
    assert split_image(text) == parts
    assert join_image(*parts) == text


def test_counts_positions_from_one_for_people() -> None:
    with pytest.raises(ImageReferenceError, match=r"at position 3\b"):
        parse_image_reference("ng inx")


@given(image_texts())
def test_an_address_comes_back_as_it_was_written(text: str) -> None:
    assert str(parse_image_reference(text)) == text


@given(image_texts())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = parse_image_reference(text).normalised()
    assert once.normalised() == once
    assert parse_image_reference(str(once)) == once


@given(st.text(max_size=60) | SIGNS)
def test_any_text_is_parsed_exactly_or_refused_with_a_reason(text: str) -> None:
    parsed = outcome(parse_image_reference, text)
    assert str(parsed) == text if isinstance(parsed, ImageReference) else 0 <= parsed.position <= len(text)


@given(st.text(max_size=60) | SIGNS)
def test_any_text_is_a_registry_host_or_refused_with_a_reason(text: str) -> None:
    parsed = outcome(parse_registry_host, text)
    if isinstance(parsed, str):
        assert parsed == text
        assert parse_image_reference(f"{text}/a").host == text


@pytest.mark.parametrize("text", ["a.example", "a.example:5000", "localhost", "harbor:80", "10.0.0.1:5000", "HARBOR"])
def test_takes_a_registry_host_with_or_without_port(text: str) -> None:
    assert parse_registry_host(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://a.example", "scheme"),
        ("http://reg/a", "scheme"),
        ("a.example/b", "path_after_host"),
        ("registry.example@169.254.169.254", "user_info"),
        ("a.com\\@b.com", "invalid_character"),
        ("harbor", "host_format"),
        ("a.example,b.example", "invalid_character"),
        ("[::1]:5000", "ipv6_host"),
        ("a.example:99999", "port"),
        ("a.example ", "whitespace"),
        ("100.100.100.200", "forbidden_host"),
        ("", "empty"),
    ],
)
def test_refuses_what_is_no_registry_host(text: str, reason: str) -> None:
    with pytest.raises(ImageReferenceError) as caught:
        parse_registry_host(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2", ImageSource.COMMON),
        ("registry.cn-hangzhou.aliyuncs.com/eci_open/nginx", ImageSource.COMMON),
        ("nginx", ImageSource.DOCKER_OFFICIAL),
        ("docker.io/library/nginx", ImageSource.DOCKER_OFFICIAL),
        ("bitnami/redis", ImageSource.DOCKER_HUB),
        ("registry-1.docker.io/bitnami/redis", ImageSource.DOCKER_HUB),
        ("registry.cn-beijing.aliyuncs.com/team/app", ImageSource.ACR_PERSONAL),
        ("registry-internal.cn-beijing.aliyuncs.com/team/app", ImageSource.ACR_PERSONAL),
        ("crpi-a1b2-vpc.cn-beijing.personal.cr.aliyuncs.com/team/app", ImageSource.ACR_PERSONAL),
        ("crpi-a1b2.cn-beijing.personal.cr.aliyuncs.com/eci_open/app", ImageSource.ACR_PERSONAL),
        ("Team-registry-vpc.cn-beijing.cr.aliyuncs.com/team/app", ImageSource.ACR_ENTERPRISE),
        ("harbor.example.com/team/app", ImageSource.PRIVATE),
        ("evil.example/registry.cn-beijing.aliyuncs.com/app", ImageSource.PRIVATE),
        ("registry.cn-beijing.aliyuncs.com.evil.example/team/app", ImageSource.PRIVATE),
        ("registry.cn-beijing.aliyuncs.com:5000/team/app", ImageSource.PRIVATE),
    ],
)
def test_names_the_source_of_an_image(text: str, source: ImageSource) -> None:
    assert source_of(parse_image_reference(text)) is source


def test_says_host_and_path_after_normalisation() -> None:
    reference = parse_image_reference("nginx")
    assert (reference.registry_host, reference.path) == ("docker.io", "library/nginx")
