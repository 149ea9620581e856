"""What the containers of a group find around them: DNS, host aliases, kernel parameters; and the group's tags.

Source: the vendor's OpenAPI metadata of Eci 2018-08-08. The containers themselves are not here (``container.py``).
"""

from dataclasses import dataclass

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.errors import Reason


@dataclass(frozen=True)
class Tag:
    key: str
    value: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("key", self.key):
            problems.text("key", self.key, longest=limits.TAG_KEY_MAX)
        if limits.TAG_KEY_RESERVED.fullmatch(self.key):
            problems.add(Reason.TAG_KEY_FORMAT, "key")
        problems.text("value", self.value, longest=limits.TAG_VALUE_MAX)
        problems.raise_any()


@dataclass(frozen=True)
class DnsOption:
    name: str
    value: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        problems.name_and_value(self.name, self.value)
        problems.raise_any()


@dataclass(frozen=True)
class DnsConfig:
    """Name servers, search domains and options; the empty one is not sent."""

    name_servers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[DnsOption, ...] = ()

    def __post_init__(self) -> None:
        problems = Problems()
        most = limits.DNS_ENTRIES_MAX
        problems.count("name_servers", self.name_servers, most)
        for index, server in enumerate(self.name_servers):
            if problems.required(f"name_servers.{index}", server):
                problems.ip_address(f"name_servers.{index}", server)
        problems.names("searches", self.searches, most=most, pattern=limits.HOST_NAME, reason=Reason.HOST_NAME_FORMAT)
        problems.count("options", self.options, most)
        problems.raise_any()


@dataclass(frozen=True)
class HostAlias:
    ip: str
    host_names: tuple[str, ...]

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("ip", self.ip):
            problems.ip_address("ip", self.ip)
        problems.required("host_names", self.host_names)
        problems.names(
            "host_names",
            self.host_names,
            most=limits.HOST_ALIAS_NAMES_MAX,
            pattern=limits.HOST_NAME,
            reason=Reason.HOST_NAME_FORMAT,
        )
        problems.raise_any()


@dataclass(frozen=True)
class Sysctl:
    name: str
    value: str

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("name", self.name):
            problems.matches("name", self.name, limits.ID, Reason.ID_FORMAT)
        if problems.required("value", self.value):
            problems.text("value", self.value, lines=True)
        problems.raise_any()
