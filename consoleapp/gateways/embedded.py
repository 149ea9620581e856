"""A transport for requests that hands the prepared request to a WSGI application in this process.

With the simulator mounted here, signing, encoding, envelope, time-outs and error mapping are the same code as against
the real cloud; only the socket is missing. It knows neither the simulator nor Alibaba Cloud.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse

from consoleapp.gateways import wsgi

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WSGIAdapter(BaseAdapter):
    """Mount it on a session; hosts and ports of the URLs only show up as Host and SERVER_NAME.

    An application that raises is answered for with a bare 500, as a WSGI server does it; one that raises TimeoutError
    or ConnectionError stands for a network on which the answer is late or lost, and costs no time.
    """

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__()
        self._application = application

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Return the application's answer; the arguments that concern a socket mean nothing here."""
        started = time.perf_counter()
        sent = request.body or b""
        if isinstance(sent, str):
            sent = sent.encode()
        if not isinstance(sent, bytes):
            raise TypeError("only a body that lies in memory is handed over")
        try:
            status, headers, body = wsgi.ask(
                self._application, str(request.method), str(request.url), request.headers.items(), sent
            )
        except TimeoutError as err:
            raise requests.ReadTimeout("no answer in time", request=request) from err
        except ConnectionError as err:
            raise requests.ConnectionError("the connection ended without an answer", request=request) from err
        response = _response(request, status, headers, body)
        response.elapsed = timedelta(seconds=time.perf_counter() - started)
        if not stream:
            response.content  # noqa: B018 - reads the body, as the sockets' adapter leaves it to the session
        return response

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


def _response(request: requests.PreparedRequest, status: str, headers: wsgi.Headers, body: bytes) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(HTTPHeaderDict(headers))
    response.encoding = get_encoding_from_headers(response.headers)
    response.url = str(request.url)
    response.request = request
    response.raw = HTTPResponse(
        body=io.BytesIO(body),
        headers=HTTPHeaderDict(headers),
        status=response.status_code,
        reason=reason,
        preload_content=False,
        request_method=request.method,
    )
    return response
