"""What changes of a group's page by itself, for htmx to fetch while the group changes; and its logs as a file."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consoleapp.groups.services.detail import Detail, describe
from consoleapp.groups.services.logs import read_log
from consoleapp.groups.views.detail import live_context, order_or_404, tab_of
from consoleapp.groups.views.logs import log_context, log_question
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.polling import polled


@polled
@require_safe
def live(request: HttpRequest, group_id: str) -> HttpResponse:
    """Answer with the page's title and everything below it that may have changed."""
    described = _described(request, group_id)
    return render(request, "groups/_live.html", live_context(request, described, tab_of(request)))


@polled
@require_safe
def live_log(request: HttpRequest, group_id: str) -> HttpResponse:
    """Answer with the lines as they are now."""
    described = _described(request, group_id)
    return render(request, "groups/_log_lines.html", log_context(cast(ConsoleRequest, request), described))


@require_safe
def download(request: HttpRequest, group_id: str) -> HttpResponse:
    """Answer with the same lines as a text file."""
    described = _described(request, group_id)
    question = log_question(request, described)
    answer = read_log(described, question, cast(ConsoleRequest, request).cloud.container_groups)
    if answer.trouble is not None or not question.container:
        return HttpResponse(status=404)
    name = f"{described.order.group_name}-{question.container}.log"
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(name)}"'}
    return HttpResponse(answer.text, content_type="text/plain; charset=utf-8", headers=headers)


def _file_name(name: str) -> str:
    return "".join(each if each.isascii() and (each.isalnum() or each in ".-_") else "_" for each in name)


def _described(request: HttpRequest, group_id: str) -> Detail:
    order = order_or_404(request, group_id)
    return describe(order, cast(ConsoleRequest, request).cloud.container_groups)
