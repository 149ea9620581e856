"""Middleware that every request passes: its id, its size limit, and what the answer allows a browser."""

import uuid
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consoleapp.web import logs
from consoleapp.web.http import ConsoleRequest

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
RETRY_SECONDS = "5"


def request_id(get_response: GetResponse) -> GetResponse:
    """Give each request an id, in the log lines and in the answer's X-Request-Id."""

    def middleware(request: HttpRequest) -> HttpResponse:
        value = uuid.uuid4().hex
        cast(ConsoleRequest, request).request_id = value
        token = logs.request_id.set(value)
        try:
            response = get_response(request)
        finally:
            logs.request_id.reset(token)
        response["X-Request-Id"] = value
        return response

    return middleware


def response_policies(get_response: GetResponse) -> GetResponse:
    """Forbid caching of pages, and the browser features that no page uses; say when to try again after a 503."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if response.status_code == 503:
            response.setdefault("Retry-After", RETRY_SECONDS)
        return response

    return middleware


def body_limit(get_response: GetResponse) -> GetResponse:
    """Refuse a body above what its address takes with a page and status 413, before a byte of it is parsed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.BODY_BYTES_MAX_AT.get(request.path_info, settings.BODY_BYTES_MAX)
        if length.isdigit() and int(length) > most:
            return render(request, "413.html", status=413)
        return get_response(request)

    return middleware


def query_text(get_response: GetResponse) -> GetResponse:
    """Refuse an address with a NUL in its query with a page and status 400: no database and no cloud takes one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        return get_response(request)

    return middleware
