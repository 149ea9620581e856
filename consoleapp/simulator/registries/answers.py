"""Answers of a registry: documents, and refusals in the error envelope of the distribution API.

Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
"""

import json
from dataclasses import dataclass
from typing import Any, Final

JSON: Final = "application/json"
REASONS: Final = {
    200: "200 OK",
    302: "302 Found",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    421: "421 Misdirected Request",
    429: "429 Too Many Requests",
    504: "504 Gateway Timeout",
}

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer before it is known whether the body is wanted."""

    status: int
    media_type: str
    body: bytes
    headers: Headers = ()


class Refused(Exception):
    """A request that is not granted; `code` is one of the distribution API's."""

    def __init__(self, status: int, code: str, message: str, *, detail: Any = None, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.detail, self.headers = status, code, message, detail, headers

    @property
    def response(self) -> Response:
        error = {"code": self.code, "message": self.message, "detail": self.detail}
        return json_response({"errors": [error]}, self.headers, status=self.status)


def json_response(value: Any, headers: Headers = (), *, status: int = 200) -> Response:
    """Return the value as a JSON answer."""
    return Response(status, JSON, json.dumps(value, separators=(",", ":")).encode(), headers)
