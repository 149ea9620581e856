"""Whether this process lives, and whether it could serve a page now. Both answer anybody, and say nothing more."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse

PROBE_KEY = "readiness-probe"


@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 where the database and the cache answer, else 503 with the name of what does not."""
    for name, probe in (("database", _probe_database), ("cache", _probe_cache)):
        try:
            probe()
        except Exception:
            return HttpResponse(f"{name} does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


def _probe_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _probe_cache() -> None:
    cache.set(PROBE_KEY, 1, timeout=10)
    if cache.get(PROBE_KEY) != 1:
        raise ConnectionError(PROBE_KEY)
