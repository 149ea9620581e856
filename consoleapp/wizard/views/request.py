"""The request of a draft in a language: a part of the Confirm page, a page of its own without a script, a file."""

import uuid
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from consoleapp.web.http import ConsoleRequest
from consoleapp.web.request_in import answer
from consoleapp.wizard.services import ordering
from consoleapp.wizard.views.confirm import confirmable
from consoleapp.wizard.views.order_sheet import asked_of
from consoleapp.wizard.views.step import SeeOther, draft_or_404


@require_safe
@sensitive_variables()
def in_language(request: HttpRequest, draft_id: uuid.UUID, language: str) -> HttpResponse:
    """Show what Confirm would send in a language; lead to its order where it was ordered, and to the first incomplete
    step where one is."""
    draft = draft_or_404(request, draft_id)
    presses = ordering.presses_of(draft)
    if presses.order:
        return SeeOther(reverse("orders:request", args=[presses.order.pk, language]))
    ready = confirmable(cast(ConsoleRequest, request), presses)
    if isinstance(ready, str):
        return SeeOther(reverse(f"wizard:{ready}", args=[draft.pk]))
    back_url = reverse("wizard:confirm", args=[draft.pk])
    page = {"heading": ready.spec.container_group_name, "back_url": back_url, "back": _("Back to Confirm")}
    return answer(request, asked_of(draft, ready.spec), language, page)
