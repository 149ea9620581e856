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
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.problems import ErrorCollector, FieldError
from consoleapp.wizard.shape import Data, Fields, containers_of, find_container, new_key, rows_of

NAME = "aliyun_logs_"
STDOUT = "stdout"
# What the variable's name may hold of a logstore's name; the prefix takes 12 of its 128 characters.
LOGSTORE = re.compile(r"[A-Za-z0-9_]{1,116}")
# The fields of the row for a new log, which belong to the page alone, and what they are called.
LABELS = {"log_container": _("Container"), "log_logstore": _("Logstore"), "log_path": _("Log")}


@dataclass(frozen=True)
class LogRow:
    """One collected log; `path` is stdout or a path inside the container."""

    container_key: str
    container_name: str
    row_key: str
    logstore: str
    path: str


def log_rows(data: Data) -> tuple[LogRow, ...]:
    """Return every log that is collected, in the order of the containers."""
    return tuple(
        LogRow(
            container["_key"],
            raw.word(container, "name") or container["_key"],
            row["_key"],
            raw.word(row, "key")[len(NAME) :],
            raw.text(row, "value"),
        )
        for container in containers_of(data)
        for row in container.get("environment_vars", [])
        if _is_log(row)
    )


def _is_log(row: Fields) -> bool:
    return raw.word(row, "key").startswith(NAME)


def log_problems(data: Data) -> tuple[FieldError, ...]:
    """Return what is wrong with the row for a new log; nothing while no logstore is named in it."""
    logstore, path = raw.word(data["page"], "log_logstore"), _path(data["page"])
    if not logstore:
        return ()
    findings = ErrorCollector("other", labels=LABELS)
    if _container(data) is None:
        findings.add("log_container", DomainError(Reason.REQUIRED, "container"))
    if not LOGSTORE.fullmatch(logstore):
        findings.add("log_logstore", DomainError(Reason.ENVIRONMENT_KEY_FORMAT, "logstore"))
    if path != STDOUT and not path.startswith("/"):
        findings.add("log_path", DomainError(Reason.ABSOLUTE_PATH, "path"))
    elif len(path) > limits.ENVIRONMENT_VALUE_MAX:
        length = limits.ENVIRONMENT_VALUE_MAX
        findings.add("log_path", DomainError(Reason.TOO_LONG, "path", limit=length, length=len(path)))
    return tuple(findings.problems)


def _path(page: Fields) -> str:
    return raw.word(page, "log_path") or STDOUT


def _container(data: Data) -> Fields | None:
    """Return the chosen container, or the only one there is."""
    containers = containers_of(data)
    if len(containers) == 1:
        return containers[0]
    return find_container(data, raw.word(data["page"], "log_container"))


def take_log(data: Data) -> bool:
    """Make a variable of the row for a new log and empty the row; False where it names none or is not right."""
    page = data["page"]
    logstore, container = raw.word(page, "log_logstore"), _container(data)
    if not logstore or container is None or log_problems(data):
        return False
    _set_variable(data, container, f"{NAME}{logstore}", _path(page))
    for name in LABELS:
        page.pop(name, None)
    return True


def _set_variable(data: Data, container: Fields, name: str, value: str) -> None:
    rows = rows_of(container, "environment_vars")
    fields: Fields = {"key": name, "value": value, "source": "value", "value_secret": False}
    known = next((row for row in rows if row.get("key") == name), None)
    if known is None:
        rows.append({"_key": new_key(data, "r"), **fields})
        return
    key = known["_key"]
    known.clear()
    known |= {"_key": key, **fields}


def remove_log(data: Data, container_key: str, row_key: str) -> None:
    """Take the variable out of the container; one that is no log stays."""
    container = find_container(data, container_key)
    if container is not None:
        rows = rows_of(container, "environment_vars")
        container["environment_vars"] = [row for row in rows if row["_key"] != row_key or not _is_log(row)]
