"""The page of a draft that is of no known shape: its raw data to copy, and the way to discard it."""

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from consoleapp.wizard.models import Unreadable

logger = logging.getLogger(__name__)


class UnreadableMiddleware(MiddlewareMixin):
    """Answers for every page of such a draft."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page where the view could not read its draft; None leaves any other exception as it is."""
        if not isinstance(exception, Unreadable):
            return None
        draft = exception.draft
        raw = json.dumps(draft.data, ensure_ascii=False, indent=1)
        logger.warning("The draft %s cannot be read: %s", draft.pk, exception.__cause__)
        context = {"nav": "drafts", "draft": draft, "raw": raw}
        return render(request, "wizard/unreadable.html", context, status=422)
