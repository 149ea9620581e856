"""Prometheus metrics of all workers of this machine; the address exists only with CONSOLE_METRICS=true."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django_prometheus.exports import ExportToDjangoView


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics in Prometheus' text format. Keep the address inside: the proxy of a portal should not serve it."""
    answer: HttpResponse = ExportToDjangoView(request)
    return answer
