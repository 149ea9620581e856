"""An order that is held, with its approval, for tests of what people see and press."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from consoleapp.accounts.models import User
from consoleapp.approvals import services as approvals
from consoleapp.approvals.models import Approval
from consoleapp.domain.policy import Facts
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.roles import Role
from consoleapp.governance import policies
from consoleapp.governance.models import Mode, Policy
from consoleapp.orders import payload
from consoleapp.orders import services as orders
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Team
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People

EXPENSIVE = Facts(price_per_hour=Decimal(1))


def save_rule(by: User, of: Team | None, *rules: tuple[str, str, str], name: str = "QA") -> Policy:
    """A policy that is enforced, in a new version where there is one of this name."""
    policy = Policy.objects.filter(name=name).first() or Policy(team=of, name=name)
    policies.save(by, policy, [read_rule(*each) for each in rules], mode=Mode.ENFORCE)
    return policy


def held(
    people: People,
    number: int = 1,
    by: Role = Role.OPERATOR,
    facts: Facts = EXPENSIVE,
    asked: Collection[str] = (),
    text: str = "A load test.",
    **changed: Any,
) -> Approval:
    """An order that waits, with what is found in it by the policies of now."""
    press = orders.Press(
        f"key-{number}",
        is_held=True,
        cpu=Decimal(2),
        memory_gib=Decimal(4),
        price_per_second=Decimal("0.0001"),
        currency="CNY",
    )
    order = orders.record_order(Actor(people[by], people.team), {**PARAMETERS, **changed}, SECRET_KEYS, press)
    return approvals.ask(order, policies.judge(people.team, payload.spec_of(order), facts, asked), facts, text)


def seen(approval: Approval) -> str:
    """The word of what somebody would look at now."""
    return approvals.seen_hash(approval.order, approvals.findings_now(approval))
