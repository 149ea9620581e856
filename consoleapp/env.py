"""Typed readers of environment variables, and the keys that a first start makes for itself.

A wrong value stops the start with the variable's name. Which variables exist is said in settings.py, nowhere else.
"""

import base64
import os
import re
import secrets
import ssl
import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from consoleapp.domain.region import REGION_ID
from consoleapp.domain.roles import Role

# Of the Fernet specification. `cryptography` itself is loaded with the first secret, see web/sealing.py.
FERNET_KEY_BYTES = 32
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,12}")
REGISTRY_ENTRY = re.compile(
    r"(?P<scheme>https?)://(?P<host>\*|(?:\*\.)?[a-zA-Z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?=(?P<network>[0-9a-fA-F.:/]+|public)"
)
REGISTRY_HOST = re.compile(r"[a-zA-Z0-9.:-]+")
SERVED_HOST = re.compile(r"\*|\.?[a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9_-]+)*|\[[0-9a-fA-F:.]+\]")
ORIGIN = re.compile(r"https?://(?:\*\.)?(?:[a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?")
EXACT_ORIGIN = re.compile(r"https?://[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*(?::[0-9]{1,5})?")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
REALM = re.compile(r"https?://[a-z0-9.:-]+/[!->@-~]*")
TEAM = re.compile(r"[a-z0-9-]{2,40}")
DEFAULT_PORTS = {"https": 443, "http": 80}
POSTGRESQL = frozenset({"postgres", "postgresql", "psql", "pgsql"})
REDIS = {"rediscache": "redis", "redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """Return the variable's value without surrounding blanks, or the default when unset or empty."""
    return (os.environ.get(name) or "").strip() or default


def boolean(name: str, default: bool) -> bool:
    """Return True or False; refuse any word but those of TRUE_WORDS and FALSE_WORDS."""
    word = text(name).lower()
    if not word:
        return default
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ImproperlyConfigured(f"{name} must be true or false, not {word!r}.")
    return word in TRUE_WORDS


def integer(name: str, default: int, minimum: int, maximum: int) -> int:
    """Return a whole number between minimum and maximum, both included."""
    word = text(name)
    if not word:
        return default
    if not WHOLE_NUMBER.fullmatch(word) or not minimum <= int(word) <= maximum:
        raise ImproperlyConfigured(f"{name} must be a whole number from {minimum} to {maximum}, not {word!r}.")
    return int(word)


def choice(name: str, allowed: Sequence[str], default: str) -> str:
    """Return one of the allowed words."""
    word = text(name, default)
    if word not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {word!r}.")
    return word


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return a comma-separated list without blanks and empty entries."""
    return [word for word in (part.strip() for part in text(name).split(",")) if word] or list(default)


def secret(name: str, stored: Path | None = None, required: bool = True) -> str:
    """Return a secret from NAME, from the file that NAME_FILE names, or from the stored file of a first start."""
    if value := os.environ.get(name):
        return value
    named = os.environ.get(f"{name}_FILE")
    path = Path(named) if named else stored
    if path and path.is_file():
        value = path.read_text(encoding="utf-8").strip()
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which is empty." if named else f"{path} is empty.")
        return value
    if named:
        raise ImproperlyConfigured(f"{name}_FILE names {named}, which is not a readable file.")
    if required:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it, or make keys of your own with: python -m consoleapp.env var"
        )
    return ""


def fernet_keys(name: str, stored: Path) -> list[str]:
    """Return the comma-separated Fernet keys, at least one; refuse a text that is no such key without showing it."""
    keys = [key for key in (part.strip() for part in secret(name, stored).split(",")) if key]
    try:
        lengths = {len(base64.urlsafe_b64decode(key)) for key in keys}
    except ValueError:
        lengths = {0}
    if lengths != {FERNET_KEY_BYTES}:
        raise ImproperlyConfigured(f"{name} must hold Fernet keys, at least one: 32 bytes each, in URL-safe base64.")
    return keys


def endpoint(name: str, *, may_be_plain: bool = False) -> str:
    """Return an address such as https://host:port, or "" when unset.

    Plain HTTP is for the loopback interface, and where it may be plain for any host.
    """
    value = text(name).rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    loopback = parts.hostname in LOOPBACK
    is_bare = parts.hostname and not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"https", "http"} or not is_bare or not _has_port(value):
        raise ImproperlyConfigured(f"{name} must be an address such as https://host:port, not {value!r}.")
    if parts.scheme == "http" and not loopback and not may_be_plain:
        raise ImproperlyConfigured(f"{name} must be https, not {value!r}: plain HTTP is for loopback addresses only.")
    return value


def issuer(name: str) -> str:
    """Return the address of an OpenID Connect provider exactly as it stands, or "" when unset.

    It is compared letter by letter with what the provider says of itself; plain HTTP is for the loopback interface.
    """
    value = text(name)
    parts = urlsplit(value)
    loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    schemes = {"https", "http"} if loopback else {"https"}
    is_bare = parts.hostname and not (parts.query or parts.fragment or parts.username)
    # As long as the column that keeps it beside each person whom it vouches for.
    if value and not (parts.scheme in schemes and is_bare and _has_port(value) and len(value) <= 200):
        raise ImproperlyConfigured(f"{name} must be an address such as https://sso.corp.example/realm, not {value!r}.")
    return value


def team_roles(name: str) -> list[tuple[str, str, str]]:
    """Return group, team and role of each entry group=team:role of a comma-separated list."""
    found = []
    for entry in words(name):
        group, _, membership = entry.rpartition("=")
        team, _, role = membership.partition(":")
        if not group or not TEAM.fullmatch(team) or role not in set(Role):
            raise ImproperlyConfigured(
                f"{name} must hold entries such as group=team:operator, with one of {', '.join(Role)}, not {entry!r}."
            )
        found.append((group.strip(), team, role))
    return found


def _has_port(address: str) -> bool:
    """Tell whether the address's port is one, or there is none in it."""
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def hosts(name: str, default: Sequence[str]) -> list[str]:
    """Return a comma-separated list of host names as Django takes them: ``*``, a name, ``.suffix``, an address."""
    found = words(name, default)
    if wrong := [word for word in found if not SERVED_HOST.fullmatch(word)]:
        raise ImproperlyConfigured(f"{name} must hold host names without scheme and port, not {wrong[0]!r}.")
    return found


def origins(name: str) -> list[str]:
    """Return a comma-separated list of origins: https://host[:port], also https://*.suffix."""
    found = words(name)
    if wrong := [word for word in found if not ORIGIN.fullmatch(word)]:
        raise ImproperlyConfigured(f"{name} must hold origins such as https://host, not {wrong[0]!r}.")
    return found


def exact_origins(name: str) -> list[str]:
    """Return a comma-separated list of origins https://host[:port] as browsers write them; plain HTTP is for the
    loopback interface."""
    found = []
    for word in words(name):
        if not EXACT_ORIGIN.fullmatch(word) or not _has_port(word):
            raise ImproperlyConfigured(f"{name} must hold origins such as https://portal.example.com, not {word!r}.")
        parts = urlsplit(word)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ImproperlyConfigured(f"{name} must hold https origins, not {word!r}.")
        is_usual = parts.port == DEFAULT_PORTS[parts.scheme]
        found.append(word.lower().removesuffix(f":{parts.port}") if is_usual else word.lower())
    return found


def registry_networks(name: str) -> list[tuple[str, str, int, str]]:
    """Return host pattern, network, port and scheme of each entry scheme://host[:port]=network of a comma list.

    The host may be a name, an address, ``*.`` and a suffix, or ``*``; the network a block of addresses, or public.
    """
    return [_registry_network(name, entry) for entry in words(name)]


def _registry_network(name: str, entry: str) -> tuple[str, str, int, str]:
    found = REGISTRY_ENTRY.fullmatch(entry)
    port = int(found["port"] or DEFAULT_PORTS[found["scheme"]]) if found else 0
    if not found or not 0 < port < 65536:
        raise ImproperlyConfigured(f"{name} must hold entries such as https://host:port=10.0.0.0/8, not {entry!r}.")
    network = found["network"]
    try:
        network = network if network == "public" else str(ip_network(network))
    except ValueError as err:
        raise ImproperlyConfigured(f"{name} names {network!r}, which is no network such as 10.0.0.0/8.") from err
    return found["host"].lower(), network, port, found["scheme"]


def token_servers(name: str) -> list[tuple[str, str]]:
    """Return registry (host[:port]) and token server of each entry host=https://address/path of a comma list."""
    pairs = []
    for entry in words(name):
        registry, _, realm = entry.partition("=")
        if not REGISTRY_HOST.fullmatch(registry) or not REALM.fullmatch(realm):
            raise ImproperlyConfigured(f"{name} must hold entries such as host=https://address/path, not {entry!r}.")
        pairs.append((registry.lower(), realm))
    return pairs


def registry_authorities(name: str) -> list[tuple[str, str]]:
    """Return registry (host[:port]) and PEM file of each entry host=/path/to/ca.pem of a comma-separated list."""
    pairs = []
    for entry in words(name):
        registry, _, path = entry.partition("=")
        if not REGISTRY_HOST.fullmatch(registry) or not path:
            raise ImproperlyConfigured(f"{name} must hold entries such as host=/path/to/ca.pem, not {entry!r}.")
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
        except OSError as err:
            raise ImproperlyConfigured(f"{name} names {path}, which holds no certificate that can be read.") from err
        pairs.append((registry.lower(), path))
    return pairs


def regions(name: str) -> list[str]:
    """Return a comma-separated list of region ids."""
    found = words(name)
    if wrong := [word for word in found if not REGION_ID.fullmatch(word)]:
        raise ImproperlyConfigured(f"{name} must hold region ids such as cn-hangzhou, not {wrong[0]!r}.")
    return found


def addresses(name: str) -> list[str]:
    """Return a comma-separated list of IP addresses."""
    try:
        return [str(ip_address(word)) for word in words(name)]
    except ValueError as err:
        raise ImproperlyConfigured(f"{name} must hold IP addresses: {err}.") from err


def database(name: str, default: str) -> dict[str, Any]:
    """Return Django's database settings from an address such as sqlite:///file or postgres://user@host/name."""
    url = _address(name, default)
    path = unquote(url.path[1:])
    if url.scheme == "sqlite" and not url.netloc:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path or ":memory:"}
    if url.scheme not in POSTGRESQL or not path:
        raise ImproperlyConfigured(f"{name} must be the address of a SQLite file or of a PostgreSQL database.")
    servers = [urlsplit(f"//{server}") for server in url.netloc.rpartition("@")[2].split(",")]
    # Four slashes: the folder of a socket, then the name.
    folder, _, database_name = path.rpartition("/")
    options: dict[str, Any] = {key: int(word) if word.isdigit() else word for key, word in parse_qsl(url.query)}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": folder or ",".join(server.hostname or "" for server in servers),
        "PORT": ",".join(str(server.port) for server in servers if server.port),
        # Wanted with a pooler that shares connections between transactions.
        "DISABLE_SERVER_SIDE_CURSORS": str(options.pop("disable_server_side_cursors", "")).lower() in TRUE_WORDS,
        "OPTIONS": options,
    }


