"""Words that `docker run` and Compose share."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain import limits
from consoleapp.domain.sizes import Size
from consoleapp.languages.imports.docker_words import (
    MountKind,
    memory_bytes,
    memory_gib,
    mount,
    mount_of,
    published,
    restart_policy,
    size_limit,
    smallest_size,
)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512", 512),
        ("512b", 512),
        ("1k", 1024),
        ("512m", 512 * 1024**2),
        ("512MB", 512 * 1024**2),
        ("1.5G", 1536 * 1024**2),
        ("1 GiB", 1024**3),
        ("0.0001k", 1),
        ("2t", 2 * 1024**4),
        ("0", 0),
        ("", None),
        ("m", None),
        ("-1", None),
        ("1e3", None),
        ("5ib", None),
        ("١m", None),
        ("$MEMORY", None),
    ],
)
def test_memory_is_read_in_units_of_1024(text: str, size: int | None) -> None:
    assert memory_bytes(text) == size


@pytest.mark.parametrize(
    ("size", "gib"), [(1024**3, "1"), (200 * 1024**2, "0.195313"), (10 * 1024**3, "10"), (1, "0.000001")]
)
def test_memory_is_rounded_up_to_what_may_be_sent(size: int, gib: str) -> None:
    assert memory_gib(size) == Decimal(gib)
    assert "E" not in str(memory_gib(size))


@given(st.integers(1, 2**50))
def test_every_size_limit_is_one_and_holds_as_much(size: int) -> None:
    text = size_limit(size)
    assert limits.SIZE_LIMIT.fullmatch(text)
    held = memory_bytes(text)
    assert held is not None
    assert size <= held < size + 1024 + size // 500_000_000 * 1024


@pytest.mark.parametrize(("size", "text"), [(16 * 1024**2, "16Mi"), (1024**3, "1Gi"), (1, "1Ki"), (1025, "2Ki")])
def test_a_size_limit_has_the_largest_exact_unit(size: int, text: str) -> None:
    assert size_limit(size) == text


@pytest.mark.parametrize(
    ("cpu", "memory", "size"),
    [
        ("0.5", "0.195313", ("0.5", "1")),
        ("0.1", "0.1", ("0.25", "0.5")),
        ("3", "5", ("4", "8")),
        # Sold as they are in some regions only.
        ("2", "6", ("2", "8")),
        (None, "0.5", ("2", "1")),
        ("1", None, ("1", "2")),
        ("65", "1", None),
        ("1", "1000", None),
    ],
)
def test_a_size_is_rounded_up_to_one_that_is_sold(cpu: str | None, memory: str, size: tuple[str, str] | None) -> None:
    got = smallest_size(cpu and Decimal(cpu), memory and Decimal(memory))  # type: ignore[arg-type]
    assert got == (size and Size(Decimal(size[0]), Decimal(size[1])))


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("80", ((80, "TCP"),)),
        ("8080:80", ((80, "TCP"),)),
        ("127.0.0.1:8080:80/udp", ((80, "UDP"),)),
        ("[::1]:8080:80/TCP", ((80, "TCP"),)),
        ("127.0.0.1::80", ((80, "TCP"),)),
        ("9000-9002:8000-8002/udp", ((8000, "UDP"), (8001, "UDP"), (8002, "UDP"))),
        ("$PORT:80", ((80, "TCP"),)),
        ("80:$PORT", None),
        ("80/sctp", None),
        ("0", None),
        ("65536", None),
        ("9-8", None),
        ("1-101", None),
        ("", None),
        ("٨٠", None),
    ],
)
def test_ports_are_those_inside_the_container(text: str, ports: tuple[tuple[int, str], ...] | None) -> None:
    assert published(text) == ports


@pytest.mark.parametrize(
    ("word", "policy"),
    [
        ("no", ("Never", "")),
        ("always", ("Always", "")),
        ("unless-stopped", ("Always", "")),
        ("on-failure", ("OnFailure", "")),
        ("on-failure:5", ("OnFailure", "5")),
        ("any", ("Always", "")),
        ("none", ("Never", "")),
        ("$RESTART", None),
        ("", None),
    ],
)
def test_restart_words(word: str, policy: tuple[str, str] | None) -> None:
    assert restart_policy(word) == policy


@pytest.mark.parametrize(
    ("text", "source", "target", "kind"),
    [
        ("/data", "", "/data", "anonymous"),
        ("db-data:/var/lib/mysql", "db-data", "/var/lib/mysql", "named"),
        ("./nginx.conf:/etc/nginx/nginx.conf", "./nginx.conf", "/etc/nginx/nginx.conf", "file"),
        ("$PWD/conf/redis.conf:/redis.conf", "$PWD/conf/redis.conf", "/redis.conf", "file"),
        ("./Caddyfile:/etc/caddy/Caddyfile", "./Caddyfile", "/etc/caddy/Caddyfile", "file"),
        ("/etc/thing:/etc/thing.yml:ro", "/etc/thing", "/etc/thing.yml", "file"),
        ("./conf.d:/etc/nginx/conf.d:ro", "./conf.d", "/etc/nginx/conf.d", "directory"),
        ("~/.app.io:/datastore", "~/.app.io", "/datastore", "directory"),
        ("./data.old/:/data", "./data.old/", "/data", "directory"),
        ("$(pwd):/app", "$(pwd)", "/app", "directory"),
        ("${DIR:-/srv}/x:/app:z", "${DIR:-/srv}/x", "/app", "directory"),
        ("%cd%:/app", "%cd%", "/app", "directory"),
        (r"C:\Users\me\data:/data", r"C:\Users\me\data", "/data", "directory"),
        (".:/app", ".", "/app", "directory"),
        ("/:/host:ro", "/", "/host", "host_system"),
        ("/var/run/docker.sock:/var/run/docker.sock", "/var/run/docker.sock", "/var/run/docker.sock", "host_system"),
        ("$XDG_RUNTIME_DIR/podman/podman.sock:/a", "$XDG_RUNTIME_DIR/podman/podman.sock", "/a", "host_system"),
        ("/etc/localtime:/etc/localtime:ro", "/etc/localtime", "/etc/localtime", "host_system"),
        ("/sys/fs/cgroup:/sys/fs/cgroup", "/sys/fs/cgroup", "/sys/fs/cgroup", "host_system"),
        ("/system:/data", "/system", "/data", "directory"),
    ],
)
def test_where_a_volume_comes_from(text: str, source: str, target: str, kind: str) -> None:
    found = mount_of(text)
    assert found is not None
    assert (found.source, found.target, found.kind.value) == (source, target, kind)


def test_options_of_a_volume() -> None:
    assert [found and found.read_only for found in map(mount_of, ("v1:/b:ro,z", "v1:/b:rw", "v1:/b"))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("text", ["", "a:", "v1:/b:ro:more", ":::"])
def test_a_volume_without_a_target_is_none(text: str) -> None:
    assert mount_of(text) is None


def test_the_long_form_says_what_it_is() -> None:
    assert mount("", "/cache", word="tmpfs", size=1024).kind is MountKind.TMPFS
    assert mount("data", "/data", word="volume", sub_path="a").sub_path == "a"


@given(st.text(), st.sampled_from("${:`(/"))
def test_no_text_raises(text: str, mark: str) -> None:
    for each in (text, text.replace("a", mark), mark.join(text)):
        mount_of(each), published(each), memory_bytes(each), restart_policy(each)
