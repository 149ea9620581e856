"""Whether this process lives, and whether it could serve a page now. Both answer anybody, and say nothing more."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import connection
from django.http import HttpRequest, HttpResponse

# The shipped server answers there by itself, whatever the pages do: see patience.py.
LIVE_PATH = "healthz"
PROBE_KEY = "readiness-probe"
# The default one is in the database, and a probe must not write there.
CACHES_THAT_MAY_BE_LOST = ("local", "shared")


@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 where the database answers, with a word where the cache does not: pages go on without one. Else 503."""
    try:
        _probe_database()
    except Exception:
        return HttpResponse("database does not answer\n", content_type="text/plain", status=503)
    lost = not all(_answers(caches[name]) for name in CACHES_THAT_MAY_BE_LOST)
    return HttpResponse("ok, without a cache\n" if lost else "ok\n", content_type="text/plain")


def _probe_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _answers(cache: BaseCache) -> bool:
    cache.set(PROBE_KEY, 1, timeout=10)
    return bool(cache.get(PROBE_KEY) == 1)
