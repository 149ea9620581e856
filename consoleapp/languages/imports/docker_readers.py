"""What the options of `docker run` become in a container group, one function for an option that is more than a word.

Options without a place are in ``docker_left.py``; volumes and the health check in modules of their own.
"""

import re
from decimal import Decimal
from typing import Final

from consoleapp.domain import limits
from consoleapp.domain.choices import CpuArchitecture, ImagePullPolicy
from consoleapp.domain.errors import _
from consoleapp.domain.secret import Secret, sounds_secret
from consoleapp.languages.imports import docker_health, docker_left, docker_mounts
from consoleapp.languages.imports.docker_options import Option
from consoleapp.languages.imports.docker_taken import ASKED, Reader, Taken
from consoleapp.languages.imports.docker_words import memory_bytes, memory_gib, published, restart_policy

_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?|\.[0-9]{1,12}", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_USER: Final = re.compile(r"([0-9]{1,10})?(?::([0-9]{1,10}))?", re.ASCII)
# Nothing but one variable or substitution.
_ONE_ASKED: Final = re.compile(r"\$[^${(]\w*(?::\w+)?|\$\{[^}]*\}|\$\(.*\)|`[^`]*`", re.DOTALL)
_PULL: Final = {
    "always": ImagePullPolicy.ALWAYS,
    "missing": ImagePullPolicy.IF_NOT_PRESENT,
    "never": ImagePullPolicy.NEVER,
    # Podman's word: as it is in the registry when that is newer. The cloud asks each time then.
    "newer": ImagePullPolicy.ALWAYS,
}
# Source: the vendor's page on kernel parameters; others are refused.
_SYSCTL: Final = re.compile(r"net\.ipv4\.(?:ping_group_range|ip_unprivileged_port_start)")
_HOST_SYSCTL: Final = re.compile(r"kernel\.(?:shm|msg)\w*|kernel\.sem|fs\.mqueue\..+|net\..+")

_ASKED_WHOLE: Final = _("The value comes from {variables} of a shell, which the console does not know: type it.")
_NO_VALUE: Final = _("Has no value here, Docker takes it from the shell: type it.")
_BAD_NAME: Final = _(
    "The cloud takes letters, digits and underscores in the name of a variable only: see whether the program knows "
    "another name, or set it in a config file."
)
_TWICE: Final = _("Stands twice: the last one counts.")
_NO_MAPPING: Final = _(
    "A container group maps no ports: it is reached at its own address on {port}, as far as its security group allows."
)
_NOT_LINUX: Final = _("The cloud has AMD64 and ARM64 only.")


def take(taken: Taken, option: Option) -> None:
    """Take an option in; what has no place is told."""
    if option.is_off:
        taken.leave(option, docker_left.OFF)
        return
    reader = _READERS.get(option.name)
    if reader is None:
        taken.leave(option, docker_left.SENTENCES.get(option.name, docker_left.UNKNOWN))
        return
    if not option.value and not option.is_flag and option.name != "entrypoint":
        taken.leave(option, docker_left.EMPTY)
        return
    left = len(taken.left_out)
    reader(taken, option)
    if option.asked and len(taken.left_out) == left and option.name not in _ASKING:
        taken.ask(option)
    if option.name in taken.seen and option.name not in _SEVERAL and not option.is_flag:
        taken.change(option, _TWICE)
    taken.seen.add(option.name)


def variable_of(text: str) -> tuple[str, str | Secret]:
    """Return name and value of `NAME=value`, a Secret where the name sounds like one."""
    name, _equals, value = text.partition("=")
    return name, Secret(value) if sounds_secret(name) else value


def _variable(taken: Taken, option: Option) -> None:
    name, equals, written = option.value.partition("=")
    if not name:
        taken.leave(option, docker_left.UNREADABLE)
        return
    is_whole = bool(option.asked) and _ONE_ASKED.fullmatch(written) is not None
    if not equals:
        taken.change(option, _NO_VALUE)
    elif option.asked:
        taken.ask(option, _ASKED_WHOLE if is_whole else ASKED)
    if name in taken.variables:
        taken.change(option, _TWICE)
    if not limits.ENVIRONMENT_KEY.fullmatch(name):
        taken.change(option, _BAD_NAME)
    taken.variables[name] = variable_of(f"{name}=" if is_whole else option.value)[1]


def _port(taken: Taken, option: Option) -> None:
    ports = published(option.value)
    if ports is None:
        taken.leave(option, _("Not a port from 1 to 65535 with TCP or UDP: set it by hand."))
        return
    taken.ports.update(dict.fromkeys(ports))
    if ":" in option.value:
        taken.change(option, _NO_MAPPING, port=option.value.rpartition(":")[2])


def _memory(taken: Taken, option: Option) -> None:
    size = memory_bytes(option.value)
    if size:
        taken.container["memory_gib"] = memory_gib(size)
        taken.sizes.append(option)
    else:
        taken.leave(option, docker_left.UNREADABLE if size is None else docker_left.OFF)


def _cpus(taken: Taken, option: Option) -> None:
    cpu = Decimal(option.value) if _NUMBER.fullmatch(option.value) else None
    if cpu:
        taken.container["cpu"] = cpu
        taken.sizes.append(option)
    else:
        taken.leave(option, docker_left.UNREADABLE if cpu is None else docker_left.OFF)


