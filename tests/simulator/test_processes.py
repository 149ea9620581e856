import pytest

from consoleapp.simulator import timings
from consoleapp.simulator.processes import Process, process_of


def process(*commands: str, args: tuple[str, ...] = (), terminal: bool = False, at_once: bool = False) -> Process:
    return process_of(commands, args, keeps_terminal=terminal, exits_at_once=at_once, exit_code=0)


def test_without_a_command_the_image_decides() -> None:
    assert process().run_seconds is None
    assert process(at_once=True) == Process(timings.AT_ONCE, 0)
    assert process_of((), (), keeps_terminal=False, exits_at_once=True, exit_code=1).exit_code == 1


def test_an_open_terminal_keeps_a_shell_image_running() -> None:
    assert process(at_once=True, terminal=True).run_seconds is None
    assert process("/bin/bash", terminal=True).run_seconds is None


def test_flags_alone_leave_the_image_its_own_program() -> None:
    assert process(args=("--verbose",), at_once=True).run_seconds == timings.AT_ONCE
    assert process(args=("--verbose",)).run_seconds is None


@pytest.mark.parametrize(
    ("words", "seconds", "code"),
    [
        (("sleep", "30"), 30.0, 0),
        (("/bin/sleep", "2m"), 120.0, 0),
        (("sleep", "infinity"), None, 0),
        (("false",), timings.AT_ONCE, 1),
        (("sh", "-c", "sleep 5; exit 3"), 5.0, 3),
        (("sh", "-c", "while true; do sleep 1; done"), None, 0),
        (("sh", "-c", "tail -f /dev/null"), None, 0),
        (("sh", "-c", "echo ready && python app.py"), None, 0),
        (("/bin/sh", "/start.sh"), None, 0),
        (("sh",), timings.AT_ONCE, 0),
        (("nginx", "-g", "daemon off;"), None, 0),
    ],
)
def test_reads_the_words_that_tell_how_a_process_ends(words: tuple[str, ...], seconds: float | None, code: int) -> None:
    found = process(*words)
    assert (found.run_seconds, found.exit_code) == (seconds, code)


def test_what_is_echoed_is_the_output() -> None:
    assert process("sh", "-c", "echo 'hello there'; echo done").output == ("hello there", "done")
    assert process("echo", args=("hello",)).output == ("hello",)
    assert process("sleep", "5").output == ()
    assert process("nginx").output is None


def test_quotes_that_do_not_match_are_no_error() -> None:
    assert process("sh", "-c", "echo 'x").run_seconds == timings.AT_ONCE
