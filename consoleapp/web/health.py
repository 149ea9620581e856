"""Whether this process lives, and whether it could serve a page now. Both answer anybody, and say nothing more."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import connection
from django.http import HttpRequest, HttpResponse

# The shipped server answers there by itself, whatever the pages do: see buffering.py.
LIVE_PATH = "healthz"
PROBE_KEY = "readiness-probe"
# The default one is in the database, and a probe must not write there.
CACHES_THAT_MAY_BE_LOST = ("local", "shared")


# Each says a reason, "" where there is none.
Check = Callable[[], str]
_faults: list[Check] = []
_remarks: list[Check] = []


def register(*, fault: Check, remark: Check) -> None:
    """Have `ready` ask both: a fault takes this process out of service, a remark is only told."""
    _faults.append(fault)
    _remarks.append(remark)


@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the database answers and nothing here is broken, else 503; tell what is missing beyond that.

    Pages go on without a cache. They go on without a worker, too: a server that is to have none stays in service.
    """
    try:
        _probe_database()
        faults, remarks = _said(_faults), _said(_remarks)
    except Exception:
        return HttpResponse("database does not answer\n", content_type="text/plain", status=503)
    if faults:
        return HttpResponse(", ".join(faults) + "\n", content_type="text/plain", status=503)
    if not all(_answers(caches[name]) for name in CACHES_THAT_MAY_BE_LOST):
        remarks.insert(0, "without a cache")
    return HttpResponse(", ".join(["ok", *remarks]) + "\n", content_type="text/plain")


def _said(checks: list[Check]) -> list[str]:
    return [reason for check in checks if (reason := check())]


def _probe_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _answers(cache: BaseCache) -> bool:
    cache.set(PROBE_KEY, 1, timeout=10)
    return bool(cache.get(PROBE_KEY) == 1)
