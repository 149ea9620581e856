"""Puts on each request where its actor works."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from consoleapp.cloud_accounts.clouds import Place
from consoleapp.web.http import ConsoleRequest

GetResponse = Callable[[HttpRequest], HttpResponse]


def place(get_response: GetResponse) -> GetResponse:
    """Put the actor's place and its cloud on the request; both are found when a view first asks for them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        found = Place(lambda: cast(ConsoleRequest, request).actor)
        cast(ConsoleRequest, request).place = found
        cast(ConsoleRequest, request).cloud = SimpleLazyObject(lambda: found.cloud)  # type: ignore[assignment]
        return get_response(request)

    return middleware
