"""Cloud: a simulator in this process with a clock that a test turns, and a client that signs by hand.

The signing here is the test's own, so that the simulator is not judged by its own functions.
"""

import base64
import hashlib
import hmac
import io
import itertools
import json
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote

from consoleapp.simulator.app import FixedKeys, Limits, Simulator, make_app

KEYS = {"alice": "alice-secret", "mallory": "mallory-secret"}
# 2026-10-12T08:00:00Z
NOON = 1_791_792_000.0
EMPTY_HASH = hashlib.sha256(b"").hexdigest()


def encode(text: str) -> str:
    return quote(text, safe="~")


def encoded_query(parameters: dict[str, str]) -> str:
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in sorted(parameters.items()))


class Cloud:
    """One simulator; `answer` is the last answer, `status` its HTTP status, `headers` its headers."""

    def __init__(
        self,
        state: Path | None = None,
        *,
        limits: Limits | None = None,
        speed: float = 1,
        now: float = NOON,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.now = now
        self.app: Simulator = make_app(
            state=state, keys=FixedKeys(KEYS), clock=lambda: self.now, limits=limits, speed=speed, wait=wait
        )
        self.status = 0
        self.headers: dict[str, str] = {}
        self._nonces = itertools.count(id(self))

    def call(self, action: str, account: str = "alice", /, **parameters: Any) -> dict[str, Any]:
        """The answer to an Eci action in the region cn-hangzhou, signed with V3; nested keys are given by `flat`."""
        flat = {"RegionId": "cn-hangzhou", **{name: str(value) for name, value in parameters.pop("flat", {}).items()}}
        flat |= {name: str(value) for name, value in parameters.items()}
        headers = self.v3_headers(action, encoded_query(flat), account=account)
        return self.send("POST", encoded_query(flat), headers)

    def v3_headers(
        self,
        action: str,
        query: str,
        *,
        account: str = "alice",
        secret: str = "",
        version: str = "2018-08-08",
        method: str = "POST",
        path: str = "/",
        body: bytes = b"",
        **changed: str,
    ) -> dict[str, str]:
        headers = {
            "host": "127.0.0.1:8099",
            "x-acs-action": action,
            "x-acs-version": version,
            "x-acs-date": self.timestamp(),
            "x-acs-signature-nonce": f"nonce-{next(self._nonces)}",
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        names = ";".join(sorted(headers))
        block = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = f"{method}\n{path}\n{query}\n{block}\n{names}\n{headers['x-acs-content-sha256']}"
        to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new((secret or KEYS[account]).encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        given = f"ACS3-HMAC-SHA256 Credential={account},SignedHeaders={names},Signature={signature}"
        return {**headers, "authorization": given}

    def v1_parameters(
        self, action: str, parameters: dict[str, str], *, method: str = "GET", account: str = "alice", secret: str = ""
    ) -> dict[str, str]:
        """The parameters with the common ones and the signature of the older RPC scheme."""
        full = {
            "Action": action,
            "Version": "2018-08-08",
            "Format": "JSON",
            "AccessKeyId": account,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": f"nonce-{next(self._nonces)}",
            "Timestamp": self.timestamp(),
            **parameters,
        }
        to_sign = f"{method}&%2F&{encode(encoded_query(full))}"
        key = f"{secret or KEYS[account]}&".encode()
        signature = base64.b64encode(hmac.new(key, to_sign.encode(), hashlib.sha1).digest()).decode()
        return {**full, "Signature": signature}

    def roa_headers(
        self,
        resource: str,
        *,
        account: str = "alice",
        secret: str = "",
        method: str = "GET",
        **changed: str | None,
    ) -> dict[str, str]:
        """The headers of the older ROA scheme for a path with its sorted, not encoded query; None takes one away."""
        standard = {
            "accept": "application/json",
            "date": formatdate(self.now, usegmt=True),
            "x-acs-version": "2016-06-07",
            "x-acs-signature-method": "HMAC-SHA1",
            "x-acs-signature-version": "1.0",
            "x-acs-signature-nonce": f"nonce-{next(self._nonces)}",
        }
        named = {name.replace("_", "-"): value for name, value in changed.items()}
        headers = {name: value for name, value in (standard | named).items() if value is not None}
        lines = [method, *(headers.get(name, "") for name in ("accept", "content-md5", "content-type", "date"))]
        lines += [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-acs-")]
        to_sign = "\n".join([*lines, resource])
        digest = hmac.new((secret or KEYS[account]).encode(), to_sign.encode(), hashlib.sha1).digest()
        return {**headers, "authorization": f"acs {account}:{base64.b64encode(digest).decode()}"}

    def timestamp(self) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now))

    def send(
        self, method: str, query: str, headers: dict[str, str], *, body: bytes = b"", path: str = "/"
    ) -> dict[str, Any]:
        """The answer to a request as it is."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value

        def start_response(status: str, answered: list[tuple[str, str]]) -> None:
            self.status, self.headers = int(status[:3]), dict(answered)

        answer: dict[str, Any] = json.loads(b"".join(self.app(environ, start_response)))
        return answer

    def create(self, account: str = "alice", /, **parameters: Any) -> str:
        """The id of a new group; one container of nginx in the default VPC unless told otherwise."""
        answer = self.call("CreateContainerGroup", account, flat=group(**parameters))
        assert self.status == 200, answer
        group_id: str = answer["ContainerGroupId"]
        return group_id

    def describe(self, group_id: str, account: str = "alice", /) -> dict[str, Any]:
        """The group as DescribeContainerGroups tells it, events included."""
        answer = self.call(
            "DescribeContainerGroups", account, ContainerGroupIds=json.dumps([group_id]), WithEvent="true"
        )
        assert len(answer["ContainerGroups"]) == 1, answer
        found: dict[str, Any] = answer["ContainerGroups"][0]
        return found

    def wait(self, seconds: float) -> None:
        """Turn the clock."""
        self.now += seconds


def group(**changed: Any) -> dict[str, str]:
    """The parameters of a group that runs; keys with dots are written with double underscores."""
    parameters = {
        "ContainerGroupName": "web",
        "Cpu": "2",
        "Memory": "4",
        "Container__1__Name": "nginx",
        "Container__1__Image": "nginx:latest",
        **changed,
    }
    return {name.replace("__", "."): str(value) for name, value in parameters.items() if value is not None}
