"""What the containers of a group find around them: DNS, host aliases, kernel parameters; and the group's tags.

Source: the vendor's OpenAPI metadata of Eci 2018-08-08. The containers themselves are not here (``container.py``).
"""

from dataclasses import dataclass
from typing import Annotated, Final

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason, _
from consoleapp.domain.kinds import HOST_NAME, ID, LINES, TEXT, IpAddress, Many, One, Text
from consoleapp.domain.schema import Field, Record
from consoleapp.domain.typed import ENTRIES, Typed, entries, lines
from consoleapp.domain.validation import Problems


@dataclass(frozen=True)
class Tag(Record):
    key: Annotated[str, Field("Key", Text(limits.TAG_KEY_MAX), _("Tag key"))]
    value: Annotated[str, Field("Value", Text(limits.TAG_VALUE_MAX), _("Tag value"))] = ""

    def rules(self, problems: Problems) -> None:
        if limits.TAG_KEY_RESERVED.fullmatch(self.key):
            problems.add(Reason.TAG_KEY_FORMAT, "key")


@dataclass(frozen=True)
class DnsOption(Record):
    name: Annotated[str, Field("Name", TEXT)]
    value: Annotated[str, Field("Value", TEXT)] = ""


def _dns_options(text: str) -> tuple[DnsOption, ...]:
    """Return options as in resolv.conf: ``ndots:2``, or a bare name."""
    return tuple(DnsOption(name, value) for name, _colon, value in (each.partition(":") for each in entries(text)))


_RESOLV_CONF: Final = Typed(
    _dns_options,
    lambda options: "\n".join(f"{each.name}:{each.value}" if each.value else each.name for each in options),
)


@dataclass(frozen=True)
class DnsConfig(Record):
    """Name servers, search domains and options; the empty one is not sent."""

    name_servers: Annotated[
        tuple[str, ...],
        Field(
            "NameServer",
            Many(IpAddress(), limits.DNS_ENTRIES_MAX, ENTRIES),
            _("Name servers"),
            at="names",
            width="l",
            example="100.100.2.136",
            hint=_("One a line, at most 20."),
        ),
    ] = ()
    searches: Annotated[
        tuple[str, ...],
        Field(
            "Search",
            Many(HOST_NAME, limits.DNS_ENTRIES_MAX, ENTRIES, unique=()),
            _("Search domains"),
            at="names",
            width="l",
            example="svc.example.com",
        ),
    ] = ()
    options: Annotated[
        tuple[DnsOption, ...],
        Field(
            "Option",
            Many(One(DnsOption), limits.DNS_ENTRIES_MAX, _RESOLV_CONF),
            _("DNS options"),
            at="names",
            width="l",
            example="ndots:2",
            hint=_("As in resolv.conf: name:value or a bare name, one a line."),
        ),
    ] = ()


@dataclass(frozen=True)
class HostAlias(Record):
    ip: Annotated[str, Field("Ip", IpAddress())]
    host_names: Annotated[tuple[str, ...], Field("Hostname", Many(HOST_NAME, limits.HOST_ALIAS_NAMES_MAX, unique=()))]


def _host_aliases(text: str) -> tuple[HostAlias, ...]:
    return tuple(HostAlias(ip, tuple(names)) for ip, *names in (line.split() for line in lines(text)))


# Lines as in /etc/hosts: an address, then its names.
ETC_HOSTS: Final = Typed(
    _host_aliases, lambda aliases: "\n".join(" ".join((each.ip, *each.host_names)) for each in aliases), rows=3
)


@dataclass(frozen=True)
class Sysctl(Record):
    name: Annotated[str, Field("Name", ID)]
    value: Annotated[str, Field("Value", LINES)]


def _sysctls(text: str) -> tuple[Sysctl, ...]:
    return tuple(map(_sysctl, lines(text)))


def _sysctl(line: str) -> Sysctl:
    name, sign, value = (word.strip() for word in line.partition("="))
    if not (name and sign and value):
        raise DomainError(Reason.MALFORMED, kind="name=value")
    return Sysctl(name, value)


# Lines as in /etc/sysctl.conf. A value's line breaks become blanks, which the kernel takes for the same.
SYSCTL_LINES: Final = Typed(
    _sysctls, lambda sysctls: "\n".join(f"{each.name}={' '.join(each.value.splitlines())}" for each in sysctls), rows=3
)
