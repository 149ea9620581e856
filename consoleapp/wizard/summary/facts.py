"""What is sent of a container besides its image, as short facts and a list of its environment variables.

A secret is never put into words: dots stand for it. The image and its proof are in images.py.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.probe import TIMES
from consoleapp.domain.schema import fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    Container,
    ContainerParts,
    EnvironmentVar,
    HttpGet,
    ImagePullPolicy,
    LifecycleHandler,
    Probe,
    SecurityContext,
    VolumeMount,
)
from consoleapp.domain.typed import join_line
from consoleapp.web.formats import amount
from consoleapp.web.request_text import MASK
from consoleapp.wizard.summary.declared import named_text, value_text
from consoleapp.wizard.summary.parts import Row, Variables


def container_facts(container: ContainerParts) -> Iterator[str]:
    """Yield each thing that was set, in words of its own."""
    if size := _size_text(container):
        yield size
    if container.ports:
        yield _("ports %s") % ", ".join(f"{port.port}/{port.protocol}" for port in container.ports)
    if container.volume_mounts:
        yield ", ".join(map(_mount_text, container.volume_mounts))
    if container.commands or container.args:
        yield _("runs %s") % join_line((*container.commands, *container.args))
    if container.working_dir:
        yield _("in %s") % container.working_dir
    if container.image_pull_policy not in ("", ImagePullPolicy.IF_NOT_PRESENT):
        yield _("pull policy %s") % value_text(
            fields_of(ContainerParts)["image_pull_policy"], container.image_pull_policy
        )
    if isinstance(container, Container):
        yield from _own_facts(container)
    yield from _security_facts(container.security_context)
    yield from _termination_facts(container)


def variables_of(container: ContainerParts) -> Variables:
    """Return the environment variables in the order in which they are sent."""
    rows = tuple(map(_variable_row, container.environment_vars))
    count, hidden = len(rows), sum(isinstance(each.value, Secret) for each in container.environment_vars)
    title = ngettext("%(count)d variable", "%(count)d variables", count) % {"count": count}
    secret = _("%d secret") % hidden
    return Variables(f"{title}, {secret}" if hidden else title, rows)


def _variable_row(variable: EnvironmentVar) -> Row:
    if isinstance(variable.value, Secret):
        return Row(variable.key, MASK, mono=True, hint=_("secret"))
    if variable.field_path:
        return Row(
            variable.key, variable.field_path, mono=True, hint=_("the group's own address, filled in at its start")
        )
    return Row(variable.key, variable.value, mono=True) if variable.value else Row(variable.key, "", hint=_("empty"))


def _size_text(container: ContainerParts) -> str:
    parts = (
        f"{amount(container.cpu)} vCPU" if container.cpu else "",
        f"{amount(container.memory_gib)} GiB" if container.memory_gib else "",
        f"{container.gpu} GPU" if container.gpu else "",
    )
    return " · ".join(part for part in parts if part)


def _mount_text(mount: VolumeMount) -> str:
    details = (
        _("sub path %s") % mount.sub_path if mount.sub_path else "",
        _("read only") if mount.read_only else "",
        _("propagation %s") % mount.mount_propagation if mount.mount_propagation else "",
    )
    return _with_details(f"{mount.name} → {mount.mount_path}", *details)


def _own_facts(container: Container) -> Iterator[str]:
    """Yield what init containers do not have."""
    if container.environment_var_hide:
        yield _("variables hidden in what the cloud tells")
    if container.stdin:
        kept = _("standard input stays open")
        yield _("standard input stays open until the first client leaves") if container.stdin_once else kept
    if container.tty:
        yield _("with a terminal")
    if container.liveness_probe:
        yield _("liveness: %s") % _probe_text(container.liveness_probe)
    if container.readiness_probe:
        yield _("readiness: %s") % _probe_text(container.readiness_probe)
    if container.lifecycle_post_start:
        yield _("after the start: %s") % _action_text(container.lifecycle_post_start)
    if container.lifecycle_pre_stop:
        yield _("before the stop: %s") % _action_text(container.lifecycle_pre_stop)


def _security_facts(context: SecurityContext) -> Iterator[str]:
    # User 0 and group 0 are asked for too.
    if context.run_as_user is not None:
        yield _("as user %d") % context.run_as_user
    if context.run_as_group is not None:
        yield _("as group %d") % context.run_as_group
    if context.run_as_non_root:
        yield _("refuses to start as root")
    if context.privileged:
        yield _("privileged: all rights of the host")
    if context.read_only_root_filesystem:
        yield _("root file system read only")
    if context.capabilities_add:
        yield _("added capabilities: %s") % ", ".join(context.capabilities_add)


def _termination_facts(container: ContainerParts) -> Iterator[str]:
    if container.termination_message_path:
        yield _("termination message at %s") % container.termination_message_path
    if container.termination_message_policy:
        yield _("termination message policy %s") % container.termination_message_policy


def _probe_text(probe: Probe) -> str:
    return _with_details(_action_text(probe), *(named_text(probe, name) for name in TIMES))


def _action_text(action: Probe | LifecycleHandler) -> str:
    if action.http_get:
        return _http_text(action.http_get)
    if action.tcp_socket:
        return f"TCP {action.tcp_socket.host}:{action.tcp_socket.port}"
    return join_line(action.exec_commands)


def _http_text(request: HttpGet) -> str:
    headers = (f"{header.name}: {header.value}" for header in request.http_headers)
    return _with_details(f"{request.scheme or 'HTTP'} {request.path or '/'} {request.host}:{request.port}", *headers)


def _with_details(text: str, *details: str) -> str:
    told = ", ".join(detail for detail in details if detail)
    return f"{text} ({told})" if told else text
