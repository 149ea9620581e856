"""make_registries_app: all registries and token servers of the seed as one WSGI application, told apart by Host.

Only reading is served: manifests, configurations, lists of tags. Who may read is access.py, what there is content.py.
A host that never answers cannot be shown over HTTP; it is answered for as a proxy would, with 504. How it looks to
somebody who dials is reach.py.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, quote

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.hosts import RegistryHost
from consoleapp.simulator.registries import content
from consoleapp.simulator.registries.access import AccessControl
from consoleapp.simulator.registries.answers import JSON, REASONS, Refused, Response
from consoleapp.simulator.registries.places import places_of

__all__ = ["Registries", "make_registries_app"]

PREFIX: Final = "/v2/"
HUB_PREFIX: Final = "/v2/repositories/"
READING: Final = ("GET", "HEAD")
MAX_QUERY: Final = 8_192
_API_VERSION: Final = ("Docker-Distribution-Api-Version", "registry/2.0")
_COMPONENT: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME: Final = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TARGET: Final = re.compile(r"/v2/(?P<name>.+)/(?:(?P<kind>manifests|blobs)/(?P<reference>[^/]+)|tags/list)")

StartResponse = Callable[..., Any]


def make_registries_app(catalog: Catalog, clock: Callable[[], float] = time.time) -> "Registries":
    """Return the WSGI application; `clock` decides when tokens expire."""
    return Registries(catalog, clock)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    host: str
    path: str
    query: Mapping[str, Sequence[str]]
    query_text: str
    accept: str
    authorization: str


class Registries:
    """The application."""

    def __init__(self, catalog: Catalog, clock: Callable[[], float]) -> None:
        self._catalog = catalog
        self._clock = clock
        self._places = places_of(catalog)

    def serves(self, environ: Mapping[str, Any]) -> bool:
        """Tell whether the request is for a registry (under /v2/, not Docker Hub's catalogue) or for a token server."""
        path, host = environ.get("PATH_INFO") or "/", environ.get("HTTP_HOST", "")
        if path.startswith(PREFIX):
            return not path.startswith(HUB_PREFIX) or self._places.is_known(host)
        return self._places.token_server(host, path) is not None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        request = _read(environ)
        try:
            response = self._answer(request)
        except Refused as refused:
            response = refused.response
        headers = [
            ("Content-Type", response.media_type),
            ("Content-Length", str(len(response.body))),
            _API_VERSION,
            *response.headers,
        ]
        start_response(REASONS[response.status], headers)
        return [] if request.method == "HEAD" else [response.body]

    def _answer(self, request: _Request) -> Response:
        if request.method not in READING:
            allowed = (("Allow", ", ".join(READING)),)
            raise Refused(405, "UNSUPPORTED", "The operation is unsupported.", headers=allowed)
        access = AccessControl(self._catalog, self._clock())
        servers = self._places.token_server(request.host, request.path)
        if servers is not None:
            return access.give_token(servers, request.query, request.authorization)
        host = self._places.registry(request.host)
        if host is None:
            raise Refused(421, "UNSUPPORTED", "no registry answers to this host name here")
        if host.fault == "silent":
            raise Refused(504, "UNSUPPORTED", "the registry does not answer")
        if host.moved_to:
            return _moved(host, request)
        return _read_registry(access, host, request)


def _read_registry(access: AccessControl, host: RegistryHost, request: _Request) -> Response:
    if request.path == PREFIX:
        access.admit(host, "", request.authorization)
        return Response(200, JSON, b"{}")
    target = _TARGET.fullmatch(request.path)
    if target is None:
        raise Refused(404, "UNSUPPORTED", "no such endpoint")
    name, kind, reference = target["name"], target["kind"], target["reference"]
    if not _NAME.fullmatch(name):
        raise Refused(400, "NAME_INVALID", "invalid repository name")
    access.admit(host, name, request.authorization)
    repository = host.repositories.get(name)
    if repository is None:
        raise Refused(404, "NAME_UNKNOWN", "repository name not known to registry", detail={"name": name})
    if kind == "manifests":
        return content.manifest(repository, reference, request.accept)
    if kind == "blobs":
        return content.blob(repository, reference)
    return content.tag_list(repository, request.query)


def _moved(host: RegistryHost, request: _Request) -> Response:
    query = f"?{request.query_text}" if request.query_text else ""
    location = f"https://{host.moved_to}{quote(request.path, safe='/:@', encoding='latin-1', errors='replace')}{query}"
    return Response(302, JSON, b"", (("Location", location),))


def _read(environ: Mapping[str, Any]) -> _Request:
    query = environ.get("QUERY_STRING") or ""
    return _Request(
        method=environ["REQUEST_METHOD"],
        host=environ.get("HTTP_HOST", ""),
        path=environ.get("PATH_INFO") or "/",
        query=parse_qs(query[:MAX_QUERY]),
        query_text=query,
        accept=environ.get("HTTP_ACCEPT", ""),
        authorization=environ.get("HTTP_AUTHORIZATION", ""),
    )
