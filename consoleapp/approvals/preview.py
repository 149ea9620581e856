"""The orders that wait for approval, for judging a policy before it is saved: see governance/preview.py."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import ngettext

from consoleapp.approvals.models import Approval, State
from consoleapp.domain.policy import read_facts
from consoleapp.governance.preview import Kind, Thing, order_thing
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Team


def _waiting(team: Team | None, actor: Actor, most: int) -> Iterable[Thing]:
    """Yield the orders that wait, with what was known when they were pressed and the exceptions that they ask for."""
    waiting = Approval.objects.filter(state=State.OPEN)
    theirs = waiting.filter(order__team=team) if team else waiting
    for approval in theirs.select_related("order", "order__owner").order_by("-pk")[:most]:
        asked = [f"{reason['policy']}/{reason['rule']}" for reason in approval.reasons if reason["is_asked"]]
        thing = order_thing(approval.order, actor, read_facts(approval.facts), asked)
        if thing is not None:
            yield thing


def count_waiting(number: int) -> str:
    """Say so many waiting orders."""
    return ngettext("%(n)d waiting order", "%(n)d waiting orders", number) % {"n": number}


WAITING: Final = Kind(count_waiting, _waiting)