def cache(name: str, default: str) -> dict[str, Any]:
    """Return Django's cache settings from an address such as locmemcache:// or rediscache://host:6379/0."""
    url = _address(name, default)
    backends = "django.core.cache.backends"
    if url.scheme == "dummycache":
        return {"BACKEND": f"{backends}.dummy.DummyCache"}
    if url.scheme == "locmemcache":
        return {"BACKEND": f"{backends}.locmem.LocMemCache", "LOCATION": url.netloc}
    if url.scheme not in REDIS:
        raise ImproperlyConfigured(f"{name} must be the address of a Redis-compatible cache, or locmemcache://name.")
    scheme = REDIS[url.scheme] if url.netloc else "unix"
    servers = [f"{scheme}://{server}{url.path}" for server in url.netloc.split(",")]
    return {"BACKEND": f"{backends}.redis.RedisCache", "LOCATION": servers}


def _address(name: str, default: str) -> SplitResult:
    try:
        # A password may hold a #; there are no fragments.
        url = urlsplit(text(name, default).replace("#", "%23"))
        for server in url.netloc.rpartition("@")[2].split(","):
            _ = urlsplit(f"//{server}").port  # raises for what is none
    except ValueError as err:
        raise ImproperlyConfigured(
            f"{name} is not an address that can be read. In a password, [ is written as %5B."
        ) from err
    return url


def make_keys(folder: Path) -> list[Path]:
    """Make the key files that are missing in the folder, each readable by its owner only, and return them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    makers: dict[str, Callable[[], str]] = {
        "secret-key": lambda: secrets.token_urlsafe(48),
        "secret-keys": lambda: base64.urlsafe_b64encode(secrets.token_bytes(FERNET_KEY_BYTES)).decode(),
        "simulator-key": lambda: secrets.token_hex(32),
    }
    made = []
    for name, make in makers.items():
        path = folder / name
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(make() + "\n")
            made.append(path)
    return made


if __name__ == "__main__":
    for key_file in make_keys(Path(sys.argv[1] if len(sys.argv) > 1 else "var")):
        sys.stderr.write(f"made {key_file}\n")
