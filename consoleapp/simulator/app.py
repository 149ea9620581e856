"""make_app: the simulator as a WSGI application.

Reads the HTTP request, has it routed (dispatch.py) and its signature verified (auth.py), runs the handler in one
transaction of the store, and wraps its answer or error in the vendor's envelope. The products are in actions/.
"""

import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from pathlib import Path
from typing import Any, Final

from consoleapp.simulator import auth, dispatch, docker_hub, faults, params
from consoleapp.simulator.auth import DerivedKeys, FixedKeys, KeyRing, Request
from consoleapp.simulator.call import Call, Limits
from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.errors import ApiError
from consoleapp.simulator.registries.app import make_registries_app
from consoleapp.simulator.sessions import TEMPORARY, Session
from consoleapp.simulator.store import Store, Transaction

__all__ = ["DerivedKeys", "FixedKeys", "KeyRing", "Limits", "Simulator", "make_app"]

MAX_BODY: Final = 2_000_000
HUB_PREFIX: Final = "/v2/repositories/"
_FORM: Final = "application/x-www-form-urlencoded"
_REASONS: Final = {
    200: "200 OK",
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    413: "413 Content Too Large",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}

_to_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
StartResponse = Callable[..., Any]
_log = logging.getLogger(__name__)


def make_app(
    *,
    state: str | Path | None,
    keys: KeyRing,
    clock: Callable[[], float] = time.time,
    speed: float = 1,
    limits: Limits | None = None,
    catalog: Catalog | None = None,
    new_bytes: Callable[[int], bytes] = os.urandom,
    late_seconds: float = 15,
    wait: Callable[[float], None] = time.sleep,
) -> "Simulator":
    """Return the WSGI application.

    `state` is a file that several processes may share, or None for memory. `keys` tells which access keys exist; each
    has an account of its own. Durations are divided by `speed`. `new_bytes` is the source of ids, `late_seconds` how
    late a late answer is (faults.py); `wait` lets that time pass. Who runs the simulator in a thread that others wait
    for gives one that raises TimeoutError instead.
    """
    return Simulator(
        store=Store(state),
        keys=keys,
        clock=clock,
        speed=speed,
        limits=limits or Limits(),
        catalog=catalog or Catalog.load(),
        new_bytes=new_bytes,
        late_seconds=late_seconds,
        wait=wait,
    )


