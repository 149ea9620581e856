"""Where one may go from anywhere and what one may do there: the list behind Ctrl+K, bounded, and of the actor alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consoleapp.accounts.models import User
from consoleapp.orders.services import orders_of
from consoleapp.teams.actors import Actor
from consoleapp.wizard.services.ordering import resumable_drafts

# Of each kind: more than that is found by typing a name and pressing Enter.
GROUPS_MAX: Final = 30
DRAFTS_MAX: Final = 30


@dataclass(frozen=True)
class Command:
    """One line of the list; `keys` are those that do the same. What is sent and not opened `is_sent`."""

    text: str
    url: str
    kind: str = ""
    keys: str = ""
    is_sent: bool = False


def commands_of(actor: Actor, query: str = "") -> list[Command]:
    """Return what the actor may do and see, in the order in which it is looked for; with `query` only what has all
    its words in its name."""
    found = [*_actions(actor), *_groups(actor, query), *_drafts(actor, query), *_account(actor.user)]
    words = query.casefold().split()
    return [each for each in found if all(word in each.text.casefold() for word in words)]


def _actions(actor: Actor) -> Iterator[Command]:
    yield Command(_("Create container group"), reverse("wizard:start"), keys="c")
    yield Command(_("Import"), reverse("import"))
    yield Command(_("Container groups"), reverse("groups:list"), keys="g h")
    yield Command(_("Drafts"), reverse("wizard:drafts"), keys="g d")
    yield Command(_("Templates"), reverse("launch_templates:list"), keys="g t" if actor.team else "")
    if settings.CLOUD == "simulator":
        yield Command(_("Images to try"), reverse("groups:demo"))


def _groups(actor: Actor, query: str) -> Iterator[Command]:
    orders = orders_of(actor).filter(delete_requested_at=None)
    for word in query.split():
        orders = orders.filter(group_name__icontains=word)
    for pk, name, group_id in orders.values_list("pk", "group_name", "container_group_id")[:GROUPS_MAX]:
        url = reverse("groups:detail", args=[group_id]) if group_id else reverse("orders:detail", args=[pk])
        yield Command(name, url, _("Container group") if group_id else _("Order"))


def _drafts(actor: Actor, query: str) -> Iterator[Command]:
    name = "data__spec__container_group_name"
    drafts = resumable_drafts(actor)
    for word in query.split():
        drafts = drafts.filter(**{f"{name}__icontains": word})
    for pk, named in drafts.values_list("pk", name)[:DRAFTS_MAX]:
        yield Command(str(named or pk)[:128], reverse("wizard:basic", args=[pk]), _("Draft"))


def _account(person: object) -> Iterator[Command]:
    if not isinstance(person, User):
        return
    yield Command(_("Audit trail"), reverse("audit:trail"))
    if person.is_guest or person.persona_of_id:
        return
    if settings.SIGN_IN == "required":
        if person.has_usable_password():
            yield Command(_("Change password"), reverse("accounts:password"))
        yield Command(_("Sign-ins"), reverse("accounts:sign-ins"))
        if person.is_superuser:
            yield Command(_("Site administration"), reverse("admin:index"))
    yield Command(_("Sign out"), reverse("accounts:sign-out"), is_sent=True)
