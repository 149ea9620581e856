"""Who may read what: Basic or a token on the registry's side, the token server on the other.

It agrees with pulls.py where both ask the same; what differs is that a container group brings the identity of its
account along, and a client over HTTP does not.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from consoleapp.simulator import timings
from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.hosts import RegistryHost
from consoleapp.simulator.images import Repository
from consoleapp.simulator.registries.answers import Refused, Response, json_response
from consoleapp.simulator.registries.tokens import Sealer, Token

MAX_SCOPES: Final = 10
_SCOPE: Final = re.compile(r"repository:([^:]+):(?:[a-z*]+,)*(?:pull|\*)(?:,[a-z*]+)*")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who logged in; without a name nobody. `account_id` only where Container Registry knows them."""

    name: str = ""
    account_id: str = ""


class AccessControl:
    """Decides on requests to the registries of a catalog at one moment."""

    def __init__(self, catalog: Catalog, now: float) -> None:
        self._catalog = catalog
        self._now = now
        # Every process makes the same key of the seed, so that each accepts the tokens of the others.
        seed = [[item.account_id, item.password] for item in catalog.container_registry.accounts]
        self._sealer = Sealer(sha256(json.dumps(["registry tokens", seed]).encode()).digest())

    def admit(self, host: RegistryHost, path: str, authorization: str) -> None:
        """Let a request for the repository through, or for the bare registry when the path is empty; else Refused."""
        if host.access == "anonymous":
            return
        if host.realm:
            self._admit_token(host, path, authorization)
        else:
            self._admit_basic(host, path, authorization)

    def _admit_basic(self, host: RegistryHost, path: str, authorization: str) -> None:
        challenge = (("WWW-Authenticate", f'Basic realm="{host.host}"'),)
        pair = _basic(authorization)
        if pair is None:
            raise Refused(401, "UNAUTHORIZED", "authentication required", headers=challenge)
        caller = self._log_in(host, pair)
        if caller is None:
            raise Refused(401, "UNAUTHORIZED", "incorrect username or password", headers=challenge)
        if path and not _may_pull(host, caller, path):
            raise _denied()

    def _admit_token(self, host: RegistryHost, path: str, authorization: str) -> None:
        kind, _, text = authorization.partition(" ")
        if kind.lower() != "bearer":
            raise _challenge(host, path)
        token = self._sealer.open(text.strip(), self._now)
        if token is None or token.host != host.host:
            raise _challenge(host, path, error="invalid_token")
        if path and path not in token.granted:
            if host.denies_openly and token.caller and path in token.asked:
                raise _denied()
            raise _challenge(host, path, error="insufficient_scope")
        if path and host.fault == "busy" and not token.caller:
            wait = (("Retry-After", str(timings.RETRY_AFTER)),)
            raise Refused(429, "TOOMANYREQUESTS", "You have reached your pull rate limit.", headers=wait)

    def give_token(
        self, servers: Mapping[str, RegistryHost], query: Mapping[str, Sequence[str]], authorization: str
    ) -> Response:
        """Return the token server's answer; `servers` is service → registry."""
        host = servers.get((query.get("service") or ("",))[0])
        if host is None:
            raise Refused(400, "UNSUPPORTED", "unknown service")
        caller: Caller | None = Caller()
        if authorization:
            pair = _basic(authorization)
            caller = self._log_in(host, pair) if pair else None
        if caller is None:
            headers = (("WWW-Authenticate", f'Basic realm="{host.service}"'),)
            raise Refused(401, "UNAUTHORIZED", "incorrect username or password", headers=headers)
        asked = _asked(query.get("scope") or ())
        granted = tuple(path for path in asked if _may_pull(host, caller, path))
        sealed = self._sealer.seal(
            Token(host.host, caller.name, asked, granted, int(self._now) + timings.REGISTRY_TOKEN)
        )
        issued_at = datetime.fromtimestamp(self._now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"token": sealed, "access_token": sealed, "expires_in": timings.REGISTRY_TOKEN, "issued_at": issued_at}
        return json_response(fields, (("Cache-Control", "no-store"),))

    def _log_in(self, host: RegistryHost, pair: tuple[str, str]) -> Caller | None:
        """Return whose log-in it is, None when it is nobody's."""
        name, password = pair
        if host.access != "acr":
            return Caller(name) if name in host.users and host.users[name] == password else None
        accounts = self._catalog.container_registry.accounts
        return next(
            (Caller(name, item.account_id) for item in accounts if item.accepts(name, password, self._now)), None
        )


def _may_pull(host: RegistryHost, caller: Caller, path: str) -> bool:
    repository = host.repositories.get(path)
    if host.access == "acr":
        return _may_pull_from_container_registry(host, caller, repository)
    if host.access == "login" and not caller.name:
        return False
    if repository is None:
        # Docker Hub and its like do not say which repositories exist.
        return host.access == "login"
    return not repository.readers or caller.name in repository.readers


def _may_pull_from_container_registry(host: RegistryHost, caller: Caller, repository: Repository | None) -> bool:
    if repository is None:
        return host.instance is not None and caller.account_id == host.account_id
    if repository.is_private:
        return caller.account_id == repository.account_id
    # Personal Edition instances with a domain of their own know no anonymous pull.
    needs_name = bool(host.account_id) and host.instance is None
    return bool(caller.name) or not needs_name


def _asked(scopes: Sequence[str]) -> tuple[str, ...]:
    """Return the repositories that are to be pulled; scopes of other kinds are passed over, as token servers do."""
    words = [word for scope in scopes for word in scope.split()][:MAX_SCOPES]
    found = (_SCOPE.fullmatch(word) for word in words)
    return tuple(match[1] for match in found if match)


def _basic(authorization: str) -> tuple[str, str] | None:
    kind, _, text = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None


def _challenge(host: RegistryHost, path: str, error: str = "") -> Refused:
    words = [f'realm="{host.realm}"', f'service="{host.service}"']
    words += [f'scope="repository:{path}:pull"'] if path else []
    words += [f'error="{error}"'] if error else []
    detail = [{"Type": "repository", "Class": "", "Name": path, "Action": "pull"}] if path else None
    headers = (("WWW-Authenticate", f"Bearer {','.join(words)}"),)
    return Refused(401, "UNAUTHORIZED", "authentication required", detail=detail, headers=headers)


def _denied() -> Refused:
    return Refused(403, "DENIED", "requested access to the resource is denied")
