"""Which registry, or which token server, a Host header means.

Hosts that only resolve inside a VPC are not here: whoever asks over HTTP stands outside.
"""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.hosts import RegistryHost


class Places:
    """The hosts of a catalog by name."""

    def __init__(self, catalog: Catalog) -> None:
        self._registries = {name: host for name, host in catalog.hosts.items() if not host.vpc_region_id}
        self._token_servers: dict[tuple[str, str], dict[str, RegistryHost]] = {}
        for host in self._registries.values():
            if host.realm:
                realm = urlsplit(host.realm)
                self._token_servers.setdefault((realm.netloc, realm.path), {})[host.service] = host
        self._names = {*self._registries, *(name for name, _ in self._token_servers)}
        self._bare_names = {name.partition(":")[0] for name in self._names}

    def registry(self, name: str) -> RegistryHost | None:
        """Return the registry that answers to this host[:port]."""
        return self._registries.get(canonical(name))

    def token_server(self, name: str, path: str) -> Mapping[str, RegistryHost] | None:
        """Return service → registry, of the token server with this address."""
        return self._token_servers.get((canonical(name), path))

    def is_known(self, name: str) -> bool:
        """Tell whether a registry or a token server answers to this host[:port]."""
        return canonical(name) in self._names

    def is_name(self, name: str) -> bool:
        """Tell whether the name exists, on whatever port."""
        return canonical(name).partition(":")[0] in self._bare_names


def canonical(name: str) -> str:
    """Return the host in lower case, without the port that HTTPS has anyway."""
    return name.lower().removesuffix(":443")


@lru_cache(maxsize=4)
def places_of(catalog: Catalog) -> Places:
    """Return the places of the catalog, read only once."""
    return Places(catalog)
