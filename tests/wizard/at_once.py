"""Presses of one person at the same moment, as of several tabs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection
from django.test import Client


def statuses_at_once(like: Client, press: Callable[[Client], Any]) -> set[int]:
    """Press twelve times, six at a time, and return the statuses of the answers."""

    def one(_number: int) -> int:
        client = Client()
        client.cookies = like.cookies
        try:
            return int(press(client).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        return set(pool.map(one, range(12)))
