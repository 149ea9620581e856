"""The exported command, run by real shells with a program that keeps its arguments in the place of the CLI."""

import os
import shlex
import signal
import subprocess
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ConfigFile, ConfigFileVolume, ContainerGroupSpec, EnvironmentVar, OssVolume
from consoleapp.languages.exports.exported import Exported
from consoleapp.languages.exports.languages import LANGUAGES, export
from tests.domain.builders import container, credential, group, sized
from tests.languages.exports.collected import environment, random_groups

CLI = next(language for language in LANGUAGES if language.word == "cli")
SHELLS = ["sh", "bash"]
ODD_TEXTS = (
    "-c", "-lc", "--x=1", "=", "a=b:c", "", " ", "a  b ", "'", "''", "\"", "it's \"so\"", "\\", "\\'", "$HOME",
    "${HOME}", "$(id)", "`id`", "!!", "*", "~", "#", "a\nb\n", "\n", "\t", "\r\n", "a;b&c|d>e", "中文", "😀", "%s%n",
    "{a,b}", "<X>",
)  # fmt: skip


@dataclass
class Bench:
    """A directory with a fake CLI on the path."""

    directory: Path

    @property
    def record(self) -> Path:
        return self.directory / "record"

    def environment(self, **more: str) -> dict[str, str]:
        path = f"{self.directory / 'bin'}:{os.environ['PATH']}"
        return {"PATH": path, "RECORD": str(self.record), "LANG": "C.UTF-8", **more}

    def run(self, shell: str, script: str, typed: str = "", **variables: str) -> "subprocess.CompletedProcess[bytes]":
        file = self.directory / "script.sh"
        file.write_bytes(script.encode())
        return subprocess.run(
            [shell, str(file)],
            env=self.environment(**variables),
            input=typed.encode(),
            capture_output=True,
            timeout=120,
            check=False,
        )

    def recorded(self, name: str = "record") -> list[str]:
        return (self.directory / name).read_bytes().decode().split("\0")[:-1]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    program = tmp_path / "bin" / "aliyun"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor each; do printf \'%s\\0\' "$each"; done > "$RECORD"\n')
    program.chmod(0o755)
    return Bench(tmp_path)


def read_as_the_cli_does(words: list[str]) -> dict[str, str]:
    """Product, action, flags: a word is cut at its first `=` or `:`; without one the next word is the value, but never
    one that begins with `-`; a flag twice is refused. Source: aliyun/aliyun-cli, cli/parser.go and cli/flag.go."""
    assert words[:2] == ["eci", "CreateContainerGroup"]
    found: dict[str, str] = {}
    rest = words[2:]
    while rest:
        word = rest.pop(0)
        assert word.startswith("--"), f"{word!r} is not a flag"
        cut = next((place for place, character in enumerate(word) if character in "=:"), None)
        name, value = (word, None) if cut is None else (word[:cut], word[cut + 1 :])
        if value is None:
            value = rest.pop(0) if rest and not rest[0].startswith("-") else ""
        assert name[2:] not in found, f"{name} twice"
        found[name[2:]] = value
    return found


def exports(variables: dict[str, str]) -> str:
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())


@pytest.mark.xdist_group("random groups")
@pytest.mark.parametrize("shell", SHELLS)
def test_every_group_arrives_at_the_cli(shell: str, bench: Bench) -> None:
    specs = random_groups()
    # All in one shell; each in a subshell with the variables of its own.
    scripts = []
    for number, spec in enumerate(specs):
        exported = export(CLI, spec)
        variables = environment(spec, exported.blanks, bench.directory / f"files-{number}")
        own = exports({**variables, "RECORD": str(bench.directory / f"record-{number}")})
        scripts.append(f"(\n{own}{exported.text})\n")
    # A secret that is empty is asked for: an empty line each.
    ended = bench.run(shell, "".join(scripts), typed="\n" * 10_000)
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
    for number, spec in enumerate(specs):
        assert read_as_the_cli_does(bench.recorded(f"record-{number}")) == wire.to_parameters(spec)


@pytest.mark.xdist_group("random groups")
@pytest.mark.parametrize("shell", SHELLS)
def test_any_text_arrives_as_it_is(shell: str, bench: Bench) -> None:
    lots = (ODD_TEXTS[start : start + 10] for start in range(0, len(ODD_TEXTS), 10))
    spec = group(containers=tuple(container(name=f"web-{number}", args=lot) for number, lot in enumerate(lots)))
    bench.run(shell, export(CLI, spec).text)
    assert read_as_the_cli_does(bench.recorded()) == wire.to_parameters(spec)


SECRET = "  -pä\"ss'w\\$HOME`id`%s 中  "


def with_secrets() -> ContainerGroupSpec:
    return group(
        containers=(container(environment_vars=(EnvironmentVar("DB_PASSWORD", Secret(SECRET)),)),),
        image_registry_credentials=(credential(password=Secret(SECRET)),),
        volumes=(
            OssVolume("bucket", "it's", "<BUCKET_AKSECRET>", ak_id="$id", ak_secret=Secret(SECRET)),
            ConfigFileVolume("conf", (ConfigFile("app/site.conf", Secret("a: ü\n" * 500)),)),
        ),
    )


