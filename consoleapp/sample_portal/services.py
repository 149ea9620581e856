"""The sample portal of a guest of the demo: made through the services of each part, as people would make it, and
deleted with everything in it.

Its four people are the guest's personas (accounts/personas.py), its team has a simulated cloud of its own. One press is
one sample: presses at once wait for each other at the guest's row.
"""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts.models import User
from consoleapp.approvals import services as approvals
from consoleapp.audit import services as audit
from consoleapp.credentials import services as credentials
from consoleapp.domain import wire
from consoleapp.domain.policy import Facts
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.quota import WHOLE, Unit
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.domain.sizes import CURRENCY, Size, price_per_second
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.governance import policies, quotas
from consoleapp.governance.models import Mode as PolicyMode
from consoleapp.governance.models import Policy
from consoleapp.launch_templates import services as launch_templates
from consoleapp.launch_templates.locks import Mode
from consoleapp.launch_templates.models import State
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams import services as teams
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Membership, Team
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services.idle import GUESTS_IDLE

logger = logging.getLogger(__name__)

NAMES: Final = {Role.VIEWER: "Carol", Role.OPERATOR: "Bob", Role.APPROVER: "Ann", Role.ADMIN: "Alice"}
# Everything stands in the default network of the simulator.
NETWORK: Final = {
    "RegionId": "cn-hangzhou",
    "VSwitchId": "vsw-simhzdefaulth",
    "SecurityGroupId": "sg-simhzweb",
}
VPC_ID: Final = "vpc-simhzdefault"
LIMITS: Final = {Unit.VCPU: 16, Unit.MEMORY: 32, Unit.GROUPS: 8}
RULES: Final = (
    ("images_only_from", "open.example.com registry.example.com harbor.example.com", "deny"),
    ("no_latest", "", "deny"),
    ("cpu_at_most", "4", "deny"),
    ("price_at_most", "0.30", "approve"),
    ("no_public_ip", "", "approve"),
)
# The login that the simulator's private registries take; groups/views/examples.py shows it to everybody.
PRIVATE_HOST: Final = "harbor.example.com"
USER_NAME: Final = "demo"
PASSWORD: Final = "demo-password"  # noqa: S105
# Samples that one turn of the periodic tasks deletes.
PIECE: Final = 100


@dataclass(frozen=True)
class Ordered:
    """A container group of the sample and who has ordered it."""

    name: str
    by: Role
    image: str
    size: Size
    more: tuple[tuple[str, str], ...] = ()


# With these, 13 of 16 vCPU and 26 of 32 GiB are taken.
RUNNING: Final = (
    Ordered("shop-web", Role.OPERATOR, "open.example.com/public/web:1.0.0", Size(Decimal(4), Decimal(8))),
    Ordered("search", Role.APPROVER, "open.example.com/public/nightly:build-420", Size(Decimal(4), Decimal(8))),
    Ordered("reports", Role.ADMIN, "open.example.com/public/nightly:build-419", Size(Decimal(4), Decimal(8))),
    Ordered("status-page", Role.OPERATOR, "open.example.com/public/web:0.9.5", Size(Decimal(1), Decimal(2))),
)
WAITING: Final = Ordered(
    "launch-page",
    Role.OPERATOR,
    "open.example.com/public/web:1.0.0",
    Size(Decimal(1), Decimal(2)),
    (("AutoCreateEip", "true"), ("EipBandwidth", "5")),
)


@dataclass(frozen=True)
class Template:
    """A launch template of the sample: what it is made of, and the fields that it asks for."""

    slug: str
    name: str | Promise
    text: str | Promise
    of: Ordered
    asks: tuple[str, ...]


