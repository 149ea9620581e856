"""The logs of a group's containers: as they are asked for, a few last lines for the overview, and what was kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.groups.services.detail import Detail
from consoleapp.web.asking import in_parallel, remembered

TAILS: Final = (100, 500, 2000)
# The overview shows so many lines of so many containers.
LINES_SHOWN: Final = 4
CONTAINERS_SHOWN: Final = 4
SECONDS: Final = 5


@dataclass(frozen=True)
class LogQuestion:
    """Which lines are wanted: the last `tail` ones of a container, those of them that contain `query`."""

    container: str
    tail: int = TAILS[0]
    previous: bool = False
    times: bool = False
    query: str = ""


@dataclass(frozen=True)
class LogAnswer:
    """The lines, or why there are none. `total` counts the lines before the search, `is_kept` tells of old ones."""

    lines: Sequence[str] = ()
    total: int = 0
    trouble: GatewayError | None = None
    is_kept: bool = False

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def read_log(detail: Detail, question: LogQuestion, port: ContainerGroups) -> LogAnswer:
    """Return what the cloud tells, or what was kept of a group that is gone; never raise for what the cloud does."""
    order = detail.order
    if detail.group is None:
        kept = detail.last_look.logs.get(question.container, "") if detail.last_look else ""
        return _searched(kept.splitlines()[-question.tail :], question.query, is_kept=True)
    try:
        text = port.log(
            order.region_id,
            order.container_group_id,
            question.container,
            tail=question.tail,
            previous=question.previous,
            timestamps=question.times,
        )
    except GatewayError as error:
        return LogAnswer(trouble=error)
    return _searched(text.splitlines(), question.query)


def _searched(lines: Sequence[str], query: str, *, is_kept: bool = False) -> LogAnswer:
    wanted = query.lower()
    found = [line for line in lines if wanted in line.lower()] if wanted else lines
    return LogAnswer(found, len(lines), is_kept=is_kept)


def last_lines(detail: Detail, port: ContainerGroups) -> Mapping[str, str]:
    """Return the last lines of the containers that have run, by name; nothing of a log that cannot be read."""
    names = [each.name for each, _is_init in detail.containers if each.has_started]
    # The containers that the others are there for come last.
    asked = names[-CONTAINERS_SHOWN:]
    texts = in_parallel([partial(_last_lines, detail, name, port) for name in asked], CONTAINERS_SHOWN)
    return {name: text for name, text in zip(asked, texts, strict=True) if text}


def _last_lines(detail: Detail, name: str, port: ContainerGroups) -> str:
    question = LogQuestion(name, LINES_SHOWN)
    if detail.group is None:
        return read_log(detail, question, port).text
    about = ("last lines", detail.order.owner_id, detail.order.container_group_id, name)
    return remembered(about, SECONDS, lambda: read_log(detail, question, port).text)
