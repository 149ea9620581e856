"""consoleapp/web/management/commands/serve.py: what the server's processes may hold."""

import resource

import pytest

from consoleapp.web.management.commands import serve

UNLIMITED = resource.RLIM_INFINITY
WANTED = 2048 + serve.OTHER_FILES


@pytest.mark.parametrize(
    ("soft", "hard", "raised_to"),
    [
        (1024, 4096, WANTED),
        (1024, 2000, 2000),
        (1024, UNLIMITED, WANTED),
        (8192, 8192, None),
        (UNLIMITED, UNLIMITED, None),
    ],
)
def test_every_connection_may_have_a_file_as_far_as_the_system_allows(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised_to: int | None
) -> None:
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: raised.append(limits))

    serve.allow_files(2048)

    assert raised == ([] if raised_to is None else [(raised_to, hard)])
