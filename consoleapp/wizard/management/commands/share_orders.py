"""`manage.py share_orders`: a team that takes over what people have ordered for themselves in the configured account.

A command and no migration, because afterwards people see and may touch what others have ordered: that is for somebody
to decide, at a time of their choice, and an update of the console changes nothing by itself. The configured account
stays where all of it is, so no grant is needed.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.domain.roles import Role
from consoleapp.orders.models import Order
from consoleapp.teams.models import Membership, Team
from consoleapp.teams.services import add_member
from consoleapp.wizard.models import Draft


class Command(BaseCommand):
    help = "Makes a team of everybody with an account, and gives it the orders and drafts that belong to no team."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--team", default="default", help="the team's short name; one that is there is taken")
        parser.add_argument("--name", default="Everybody", help="the name of a new team")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CLOUD != "alibaba" or settings.SIGN_IN != "required":
            raise CommandError("only where people sign in and share the real cloud do they have an account in common")
        people = User.objects.filter(is_active=True, is_guest=False).order_by("pk")
        admin = people.filter(is_superuser=True).first()
        if admin is None:
            raise CommandError("there is no site admin who could look after the team")
        if options["dry_run"]:
            counts = people.count(), _own(Order.objects.all()).count(), _own(Draft.objects.all()).count()
        else:
            counts = _share(admin, list(people), options["team"], options["name"])
        told = "would be" if options["dry_run"] else "were"
        self.stdout.write("{} people, {} orders and {} drafts {} given to the team".format(*counts, told))


def _own(rows: Any) -> Any:
    """Return those that people with an account have made for themselves."""
    return rows.filter(team=None, owner__is_guest=False)


@transaction.atomic
def _share(admin: User, people: list[User], slug: str, name: str) -> tuple[int, int, int]:
    team, is_new = Team.objects.get_or_create(slug=slug, archived_at=None, defaults={"name": name})
    if is_new:
        audit.record(admin, "team.created", team.slug, {"name": name}, team_id=team.pk)
    there = set(Membership.objects.filter(team=team).values_list("user", flat=True))
    added = [person for person in people if person.pk not in there]
    for person in added:
        add_member(admin, team, person, Role.ADMIN if person.is_superuser else Role.OPERATOR)
    orders, drafts = _own(Order.objects.all()).update(team=team), _own(Draft.objects.all()).update(team=team)
    told = {"orders": orders, "drafts": drafts}
    audit.record(admin, "team.orders-taken", team.slug, told, team_id=team.pk)
    return len(added), orders, drafts
