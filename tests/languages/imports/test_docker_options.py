"""The words of `docker run` as options."""

import pytest

from consoleapp.languages.imports.docker_options import call_of, options
from consoleapp.languages.imports.docker_run import read
from consoleapp.languages.imports.shell_words import commands
from tests.languages.imports.results import container, ports, variables


def test_joined_letters_and_values_behind_them() -> None:
    got = read("docker run -dit -eA=b -p80:80 -dp 90:90 -e=C=d app")
    assert (container(got).stdin, container(got).tty) == (True, True)
    assert variables(got) == {"A": "b", "C": "d"}
    assert ports(got) == [(80, "TCP"), (90, "TCP")]


def _options(text: str) -> list[tuple[str, str, str]]:
    (command,) = commands(f"docker run {text}")
    call = call_of(command)
    assert call is not None
    return [(each.shown, each.name, str(each.value)) for each in options(call.words)[0]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-it app", [("-i", "interactive", ""), ("-t", "tty", "")]),
        ("-itv=/a:/b app", [("-i", "interactive", ""), ("-t", "tty", ""), ("-v", "volume", "/a:/b")]),
        ("--rm=true app", [("--rm", "rm", "true")]),
        ("-t=false app", [("-t", "tty", "false")]),
        ("--net host --new=a=b app", [("--net", "network", "host"), ("--new", "new", "a=b")]),
        ("-e -- app", [("-e", "env", "--")]),
        ("-- -x app", []),
        ("app -e A=b", []),
        ("-e", [("-e", "env", "")]),
    ],
)
def test_options_end_where_the_image_begins(text: str, found: list[tuple[str, str, str]]) -> None:
    assert _options(text) == found


@pytest.mark.parametrize(
    ("text", "verb", "before"),
    [
        ("docker run app", "run", []),
        ("sudo -u me -E A=b exec docker.exe container create app", "create", []),
        ("/usr/bin/podman --log-level debug -D image pull app", "pull", ["--log-level", "debug", "-D"]),
        ("docker", "", []),
    ],
)
def test_finds_the_call(text: str, verb: str, before: list[str]) -> None:
    call = call_of(commands(text)[0])
    assert call is not None
    assert (call.verb, list(call.before)) == (verb, before)


@pytest.mark.parametrize("text", ["dockerd run app", "echo docker run app", "A=b", "sudo -u"])
def test_another_command_is_no_call(text: str) -> None:
    assert call_of(commands(text)[0]) is None


def test_a_value_is_shown_only_where_it_holds_no_secret() -> None:
    (command,) = commands("docker run -e A=secret -l B=secret --mount type=volume,dst=/x,volume-opt=o=secret -u 1 app")
    call = call_of(command)
    assert call is not None
    assert [each.subject for each in options(call.words)[0]] == ["-e A", "-l", "--mount /x", "-u 1"]
