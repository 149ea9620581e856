"""Prometheus metrics of all workers of this machine; the address exists only with CONSOLE_METRICS=true."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, Gauge, generate_latest

_gauges: list[tuple[str, str, Callable[[], float]]] = []


def register(name: str, documentation: str, read: Callable[[], float]) -> None:
    """Adds a figure that is read whenever the metrics are asked for."""
    _gauges.append((name, documentation, read))


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics in Prometheus' text format. Keep the address inside: the proxy of a portal should not serve it."""
    answer: HttpResponse = ExportToDjangoView(request)
    answer.content += generate_latest(_measured())
    return answer


def _measured() -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, documentation, read in _gauges:
        Gauge(name, documentation, registry=registry).set(read())
    return registry