WEB_SMALL: Final = "web-small"
WORKER: Final = "worker"
VERSION: Final = "containers/c1/image_version"
# How the templates govern what they do not ask for.
SETTLED: Final = {
    "*": {"mode": Mode.LOCKED},
    "containers/c1/image": {"mode": Mode.LOCKED},
    "containers/c1/name": {"mode": Mode.HIDDEN},
}
TEMPLATES: Final = (
    Template(
        WEB_SMALL,
        _("Web, small"),
        _("A web server of the shop behind its security group. Three fields are yours; the rest is settled."),
        Ordered("web", Role.ADMIN, "open.example.com/public/web:1.0.0", Size(Decimal(1), Decimal(2))),
        (VERSION, "cpu", "memory_gib"),
    ),
    Template(
        WORKER,
        _("Worker"),
        _("Works through the queue with the build of a night."),
        Ordered("worker", Role.ADMIN, "open.example.com/public/nightly:build-420", Size(Decimal(4), Decimal(8))),
        (VERSION, "cpu", "memory_gib"),
    ),
    Template(
        "nightly-job",
        _("Nightly job"),
        _("Runs once and ends by itself, after an hour at the latest."),
        Ordered(
            "nightly",
            Role.ADMIN,
            "open.example.com/public/hello:1.0",
            Size(Decimal(1), Decimal(2)),
            (("RestartPolicy", "Never"), ("ActiveDeadlineSeconds", "3600")),
        ),
        ("active_deadline_seconds",),
    ),
)


@dataclass(frozen=True)
class Sample:
    """A guest's sample: its team, and its people by their roles, the least first."""

    guest: User
    team: Team
    members: tuple[Membership, ...]

    def who(self, role: Role) -> User | None:
        """Return the first member with this role; roles can be changed in the sample as elsewhere."""
        return next((each.user for each in self.members if each.role == role), None)


def sample_of(guest: User) -> Sample | None:
    """Return the guest's sample; one query."""
    found = Membership.objects.filter(user__persona_of=guest).select_related("user", "team")
    members = sorted(found, key=lambda each: (list(Role).index(Role(each.role)), each.user_id))
    return Sample(guest, members[0].team, tuple(members)) if members else None


@transaction.atomic
def make(guest: User) -> Sample:
    """Make the guest's sample, or return the one that they have. Nothing is sent yet, see `send`."""
    _lock(guest)
    if found := sample_of(guest):
        return found
    mark = guest.world[:8]
    people = {role: _persona(guest, name, mark) for role, name in NAMES.items()}
    admin = people[Role.ADMIN]
    team = teams.create_team(admin, f"sample-{mark}", str(_("Sample team")), admin)
    for role in (Role.VIEWER, Role.OPERATOR, Role.APPROVER):
        teams.add_member(admin, team, people[role], role)
    for unit, limit in LIMITS.items():
        quotas.set_limit(team, unit, limit * WHOLE[unit])
    for each in RUNNING:
        quotas.book(_record(people[each.by], team, each))
    said = [read_rule(*rule) for rule in RULES]
    policies.save(admin, Policy(team=team, name=str(_("House rules"))), said, mode=PolicyMode.ENFORCE)
    _ask(people[WAITING.by], team, WAITING)
    for template in TEMPLATES:
        _publish(Actor(admin, team, Role.ADMIN), template)
    credentials.save(admin, team, str(_("Harbor, read-only")), PRIVATE_HOST, "", USER_NAME, Secret(PASSWORD))
    sample = sample_of(guest)
    assert sample is not None  # noqa: S101  # it was made above
    return sample


def _lock(guest: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=guest.pk)


def _persona(guest: User, name: str, mark: str) -> User:
    persona = User(username=f"{name.lower()}-{mark}", first_name=name, persona_of=guest)
    persona.set_unusable_password()
    persona.save()
    return persona


def _parameters(ordered: Ordered) -> dict[str, str]:
    return {
        **NETWORK,
        "ContainerGroupName": ordered.name,
        "Cpu": f"{ordered.size.cpu:f}",
        "Memory": f"{ordered.size.memory_gib:f}",
        "Container.1.Name": ordered.name,
        "Container.1.Image": ordered.image,
        "Container.1.ImagePullPolicy": "IfNotPresent",
        "RestartPolicy": "Always",
        **dict(ordered.more),
    }