@pytest.mark.xdist_group("random groups")
@pytest.mark.parametrize("shell", SHELLS)
def test_asks_for_what_is_missing(shell: str, bench: Bench) -> None:
    spec = with_secrets()
    exported = export(CLI, spec)
    given = environment(spec, exported.blanks, bench.directory / "files")
    assert list(given) == ["BUCKET_AKSECRET", "CONF_APP_SITE_CONF_FILE", "WEB_DB_PASSWORD", "REGISTRY_PASSWORD_1"]
    ended = bench.run(shell, exported.text, "\n".join((*given.values(), "")))
    assert ended.returncode == 0, ended.stderr
    assert [line.partition(":")[0] for line in ended.stderr.decode().split(": ")][:2] == [
        "BUCKET_AKSECRET", "CONF_APP_SITE_CONF_FILE, the path of a file",
    ]  # fmt: skip
    assert SECRET.encode() not in ended.stdout + ended.stderr
    assert read_as_the_cli_does(bench.recorded()) == wire.to_parameters(spec)


@pytest.mark.xdist_group("random groups")
@pytest.mark.parametrize("shell", SHELLS)
def test_does_not_ask_for_what_a_variable_holds(shell: str, bench: Bench) -> None:
    spec = with_secrets()
    exported = export(CLI, spec)
    ended = bench.run(shell, exported.text, **environment(spec, exported.blanks, bench.directory / "files"))
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert read_as_the_cli_does(bench.recorded()) == wire.to_parameters(spec)


@pytest.mark.xdist_group("random groups")
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("typed", ["", "one\n", "one\n/nowhere/at.all\ntwo\nthree\n"])
def test_sends_nothing_without_an_answer(shell: str, typed: str, bench: Bench) -> None:
    ended = bench.run(shell, export(CLI, with_secrets()).text, typed)
    assert ended.returncode != 0
    assert not bench.record.exists()


@pytest.mark.xdist_group("random groups")
@pytest.mark.parametrize("shell", SHELLS)
def test_does_not_take_an_ended_input_for_an_empty_secret(shell: str, bench: Bench) -> None:
    ended = bench.run(shell, export(CLI, group(image_registry_credentials=(credential(),))).text)
    assert ended.returncode != 0
    assert not bench.record.exists()


@dataclass
class Terminal:
    """What is typed into a program and what its user sees."""

    place: int
    program: "subprocess.Popen[bytes]"

    def see(self, text: str) -> str:
        seen = b""
        until = time.monotonic() + 10
        while text.encode() not in seen:
            assert time.monotonic() < until, seen
            seen += os.read(self.place, 1000)
        return seen.decode()

    def is_echoing(self) -> bool:
        return bool(termios.tcgetattr(self.place)[3] & termios.ECHO)


@pytest.fixture(params=SHELLS)
def terminal(request: pytest.FixtureRequest, bench: Bench) -> Iterator[Terminal]:
    spec = group(image_registry_credentials=(credential(password=Secret(SECRET)),))
    script = bench.directory / "script.sh"
    script.write_text(export(CLI, spec).text + "echo ended\n")
    ours, theirs = os.openpty()
    program = subprocess.Popen(
        [request.param, script],
        env=bench.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        # As in a terminal, also where who runs the tests ignores it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    yield Terminal(ours, program)
    program.kill()
    program.wait()
    os.close(ours)
    os.close(theirs)


def test_a_secret_is_not_seen_while_it_is_typed(terminal: Terminal, bench: Bench) -> None:
    terminal.see("REGISTRY_PASSWORD_1: ")
    assert not terminal.is_echoing()
    os.write(terminal.place, f"{SECRET}\n".encode())
    assert terminal.see("ended").split() == ["ended"]
    assert terminal.program.wait(10) == 0
    assert terminal.is_echoing()
    assert read_as_the_cli_does(bench.recorded())["ImageRegistryCredential.1.Password"] == SECRET


def test_an_interrupted_terminal_shows_what_is_typed_again(terminal: Terminal, bench: Bench) -> None:
    terminal.see("REGISTRY_PASSWORD_1: ")
    os.killpg(terminal.program.pid, signal.SIGINT)
    terminal.program.wait(10)
    assert terminal.is_echoing()
    assert not bench.record.exists()


def told(exported: Exported) -> str:
    return " ".join(each.says.format(**each.params) for each in exported.told)


def test_a_command_without_secrets_is_nothing_but_the_command() -> None:
    exported = export(CLI, group(**sized("2", "4")))
    words = shlex.split(exported.text, comments=True)
    assert words[:3] == ["aliyun", "eci", "CreateContainerGroup"]
    assert exported.text.splitlines()[-1] == "  --Container.1.Image=nginx:1.27"
    assert "POSIX" in told(exported)
    assert "secrets" not in told(exported)


def test_says_what_older_versions_do_not_know() -> None:
    assert "refuse MaxPendingMinute." in told(export(CLI, group(max_pending_minutes=30)))
