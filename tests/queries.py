"""Counting the queries of a request as production would make them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# A test runs inside a transaction, so a view's own transaction becomes a savepoint: two statements that are none.
OF_THE_TEST = ("SAVEPOINT", "RELEASE SAVEPOINT")


def count_of(client: Client, url: str) -> int:
    """How many queries the page at this address takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(not query["sql"].startswith(OF_THE_TEST) for query in captured.captured_queries)


@contextmanager
def at_most(number: int) -> Iterator[None]:
    """Fails when the block makes more queries."""
    with CaptureQueriesContext(connection) as captured:
        yield
    made = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(OF_THE_TEST)]
    assert len(made) <= number, "\n".join(made)