def _record(by: User, team: Team, ordered: Ordered, *, is_held: bool = False) -> Order:
    press = orders.Press(
        form_key=f"sample-{team.world}-{ordered.name}",
        is_held=is_held,
        vpc_id=VPC_ID,
        cpu=ordered.size.cpu,
        memory_gib=ordered.size.memory_gib,
        price_per_second=price_per_second(ordered.size),
        currency=CURRENCY,
    )
    return orders.record_order(Actor(by, team), _parameters(ordered), (), press)


def _ask(by: User, team: Team, ordered: Ordered) -> None:
    """Have the order wait for an approval, for what the team's rules find in it."""
    order = _record(by, team, ordered, is_held=True)
    facts = Facts(
        vpc_id=VPC_ID,
        cpu=order.cpu,
        memory_gib=order.memory_gib,
        price_per_hour=order.price_per_hour,
        currency=order.currency,
    )
    found = policies.judge(team, wire.from_parameters(_parameters(ordered)), facts)
    approvals.ask(order, found, facts, str(_("The launch page has to be seen from outside on Friday.")))


def _publish(admin: Actor, template: Template) -> None:
    """Make the template with the asked fields open and all others locked, and let the team order from it."""
    data = to_draft(wire.from_parameters(_parameters(template.of)), VPC_ID).data
    # A name of its own is every group's.
    del data["spec"]["container_group_name"]
    version = launch_templates.create(
        admin,
        name=str(template.name),
        slug=template.slug,
        text=str(template.text),
        note="",
        data=dict(data),
        fields={**SETTLED, **{name: {"mode": Mode.OPEN} for name in template.asks}},
    )
    launch_templates.set_state(admin.person, version.template, State.PUBLISHED)


def send(sample: Sample, port: ContainerGroups) -> None:
    """Send the orders of the sample that nobody has sent yet. Those that cannot be sent now are the worker's."""
    for order in Order.objects.filter(team=sample.team, state=OrderState.RECORDED):
        orders.ask_again(order, port)


def delete_groups(sample: Sample, port: ContainerGroups) -> None:
    """Have the simulated cloud delete the sample's groups; what it does not delete, nobody finds any more."""
    for order in Order.objects.filter(team=sample.team, state=OrderState.CREATED, delete_requested_at=None):
        with suppress(GatewayError):
            port.delete(order.region_id, order.container_group_id)


@transaction.atomic
def remove(guest: User) -> bool:
    """Delete the guest's sample with everything in it, and tell whether there was one. The audit trail stays."""
    _lock(guest)
    sample = sample_of(guest)
    if sample is None:
        return False
    _delete([sample.team])
    _delete(list(User.objects.filter(persona_of=guest)))
    audit.record(guest, "sample-portal.removed", sample.team.slug)
    return True


def _delete(things: Iterable[models.Model]) -> None:
    """Delete these, and first all that keeps them from being deleted: it belongs to the sample as they do."""
    for thing in things:
        while True:
            try:
                with transaction.atomic():
                    thing.delete()
                break
            except ProtectedError as protected:
                _delete(_present(protected.protected_objects))


def _present(things: Iterable[Any]) -> Sequence[models.Model]:
    return [thing for thing in things if type(thing).objects.filter(pk=thing.pk).exists()]


def drop_idle_samples(now: datetime | None = None, **_told: object) -> int:
    """Delete the samples in which nothing was saved or ordered in 30 days, and return how many there were."""
    before, dropped = (now or timezone.now()) - GUESTS_IDLE, 0
    old = User.objects.filter(persona_of=OuterRef("pk"), date_joined__lt=before)
    saved = Draft.objects.filter(owner__persona_of=OuterRef("pk"), saved_at__gte=before)
    ordered = Order.objects.filter(owner__persona_of=OuterRef("pk"), created_at__gte=before)
    for guest in User.objects.filter(Exists(old), ~Exists(saved), ~Exists(ordered))[:PIECE]:
        dropped += remove(guest)
    if dropped:
        logger.info("%d sample portals were deleted", dropped)
    return dropped
