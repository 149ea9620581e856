"""What the containers of a group find around them: DNS, host aliases, kernel parameters; and the group's tags.

Source: the vendor's OpenAPI metadata of Eci 2018-08-08. The containers themselves are not here (``container.py``).
"""

from dataclasses import dataclass
from typing import Annotated

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.errors import Reason
from consoleapp.domain.kinds import HOST_NAME, ID, LINES, TEXT, IpAddress, Many, One, Text
from consoleapp.domain.schema import Field, Record


@dataclass(frozen=True)
class Tag(Record):
    key: Annotated[str, Field("Key", Text(limits.TAG_KEY_MAX))]
    value: Annotated[str, Field("Value", Text(limits.TAG_VALUE_MAX))] = ""

    def rules(self, problems: Problems) -> None:
        if limits.TAG_KEY_RESERVED.fullmatch(self.key):
            problems.add(Reason.TAG_KEY_FORMAT, "key")


@dataclass(frozen=True)
class DnsOption(Record):
    name: Annotated[str, Field("Name", TEXT)]
    value: Annotated[str, Field("Value", TEXT)] = ""


@dataclass(frozen=True)
class DnsConfig(Record):
    """Name servers, search domains and options; the empty one is not sent."""

    name_servers: Annotated[tuple[str, ...], Field("NameServer", Many(IpAddress(), limits.DNS_ENTRIES_MAX))] = ()
    searches: Annotated[tuple[str, ...], Field("Search", Many(HOST_NAME, limits.DNS_ENTRIES_MAX, unique=()))] = ()
    options: Annotated[tuple[DnsOption, ...], Field("Option", Many(One(DnsOption), limits.DNS_ENTRIES_MAX))] = ()


@dataclass(frozen=True)
class HostAlias(Record):
    ip: Annotated[str, Field("Ip", IpAddress())]
    host_names: Annotated[tuple[str, ...], Field("Hostname", Many(HOST_NAME, limits.HOST_ALIAS_NAMES_MAX, unique=()))]


@dataclass(frozen=True)
class Sysctl(Record):
    name: Annotated[str, Field("Name", ID)]
    value: Annotated[str, Field("Value", LINES)]