class Simulator:
    """The application; `store` and `catalog` are open to a console that sets faults or shows the seed."""

    def __init__(
        self,
        *,
        store: Store,
        keys: KeyRing,
        clock: Callable[[], float],
        speed: float,
        limits: Limits,
        catalog: Catalog,
        new_bytes: Callable[[int], bytes],
        late_seconds: float,
        wait: Callable[[float], None],
    ) -> None:
        self.store = store
        self.catalog = catalog
        self._keys = keys
        self._all_keys = _TemporaryKeysToo(keys, store, clock)
        self._clock = clock
        self._registries = make_registries_app(catalog, clock)
        self._speed = speed
        self._limits = limits
        self._new_bytes = new_bytes
        self._late_seconds = late_seconds
        self._wait = wait

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if self._registries.serves(environ):
            return self._registries(environ, start_response)
        path = environ.get("PATH_INFO") or "/"
        if path.startswith(HUB_PREFIX) and environ["REQUEST_METHOD"] == "GET":
            status, listed = docker_hub.answer(self.catalog, path, environ.get("QUERY_STRING", ""))
            return _respond(start_response, status, listed, ())
        request_id = self._new_request_id()
        status, answer = self._answer(environ, request_id)
        return _respond(start_response, status, answer, (("x-acs-request-id", request_id),))

    def _answer(self, environ: dict[str, Any], request_id: str) -> tuple[int, dict[str, Any] | bytes]:
        host, product = environ.get("HTTP_HOST", "").partition(":")[0], "Eci"
        try:
            request = _read_request(environ)
            product = dispatch.product_of(request)
            route = dispatch.route(request)
            identity = auth.verify(request, self._all_keys, now=self._clock())
            answer = self._run(request, route, identity, request_id)
        except faults.Mangled as mangled:
            return self._mangled(mangled, request_id)
        except ApiError as error:
            return error.status, _envelope(host, product, error, request_id)
        except sqlite3.Error as error:
            # A disk that is full, a file that may only be read: it may be well again the next moment.
            _log.error("Request %s: the file of the simulated accounts cannot be used: %s", request_id, error)
            return 503, _envelope(host, product, ApiError("ServiceUnavailable"), request_id)
        except Exception:
            _log.exception("Request %s failed", request_id)
            return 500, _envelope(host, product, ApiError("InternalError"), request_id)
        if route.is_roa:
            return 200, {"requestId": request_id, **answer}
        return 200, {"RequestId": request_id, **answer}

    def _mangled(self, mangled: faults.Mangled, request_id: str) -> tuple[int, dict[str, Any] | bytes]:
        answer = {"RequestId": request_id, **mangled.answer}
        if mangled.fault == faults.LATE_ANSWER:
            self._wait(self._late_seconds)
            return 200, answer
        if mangled.fault == faults.GARBLED_ANSWER:
            whole = _to_json(answer).encode()
            return 200, whole[: len(whole) // 2]
        raise faults.ConnectionDropped

    def _run(self, request: Request, route: dispatch.Route, identity: auth.Identity, request_id: str) -> dict[str, Any]:
        now = self._clock()
        with self.store.transaction(now) as transaction:
            session = transaction.sessions.find(identity.account) if _is_temporary(identity.account) else None
            account = session.account if session else identity.account
            call = Call(
                account=account,
                action=route.action,
                parameters={**request.parameters, **route.parameters},
                catalog=self.catalog,
                store=transaction,
                now=now,
                request_id=request_id,
                new_id=self._new_id,
                limits=self._limits,
                speed=self._speed,
                # That of the account: the next temporary key of a role means the same request by the same token.
                fingerprint_key=(self._keys.secret_of(account) or account).encode(),
                session=session,
            )
            # An error is an answer: what was noted before it (nonce, throttling) has to stay, so it leaves the block
            # as a value.
            try:
                _use_nonce(transaction, identity)
                _check_session(call, request, route.product)
                return route.handler(call)
            except ApiError as error:
                failure = error
        raise failure

    def _new_request_id(self) -> str:
        digits = self._new_bytes(16).hex().upper()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{digits[16:20]}-{digits[20:]}"

    def _new_id(self) -> str:
        """Return twenty letters and digits, as the vendor's ids have them."""
        number, letters = int.from_bytes(self._new_bytes(13), "big"), ""
        for _ in range(20):
            number, digit = divmod(number, 36)
            letters += "0123456789abcdefghijklmnopqrstuvwxyz"[digit]
        return letters


class _TemporaryKeysToo:
    """A key ring that knows the keys of the sessions beside the lasting ones."""

    def __init__(self, keys: KeyRing, store: Store, clock: Callable[[], float]) -> None:
        self._keys, self._store, self._clock = keys, store, clock

    def secret_of(self, access_key_id: str) -> str | None:
        if not _is_temporary(access_key_id):
            return self._keys.secret_of(access_key_id)
        with self._store.transaction(self._clock()) as transaction:
            session = transaction.sessions.find(access_key_id)
        return session.secret if session else None


def _is_temporary(access_key_id: str) -> bool:
    return access_key_id.startswith(TEMPORARY)


def _check_session(call: Call, request: Request, product: str) -> None:
    """Raise ApiError where the security token is not that of the key, is over, or was narrowed to other actions."""
    token = request.headers.get("x-acs-security-token") or request.parameters.get("SecurityToken", "")
    session: Session | None = call.session
    if session is None:
        if token:
            raise ApiError("InvalidSecurityToken.MismatchWithAccessKey")
        return
    if not token:
        raise ApiError("MissingSecurityToken")
    if token != session.token:
        raise ApiError("InvalidSecurityToken.MismatchWithAccessKey")
    if session.expires <= call.now:
        raise ApiError("InvalidSecurityToken.Expired")
    # Whose key it is may be asked without any permission.
    if call.action != "GetCallerIdentity" and not session.may(f"{product.lower()}:{call.action}"):
        raise ApiError("NoPermission" if product == "Sts" else "Forbidden.RAM")


def _use_nonce(transaction: Transaction, identity: auth.Identity) -> None:
    # The older SDK sends no nonce with a path, where nothing can be changed.
    if identity.nonce and not transaction.use_nonce(identity.account, identity.nonce, expires=identity.expires):
        raise ApiError("SignatureNonceUsed")


def _read_request(environ: dict[str, Any]) -> Request:
    body = _read_body(environ)
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    content_type = environ.get("CONTENT_TYPE") or ""
    if content_type:
        headers["content-type"] = content_type
    query = environ.get("QUERY_STRING") or ""
    parameters = params.decode(params.split_pairs(query))
    if body and content_type.startswith(_FORM):
        parameters.update(params.decode(params.split_pairs(body.decode("latin-1"))))
    if len(parameters) > params.MAX_PARAMETERS:
        raise ApiError("RequestEntityTooLarge")
    path = (environ.get("PATH_INFO") or "/").encode("latin-1", "replace").decode("utf-8", "replace")
    return Request(environ["REQUEST_METHOD"], path, query, headers, body, parameters)


def _read_body(environ: dict[str, Any]) -> bytes:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise ApiError("InvalidParameter.Format") from None
    if length > MAX_BODY:
        raise ApiError("RequestEntityTooLarge")
    body: bytes = environ["wsgi.input"].read(length) if length > 0 else b""
    return body


def _envelope(host: str, product: str, error: ApiError, request_id: str) -> dict[str, Any]:
    return {
        "RequestId": request_id,
        "Message": error.message,
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={error.code}&product={product}&requestId={request_id}",
        "HostId": host,
        "Code": error.code,
    }


def _respond(
    start_response: StartResponse, status: int, answer: Any, headers: Iterable[tuple[str, str]]
) -> Iterable[bytes]:
    body = answer if isinstance(answer, bytes) else _to_json(answer).encode("utf-8", "replace")
    start_response(
        _REASONS[status],
        [
            ("Content-Type", "application/json;charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Date", formatdate(usegmt=True)),
            *headers,
        ],
    )
    return [body]
