"""The dry run: what the cloud says to the request when it is asked to validate only, and where that is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain import wire
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.gateways.errors import GatewayError, InvalidParameter, MissingCredential, OutcomeUnknown, Unreachable
from consoleapp.orders.summary import REFUSALS
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.missing_permission import lacking
from consoleapp.wizard.draft.places import Place, place_of_credential, place_of_wire_key
from consoleapp.wizard.models import Draft
from consoleapp.wizard.views.order_feedback import address_of


@dataclass(frozen=True)
class DryRun:
    """What the cloud said when it was asked to validate only."""

    kind: str
    title: str
    text: str = ""
    words: str = ""
    code: str = ""
    request_id: str = ""
    url: str = ""


@sensitive_variables("parameters")
def try_out(request: ConsoleRequest, draft: Draft, groups: Sequence[ContainerGroupSpec]) -> DryRun:
    """Ask the cloud whether it would take the first of these groups."""
    parameters, secret_keys = wire.written(groups[0])
    try:
        request_id = request.cloud.container_groups.dry_run(parameters, secret_keys=secret_keys)
    except GatewayError as error:
        return _failed_dry_run(draft, error)
    title = _("Dry run passed: the cloud would take this order. Nothing was created.")
    text = _("It was asked about the first of the container groups.") if len(groups) > 1 else ""
    return DryRun("ok", title, text, request_id=request_id)


def _failed_dry_run(draft: Draft, error: GatewayError) -> DryRun:
    if isinstance(error, Unreachable | OutcomeUnknown):
        title = _("The dry run told nothing: the cloud did not answer.")
        return DryRun("warn", title, words=error.message, code=error.code, request_id=error.request_id)
    place: Place | None = None
    if isinstance(error, InvalidParameter) and error.field:
        place = place_of_wire_key(draft.typed, error.field)
    if isinstance(error, MissingCredential) and error.host:
        place = place_of_credential(error.host)
    text = f"{REFUSALS.get(error.kind, REFUSALS['refused'])[0]} {lacking(error)}"
    return DryRun(
        "bad",
        _("Dry run failed: the cloud would refuse this order."),
        text,
        error.message,
        error.code,
        error.request_id,
        address_of(draft, place) if place else "",
    )
