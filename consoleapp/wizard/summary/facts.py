"""What is sent of a container besides its image, as short facts and a list of its environment variables.

A secret is never put into words: dots stand for it. The image and its proof are in images.py.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.kinds import Many
from consoleapp.domain.schema import Field, Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ContainerParts,
    ContainerPort,
    EnvironmentVar,
    HttpGet,
    ImagePullPolicy,
    LifecycleHandler,
    Probe,
    TcpSocket,
    VolumeMount,
)
from consoleapp.domain.typed import join_line
from consoleapp.web.domain_words import said
from consoleapp.web.formats import amount
from consoleapp.web.request_text import MASK
from consoleapp.wizard.draft.paths import is_single
from consoleapp.wizard.summary.declared import named_text, named_texts, with_details
from consoleapp.wizard.summary.parts import Row, Variables


def container_facts(container: ContainerParts) -> Iterator[str]:
    """Return each thing that was set, under its label where it has no words of its own."""
    return filter(None, _facts(container))


def _facts(record: Any) -> Iterator[str]:
    for name, declared in fields_of(type(record)).items():
        if name in _OWN:
            yield _OWN[name](record)
        elif declared.label and is_single(declared):
            yield named_text(record, name)
        elif value := getattr(record, name):
            yield from _below(declared, value)


def _below(declared: Field, value: Any) -> Iterator[str]:
    """Yield what is told of a record in the container, or of rows."""
    if isinstance(declared.kind, Many):
        yield f"{said(declared.label)} " + ", ".join(map(_row_text, value))
    elif isinstance(value, Probe | LifecycleHandler):
        yield f"{said(declared.label)}: {_action_text(value)}"
    else:
        yield from _facts(value)


def variables_of(container: ContainerParts) -> Variables:
    """Return the environment variables in the order in which they are sent."""
    rows = tuple(map(_variable_row, container.environment_vars))
    count, hidden = len(rows), sum(isinstance(each.value, Secret) for each in container.environment_vars)
    title = ngettext("%(count)d variable", "%(count)d variables", count) % {"count": count}
    secret = _("%d secret") % hidden
    return Variables(f"{title}, {secret}" if hidden else title, rows)


def _variable_row(variable: EnvironmentVar) -> Row:
    value, hint = variable.value, "" if variable.value else _("empty")
    if isinstance(value, Secret):
        value, hint = MASK, _("secret")
    elif variable.field_path:
        value, hint = variable.field_path, _("the group's own address, filled in at its start")
    details = ", ".join(filter(None, (hint, *named_texts(variable, "key", "value"))))
    return Row(variable.key, value or "", mono=bool(value), hint=details)


def _size_text(container: ContainerParts) -> str:
    parts = (
        f"{amount(container.cpu)} vCPU" if container.cpu else "",
        f"{amount(container.memory_gib)} GiB" if container.memory_gib else "",
        f"{container.gpu} GPU" if container.gpu else "",
    )
    return " · ".join(part for part in parts if part)


def _stdin_text(container: Any) -> str:
    if not container.stdin:
        return ""
    kept = _("Standard input stays open")
    return _("Standard input stays open until the first client leaves") if container.stdin_once else kept


def _policy_text(container: ContainerParts) -> str:
    """Tell the policy; what the form begins with is not worth a word."""
    is_usual = container.image_pull_policy == ImagePullPolicy.IF_NOT_PRESENT
    return "" if is_usual else named_text(container, "image_pull_policy")


def _elsewhere(_record: Any) -> str:
    return ""


# The fields with words of their own, and those that are told elsewhere.
_OWN: Final[Mapping[str, Callable[[Any], str]]] = {
    "name": _elsewhere,
    "image": _elsewhere,
    "environment_vars": _elsewhere,
    "image_pull_policy": _policy_text,
    "cpu": _size_text,
    "memory_gib": _elsewhere,
    "gpu": _elsewhere,
    "stdin": _stdin_text,
    "stdin_once": _elsewhere,
    "read_only_root_filesystem": lambda context: (
        _("Root file system read only") if context.read_only_root_filesystem else ""
    ),
    "privileged": lambda context: _("Privileged: all rights of the host") if context.privileged else "",
}


def _row_text(row: Record) -> str:
    if isinstance(row, ContainerPort):
        return with_details(f"{row.port}/{row.protocol}", row, "port", "protocol")
    if isinstance(row, VolumeMount):
        return with_details(f"{row.name} → {row.mount_path}", row, "name", "mount_path")
    return ", ".join(named_texts(row))


def _action_text(action: Probe | LifecycleHandler) -> str:
    request = action.http_get or action.tcp_socket
    does = _request_text(request) if request else join_line(action.exec_commands)
    return with_details(does, action, "exec_commands")


def _request_text(request: HttpGet | TcpSocket) -> str:
    if isinstance(request, TcpSocket):
        return with_details(f"TCP {request.host}:{request.port}", request, "host", "port")
    address = f"{request.scheme or 'HTTP'} {request.path or '/'} {request.host}:{request.port}"
    return with_details(address, request, "scheme", "path", "host", "port")
