"""What single options of `docker run` become."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.docker_left import SENTENCES
from consoleapp.languages.imports.docker_options import FLAGS
from consoleapp.languages.imports.docker_run import read
from consoleapp.languages.imports.imported import Note
from tests.languages.imports.results import container, faults, says, subjects, variables


@pytest.mark.parametrize(
    ("word", "count"), [("all", 1), ("2", 2), ("'\"device=0,2\"'", 2), ("count=4,capabilities=utility", 4)]
)
def test_gpus_are_counted(word: str, count: int) -> None:
    assert container(read(f"docker run --gpus {word} app")).gpu == count


@pytest.mark.parametrize(
    ("word", "user", "group", "left"),
    [
        ("1000", 1000, None, []),
        ("1000:100", 1000, 100, []),
        (":100", None, 100, []),
        ("nobody", None, None, ["-u nobody"]),
        ("1000:docker", 1000, None, ["-u 1000:docker"]),
    ],
)
def test_users_are_numbers(word: str, user: int | None, group: int | None, left: list[str]) -> None:
    got = read(f"docker run -u {word} app")
    security = container(got).security_context
    assert (security.run_as_user, security.run_as_group) == (user, group)
    assert subjects(got.left_out) == left


def test_variables_of_the_shell_are_asked_for_and_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "canary-17")
    got = read(
        "docker run -e TOKEN -e PLAIN -e API_KEY=$KEY -e TZ=`cat /etc/timezone` -e URL=http://$HOST/x "
        "-e 'LITERAL=$HOST' registry.example.com/app:${TAG:-1} --at $HOST"
    )
    assert variables(got) == {
        "TOKEN": Secret(""),
        "PLAIN": "",
        "API_KEY": Secret(""),
        "TZ": "",
        "URL": "http://$HOST/x",
        "LITERAL": "$HOST",
    }
    asked = {"-e TOKEN", "-e PLAIN", "-e API_KEY", "-e TZ", "-e URL", "$TAG", "$HOST"}
    assert set(subjects(got.changed)) == {"docker run", *asked}
    assert "type it" in says(got.changed, "-e API_KEY")
    assert "$HOST" in says(got.changed, "-e URL")
    assert "canary-17" not in repr(got)
    assert faults(got.spec) == {"containers.0.image"}


def test_an_entry_point_and_arguments() -> None:
    got = read("docker run --entrypoint /bin/sh alpine:3 -c 'echo \"hi; there\" && date'")
    assert container(got).commands == ("/bin/sh",)
    assert container(got).args == ("-c", 'echo "hi; there" && date')
    assert "cannot be emptied" in says(read('docker run --entrypoint "" alpine').left_out, "--entrypoint")


def test_a_sold_size_needs_no_word() -> None:
    got = read("docker run --restart no -m 2g --cpus 1 app")
    assert (got.spec.cpu, got.spec.memory_gib) == (Decimal(1), Decimal(2))
    assert got.changed == ()


def test_a_size_that_nobody_sells_is_marked() -> None:
    got = read("docker run -m 9999g --cpus 500 app")
    assert "as large" in says(got.changed, "-m 9999g --cpus 500")
    assert {"cpu", "memory_gib"} <= faults(got.spec)


@pytest.mark.parametrize(
    ("word", "architecture"), [("linux/arm64", "ARM64"), ("linux/arm64/v8", "ARM64"), ("linux/amd64", "")]
)
def test_a_platform_is_an_architecture(word: str, architecture: str) -> None:
    got = read(f"nerdctl run --platform {word} app")
    assert got.spec.cpu_architecture == architecture
    assert got.left_out == ()


def test_a_platform_that_is_not_sold_is_told() -> None:
    assert subjects(read("docker run --platform=linux/arm/v7 app").left_out) == ["--platform linux/arm/v7"]


def test_every_option_that_is_not_taken_is_named_with_what_follows() -> None:
    got = read(
        "docker run -l a=swordfish --device /dev/dri --env-file .env --link db -P --log-opt t=swordfish --new x app"
    )
    assert subjects(got.left_out) == [
        "-l",
        "--device /dev/dri",
        "--env-file .env",
        "--link db",
        "-P",
        "--log-opt",
        "--new",
    ]
    assert "paste its lines" in says(got.left_out, "--env-file .env")
    assert "does not know" in says(got.left_out, "--new")
    assert "swordfish" not in repr(got)


def test_what_stands_twice_is_told() -> None:
    got = read("docker run -e A=1 -e A=2 --name a --name b app")
    assert variables(got) == {"A": "2"}
    assert container(got).name == "b"
    assert "twice" in says(got.changed, "-e A")
    assert "twice" in says(got.changed, "--name b")


_TEXTS = """80 8080:80/udp a a=b PASSWORD=x /a:/b x.conf:/x.conf:ro 1g 2 always on-failure:3 host-gateway h:1.2.3.4 5s
linux/arm64 $X type=bind,src=/a,dst=/b NET_ADMIN net.a=1 1:2 missing"""
_TAKING = """add-host cap-add cpus dns dns-option dns-search entrypoint env expose gpus health-cmd health-interval
health-retries health-start-period health-timeout hostname interactive memory mount name platform privileged publish
pull read-only restart shm-size stop-timeout sysctl tmpfs tty user volume workdir"""
_OPTIONS = st.tuples(
    st.sampled_from(sorted({*_TAKING.split(), *SENTENCES, "unknown"})), st.sampled_from(["", *_TEXTS.split()])
)


def _plain(value: object) -> str:
    """Return everything in a record as a text, secrets too."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, tuple):
        return " ".join(map(_plain, value))
    if is_dataclass(value):
        return " ".join(f"{each.name}={_plain(getattr(value, each.name))}" for each in fields(value))
    return str(value)


def _is_in(notes: Iterable[Note], name: str) -> bool:
    return any(f"--{name}" in note.subject.split() for note in notes)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_OPTIONS, max_size=8), st.sampled_from("= "))
def test_every_option_is_in_the_group_or_told(given_: list[tuple[str, str]], between: str) -> None:
    words = [f"--{name}" if name in FLAGS else f"--{name}{between}'{value}'" for name, value in given_]
    whole, bare = read(" ".join(["docker run", *words, "app"])), read("docker run app")
    assert container(whole).image == "app"
    for (name, _value), word in zip(given_, words, strict=True):
        alone = read(f"docker run {word} app")
        is_told = _is_in((*alone.changed, *alone.left_out), name)
        # The policy without the option is told too.
        is_taken = _plain(alone.spec) != _plain(bare.spec) or len(alone.changed) != len(bare.changed)
        assert is_told or is_taken
        if _is_in(alone.left_out, name):
            # What is left out by itself may be taken beside another: the times of a health check.
            others = [each for (other, _), each in zip(given_, words, strict=True) if other != name]
            without = read(" ".join(["docker run", *others, "app"]))
            is_told = _is_in((*whole.changed, *whole.left_out), name)
            assert is_told or _plain(whole.spec) != _plain(without.spec)