def _restart(taken: Taken, option: Option) -> None:
    found = restart_policy(option.value)
    if found is None:
        taken.leave(option, docker_left.UNREADABLE)
        return
    taken.group["restart_policy"], times = found[0].value, found[1]
    if times:
        taken.change(option, _("The cloud does not count: it starts the container again as often as it fails."))


def _user(taken: Taken, option: Option) -> None:
    found = _USER.fullmatch(option.value)
    user, _colon, group = option.value.partition(":")
    for name, word in (("run_as_user", user), ("run_as_group", group)):
        if _WHOLE.fullmatch(word):
            taken.security[name] = int(word)
    if not found or not option.value:
        taken.leave(option, _("The cloud takes numbers of users and groups only: look the number up in the image."))


def _gpus(taken: Taken, option: Option) -> None:
    words = option.value.strip('"').split(",")
    number = next((word.partition("=")[2] or word for word in words if word.startswith("count=") or word.isdigit()), "")
    if any(word.startswith("device=") for word in words):
        number = str(sum(not word.partition("=")[1] or word.startswith("device=") for word in words))
    taken.container["gpu"] = int(number) if _WHOLE.fullmatch(number) else 1
    says = _("Needs an instance type with GPUs, at least {count}: choose one, it is billed at its own price.")
    taken.change(option, says, count=taken.container["gpu"])


def _platform(taken: Taken, option: Option) -> None:
    words = option.value.lower().split("/")
    architecture = next((word for word in words if word not in ("linux", "v8")), "")
    if architecture in ("arm64", "aarch64"):
        taken.group["cpu_architecture"] = CpuArchitecture.ARM64.value
    elif architecture in ("amd64", "x86_64"):
        taken.change(option, _("AMD64 is what a container group has anyway."))
    else:
        taken.leave(option, _NOT_LINUX)


def _pull(taken: Taken, option: Option) -> None:
    policy = _PULL.get(option.value)
    if policy is None:
        taken.leave(option, docker_left.UNREADABLE)
    else:
        taken.container["image_pull_policy"] = policy.value


def _stop_timeout(taken: Taken, option: Option) -> None:
    if _WHOLE.fullmatch(option.value):
        taken.group["termination_grace_period_seconds"] = int(option.value)
    else:
        taken.leave(option, docker_left.UNREADABLE)


def _add_host(taken: Taken, option: Option) -> None:
    name, sign, address = re.sub(r"^([^=:]*)=", r"\1:", option.value).partition(":")
    if address == "host-gateway":
        taken.leave(option, _("A container group has no host that could be reached."))
    elif not (name and sign and address):
        taken.leave(option, docker_left.UNREADABLE)
    else:
        taken.add("add-host", f"{address.strip('[]')} {name}")


def _sysctl(taken: Taken, option: Option) -> None:
    name, equals, value = option.value.partition("=")
    if not (name and equals and value):
        taken.leave(option, docker_left.UNREADABLE)
    elif _SYSCTL.fullmatch(name):
        taken.add("sysctl", str(option.value))
    elif _HOST_SYSCTL.fullmatch(name):
        taken.add("host-sysctl", str(option.value))
    else:
        taken.leave(option, _("The cloud does not let this kernel parameter be set."))


def _capability(taken: Taken, option: Option) -> None:
    taken.add("cap-add", option.value.upper().removeprefix("CAP_"))


def _listed(taken: Taken, option: Option) -> None:
    taken.add(option.name, str(option.value))


def _entry_point(taken: Taken, option: Option) -> None:
    if option.value:
        taken.container["commands"] = (str(option.value),)
    else:
        taken.leave(option, _("The image's own entry point cannot be emptied: write the whole command."))


def _name(taken: Taken, option: Option) -> None:
    taken.named = option


def _word(part: str, name: str) -> Reader:
    return lambda taken, option: getattr(taken, part).__setitem__(name, str(option.value))


def _flag(part: str, name: str) -> Reader:
    return lambda taken, option: getattr(taken, part).__setitem__(name, True)


_READERS: Final[dict[str, Reader]] = {
    "add-host": _add_host,
    "cap-add": _capability,
    "cpus": _cpus,
    "dns": _listed,
    "dns-option": _listed,
    "dns-search": _listed,
    "entrypoint": _entry_point,
    "env": _variable,
    "expose": _port,
    "gpus": _gpus,
    "hostname": _word("group", "host_name"),
    "interactive": _flag("container", "stdin"),
    "memory": _memory,
    "name": _name,
    "platform": _platform,
    "privileged": _flag("security", "privileged"),
    "publish": _port,
    "pull": _pull,
    "read-only": _flag("security", "read_only_root_filesystem"),
    "restart": _restart,
    "stop-timeout": _stop_timeout,
    "sysctl": _sysctl,
    "tty": _flag("container", "tty"),
    "user": _user,
    "workdir": _word("container", "working_dir"),
    **docker_health.READERS,
    **docker_mounts.READERS,
}
# These say more exactly what of their value is asked for; a volume's source is a directory either way.
_ASKING: Final = frozenset({"env", "volume", "mount", "tmpfs"})
# These can be given several times.
_SEVERAL: Final = frozenset((
    "add-host", "cap-add", "dns", "dns-option", "dns-search", "env", "expose", "mount", "publish", "sysctl", "tmpfs",
    "volume",
))  # fmt: skip
