"""Which handler answers a request: RPC by Version and Action, the Personal Edition's API by path.

Action and Version come in headers (V3) or as parameters (the older scheme). The Host never decides, so one address
serves every product; of a Container Registry host it tells the region, which is all that the vendor has to go by.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from consoleapp.simulator.actions import cr, eci, ecs, sts, vpc
from consoleapp.simulator.auth import Request
from consoleapp.simulator.call import Handler
from consoleapp.simulator.errors import ApiError

# Version → (product as its own name, actions).
_RPC: Final[Mapping[str, tuple[str, Mapping[str, Handler]]]] = {
    "2018-08-08": ("Eci", eci.ACTIONS),
    "2016-04-28": ("Vpc", vpc.ACTIONS),
    "2014-05-26": ("Ecs", ecs.ACTIONS),
    "2018-12-01": ("cr", cr.ACTIONS),
    "2015-04-01": ("Sts", sts.ACTIONS),
}
# Number of path segments and the fixed ones → action of the Personal Edition.
_PERSONAL: Final[Mapping[tuple[int, str, str], str]] = {
    (1, "namespace", ""): "GetNamespaceList",
    (1, "repos", ""): "GetRepoList",
    (2, "repos", ""): "GetRepoListByNamespace",
    (3, "repos", ""): "GetRepo",
    (4, "repos", "tags"): "GetRepoTags",
    (1, "tokens", ""): "GetAuthorizationToken",
}
_CR_HOST: Final = re.compile(r"cr\.([a-z0-9-]+)\.aliyuncs\.com")
_PERSONAL_PATHS: Final = ("/namespace", "/repos", "/tokens")


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request leads; `parameters` are those of the path."""

    product: str
    action: str
    handler: Handler
    is_roa: bool
    parameters: Mapping[str, str]


def route(request: Request) -> Route:
    """Return the route of the request. Raise ApiError when there is none."""
    if request.method not in ("GET", "POST"):
        raise ApiError("UnsupportedHTTPMethod")
    if request.path.startswith(_PERSONAL_PATHS):
        return _personal(request)
    version = request.headers.get("x-acs-version") or request.parameters.get("Version", "")
    action = request.headers.get("x-acs-action") or request.parameters.get("Action", "")
    if version not in _RPC:
        raise ApiError("InvalidProduct.NotFound")
    product, actions = _RPC[version]
    if request.path != "/" or action not in actions:
        raise ApiError("InvalidApi.NotFound")
    return Route(product, action, actions[action], False, _region_of_host(request) if product == "cr" else {})


def product_of(request: Request) -> str:
    """Return the product that an error of this request is reported for."""
    version = request.headers.get("x-acs-version") or request.parameters.get("Version", "")
    return _RPC.get(version, ("cr", {}))[0]


def _personal(request: Request) -> Route:
    segments = request.path.strip("/").split("/")
    action = _PERSONAL.get((len(segments), segments[0], segments[3] if len(segments) == 4 else ""))
    if action is None or action not in cr.PERSONAL_ACTIONS or request.method != "GET":
        raise ApiError("InvalidApi.NotFound")
    in_path = dict(zip(("RepoNamespace", "RepoName"), segments[1:3], strict=False))
    return Route("cr", action, cr.PERSONAL_ACTIONS[action], True, {**in_path, **_region_of_host(request)})


def _region_of_host(request: Request) -> dict[str, str]:
    named = _CR_HOST.fullmatch(request.headers.get("host", "").lower())
    return {"RegionId": named[1]} if named and "RegionId" not in request.parameters else {}
