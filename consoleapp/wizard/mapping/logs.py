"""Log collection: which containers hand which logs to Log Service.

The API has no parameter for it. A container asks for it by an environment variable `aliyun_logs_<logstore>` whose value
is `stdout` or the path of files inside the container (the vendor's page on log collection), so that is what is stored:
an ordinary row among the container's variables, which is seen and changed there too.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.mapping.problems import Findings, Problem
from consoleapp.wizard.shape import ContainerData, Data, Fields, Row, find_container, new_key

NAME = "aliyun_logs_"
STDOUT = "stdout"
# What the variable's name may hold of a logstore's name; the prefix takes 12 of its 128 characters.
LOGSTORE = re.compile(r"[A-Za-z0-9_]{1,116}")
# How the fields of the row for a new log are stored in the draft, and what their controls are called.
STORED_AS = "log_"
PREFIX = "other-log"
LABELS = {"container": _("Container"), "logstore": _("Logstore"), "path": _("Log")}


@dataclass(frozen=True)
class LogRow:
    """One collected log; `path` is stdout or a path inside the container."""

    container_key: str
    container_name: str
    row_key: str
    logstore: str
    path: str


def log_rows(data: Data) -> tuple[LogRow, ...]:
    """Every log that is collected, in the order of the containers."""
    return tuple(
        LogRow(
            container["key"],
            raw.word(container["fields"], "name") or container["key"],
            row["key"],
            raw.word(row["fields"], "name")[len(NAME) :],
            raw.text(row["fields"], "value"),
        )
        for container in data["containers"]
        for row in container["rows"].get("env", [])
        if _is_log(row)
    )


def _is_log(row: Row) -> bool:
    return raw.word(row["fields"], "name").startswith(NAME)


def log_problems(data: Data) -> tuple[Problem, ...]:
    """What is wrong with the row for a new log; nothing while no logstore is named in it."""
    fields = data["other"]["fields"]
    logstore, path = raw.word(fields, f"{STORED_AS}logstore"), _path(fields)
    if not logstore:
        return ()
    findings = Findings("other", PREFIX, labels=LABELS)
    if _container(data) is None:
        findings.add("container", DomainError(Reason.REQUIRED, "container"))
    if not LOGSTORE.fullmatch(logstore):
        findings.add("logstore", DomainError(Reason.ENVIRONMENT_KEY_FORMAT, "logstore"))
    if path != STDOUT and not path.startswith("/"):
        findings.add("path", DomainError(Reason.ABSOLUTE_PATH, "path"))
    elif len(path) > limits.ENVIRONMENT_VALUE_MAX:
        length = limits.ENVIRONMENT_VALUE_MAX
        findings.add("path", DomainError(Reason.TOO_LONG, "path", limit=length, length=len(path)))
    return tuple(findings.problems)


def _path(fields: Fields) -> str:
    return raw.word(fields, f"{STORED_AS}path") or STDOUT


def _container(data: Data) -> ContainerData | None:
    """The chosen container, or the only one there is."""
    if len(data["containers"]) == 1:
        return data["containers"][0]
    return find_container(data, raw.word(data["other"]["fields"], f"{STORED_AS}container"))


def take_log(data: Data) -> bool:
    """Makes a variable of the row for a new log and empties the row; False where it names none or is not right."""
    fields = data["other"]["fields"]
    logstore, container = raw.word(fields, f"{STORED_AS}logstore"), _container(data)
    if not logstore or container is None or log_problems(data):
        return False
    _set_variable(data, container, f"{NAME}{logstore}", _path(fields))
    for name in LABELS:
        fields.pop(f"{STORED_AS}{name}", None)
    return True


def _set_variable(data: Data, container: ContainerData, name: str, value: str) -> None:
    rows = container["rows"].setdefault("env", [])
    fields: Fields = {"name": name, "value": value, "source": "value", "secret": False}
    known = next((row for row in rows if row["fields"].get("name") == name), None)
    if known is not None:
        known["fields"] = fields
        return
    row: Row = {"key": new_key(data, "r"), "fields": fields}
    rows.append(row)


def remove_log(data: Data, container_key: str, row_key: str) -> None:
    """Takes the variable out of the container; one that is no log stays."""
    container = find_container(data, container_key)
    if container is not None:
        rows = container["rows"].get("env", [])
        container["rows"]["env"] = [row for row in rows if row["key"] != row_key or not _is_log(row)]
