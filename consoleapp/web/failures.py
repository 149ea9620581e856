"""Pages for what went wrong before or outside a view.

Those of a failed request ask neither session nor user: what has failed may be the database that both are in.
"""

import sys
from typing import Final

from django.core.exceptions import BadRequest
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, NotSupportedError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from consoleapp.web.context import console

# Errors about what was asked, not about a database that cannot do its work.
_BUGS: Final = (DataError, IntegrityError, NotSupportedError, ProgrammingError)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the page for a form that was not sent from one of our pages, or from one that is too old; status 403."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for a request that cannot be read; status 400."""
    if isinstance(exception, BadRequest) and is_database_trouble(exception):
        # A session that could not be stored looks to Django like one that somebody has ended.
        return unavailable(request)
    return render(request, "400.html", status=400)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Show the page for what was asked too often, or by too many at once; status 429."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "60"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Show the page for a bug of ours, with the request id, status 500; for a database in trouble `unavailable`.

    Every error that no view and no middleware has caught ends here, wherever it came about.
    """
    if is_database_trouble(sys.exception()):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html", console(request)), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Show the page for what the database did not take or tell: not done, nothing is lost; status 503.

    What was typed stays in the page that htmx has asked from, as with every answer from 400 on. A browser without a
    script keeps it with this answer and sends it once more, passwords included, when the answer is loaded again.
    """
    context = {**console(request), "is_post": request.method == "POST", "address": request.get_full_path()}
    return HttpResponse(render_to_string("503.html", context), status=503)


def is_database_trouble(error: BaseException | None) -> bool:
    """Tell whether the error is one of a database that is gone, full, read-only or locked, or came of one."""
    while error is not None:
        if isinstance(error, (DatabaseError, InterfaceError)) and not isinstance(error, _BUGS):
            return True
        error = error.__cause__ or error.__context__
    return False
