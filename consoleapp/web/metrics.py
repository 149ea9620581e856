"""Prometheus metrics of all workers of this machine; the address exists only with CONSOLE_METRICS=true.

They tell how much is ordered, and which pages and errors there are, so they are for who knows CONSOLE_METRICS_TOKEN and
for this machine itself. A request that a proxy has passed on is not from this machine, wherever the proxy runs.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from consoleapp.web.checks import is_loopback

# What proxies add, and clients do not on their own.
PASSED_ON: Final = ("FORWARDED", "VIA", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "X_REAL_IP")

_gauges: list[tuple[str, str, Callable[[], float]]] = []


def register(name: str, documentation: str, read: Callable[[], float]) -> None:
    """Add a figure that is read whenever the metrics are asked for."""
    _gauges.append((name, documentation, read))


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics in Prometheus' text format, or with 401."""
    if not _has_token(request) and not _is_from_here(request):
        text = "the metrics want a token, or a connection from this machine\n"
        return HttpResponse(text, content_type="text/plain", status=401, headers={"WWW-Authenticate": "Bearer"})
    answer: HttpResponse = ExportToDjangoView(request)
    answer.content += generate_latest(_measured())
    return answer


@sensitive_variables()
def _has_token(request: HttpRequest) -> bool:
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    known = settings.METRICS_TOKEN
    return bool(known) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), known)


def _is_from_here(request: HttpRequest) -> bool:
    is_passed_on = any(f"HTTP_{name}" in request.META for name in PASSED_ON)
    return not is_passed_on and is_loopback(str(request.META.get("REMOTE_ADDR") or ""))


def _measured() -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, documentation, read in _gauges:
        Gauge(name, documentation, registry=registry).set(read())
    return registry
