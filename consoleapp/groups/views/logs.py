"""What the tab of the logs shows. The fragment that follows them, and the file, are views of live.py."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from consoleapp.groups.services.detail import Detail
from consoleapp.groups.services.logs import TAILS, LogQuestion, read_log
from consoleapp.web.http import ConsoleRequest

QUERY_MAX = 200


def log_question(request: HttpRequest, described: Detail) -> LogQuestion:
    """Return which lines the address asks for; of a container that does not exist, those of the last one."""
    names = [container.name for container, _is_init in described.containers]
    asked, tail = request.GET.get("container", ""), request.GET.get("tail", "")
    return LogQuestion(
        asked if asked in names else names[-1] if names else "",
        int(tail) if tail in {str(each) for each in TAILS} else TAILS[0],
        request.GET.get("previous") == "on",
        request.GET.get("times") == "on",
        request.GET.get("q", "").strip()[:QUERY_MAX],
    )


def log_context(request: ConsoleRequest, described: Detail) -> dict[str, Any]:
    """Return what the tab and its fragment show alike."""
    question = log_question(request, described)
    answer = read_log(described, question, request.cloud.container_groups) if question.container else None
    asked = {
        "container": question.container,
        "tail": str(question.tail),
        "previous": "on" if question.previous else "",
        "times": "on" if question.times else "",
        "q": question.query,
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    whole = "on" if request.GET.get("whole") == "on" else ""
    address = reverse("groups:detail", args=[described.order.container_group_id])
    is_paused = request.GET.get("follow") == "off"
    shown = f"?tab=logs&{query}" + ("&whole=on" if whole else "")
    return {
        "order": described.order,
        "detail": described,
        "log_names": [container.name for container, _is_init in described.containers],
        "log_tails": TAILS,
        "log_asked": question,
        "log_query": query,
        "log": answer,
        "is_whole": bool(whole),
        "is_paused": is_paused,
        "is_following": not is_paused and not described.is_final and described.group is not None,
        "follow_url": f"{address}{shown}" + ("" if is_paused else "&follow=off"),
    }
