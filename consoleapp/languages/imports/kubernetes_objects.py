"""ConfigMaps and Secrets of the text, which the pod of the same text refers to.

Each entry is a text that may be secret: those of a Secret always are. Values of a Secret are Base64 under ``data``.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from consoleapp.domain.errors import _
from consoleapp.domain.image import DOCKER_HUB, DOCKER_HUB_HOSTS
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.kubernetes_reading import Reader, made
from consoleapp.languages.imports.yaml_tree import Mapped, Word

KINDS: Final = ("ConfigMap", "Secret")
_NO_TEXT: Final = _("It is not a text.")
_DOCKER_CONFIGS: Final = (".dockerconfigjson", ".dockercfg")


@dataclass
class Given:
    """The entries of ConfigMaps and Secrets by kind and name; ``used`` are those that something refers to."""

    entries: dict[tuple[str, str], dict[str, str | Secret]] = field(default_factory=dict, repr=False)
    used: set[tuple[str, str]] = field(default_factory=set)
    logins: dict[str, list[ImageRegistryCredential]] = field(default_factory=dict, repr=False)

    def find(self, kind: str, name: str) -> Mapping[str, str | Secret] | None:
        """Return the entries of one; None where the text has it not."""
        self.used.add((kind, name))
        return self.entries.get((kind, name))

    def add(self, kind: str, name: str, tree: Mapped, reader: Reader) -> None:
        """Keep the entries of one."""
        found: dict[str, str | Secret] = {}
        for section in ("data", "stringData", "binaryData"):
            subject = f"{kind}.{name}.{section}"
            values = reader.mapping(tree.get(section), subject)
            for key, value in values.items():
                text = str(value) if isinstance(value, Word) else None
                if section == "binaryData" or (kind == "Secret" and section == "data"):
                    text = _decoded(text)
                if text is None:
                    reader.leave(f"{subject}.{key}", values.lines.get(key), _NO_TEXT)
                else:
                    found[key] = Secret(text) if kind == "Secret" else text
        self.entries[kind, name] = found

    def credentials(self, name: str) -> list[ImageRegistryCredential]:
        """Return the logins of a Secret of Docker's configuration, none where the text has it not."""
        if name not in self.logins:
            self.logins[name] = self._credentials(self.find("Secret", name) or {})
        return self.logins[name]

    def _credentials(self, found: Mapping[str, str | Secret]) -> list[ImageRegistryCredential]:
        logins = []
        for key in _DOCKER_CONFIGS:
            value = found.get(key)
            if isinstance(value, Secret):
                logins += [_login(server, login) for server, login in _logins(value.reveal()) if server]
        return logins


def _decoded(text: str | None) -> str | None:
    """Return the text that stands in Base64; None for what is no text."""
    try:
        return None if text is None else base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        return None


def _logins(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return server and login of each entry of a Docker configuration; nothing of a text that is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    auths = found.get("auths", found) if isinstance(found, dict) else None
    pairs = auths.items() if isinstance(auths, dict) else ()
    return [(_host(server), login) for server, login in pairs if isinstance(login, dict)]


def _host(server: str) -> str:
    """Return the host of a server, which Docker writes as an address of the first version of its interface."""
    host = server.partition("://")[2] or server
    host = host.partition("/")[0]
    return DOCKER_HUB if host in DOCKER_HUB_HOSTS else host


def _login(server: str, login: Mapping[str, Any]) -> ImageRegistryCredential:
    auth = login.get("auth")
    pair = _decoded(auth) if isinstance(auth, str) else None
    name, _colon, password = (pair or "").partition(":")
    user = login.get("username", name)
    word = login.get("password", password)
    values = {"server": server, "user_name": user if isinstance(user, str) else ""}
    credential: ImageRegistryCredential = made(
        ImageRegistryCredential, {**values, "password": Secret(word if isinstance(word, str) else "")}
    )
    return credential
