"""The two lists of registries in a draft: those on plain HTTP, and those with a self-issued certificate.

A list is one text as it was typed; hosts stand on lines of their own or are separated by blanks or commas, and upper
and lower case make no difference. Whoever reads or changes a list does it here.
"""

from collections.abc import Iterable

from consoleapp.wizard.draft import raw
from consoleapp.wizard.shape import Data

PLAIN_HTTP = "plain_http_registries"
INSECURE = "insecure_registries"
LISTS = (PLAIN_HTTP, INSECURE)


def is_listed(data: Data, name: str, host: str) -> bool:
    """Tell whether the host is in the list."""
    return host.lower() in (each.lower() for each in raw.entries(data["spec"], name))


def not_listed(data: Data, name: str, hosts: Iterable[str]) -> list[str]:
    """Return the hosts that the list lacks."""
    return [host for host in hosts if not is_listed(data, name, host)]


def add_host(data: Data, name: str, host: str) -> None:
    """Add the host to the list, once."""
    if host and not is_listed(data, name, host):
        fields = data["spec"]
        fields[name] = "\n".join((*raw.entries(fields, name), host))


def remove_host(data: Data, name: str, host: str) -> None:
    """Take the host off the list."""
    fields = data["spec"]
    fields[name] = "\n".join(each for each in raw.entries(fields, name) if each.lower() != host.lower())
