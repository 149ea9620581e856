"""From a confirmed draft to its order. What is sent and when is the business of orders/.

The form key of a Confirm page is computed, never drawn: it is the same on every page of one version of a draft, so that
a second press, a reload, *back* or a second tab all mean the same orders. Only a press whose every order was refused,
which is final and has made nothing, gives the version a new key. Of a press for several groups each is an order with a
key of its own, made of the page's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from consoleapp.approvals import services as approvals
from consoleapp.cloud_accounts.grants import default_grant
from consoleapp.credentials import services as credentials
from consoleapp.domain import wire
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.governance import quotas
from consoleapp.launch_templates.services import is_usable
from consoleapp.orders import payload
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.services import Press
from consoleapp.teams.actors import Actor
from consoleapp.wizard import vault
from consoleapp.wizard.access.requirements import hosts_without_login
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.quantity import names_of, quantity_of
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services.drafts import drafts_of
from consoleapp.wizard.services.judgement import judge
from consoleapp.wizard.services.pricing import Quote

# An id that was typed by a program while the lists were missing may have any length.
VPC_ID_MAX: Final = 64
_SALT: Final = "consoleapp.wizard.form_key"


class PageTooOld(Exception):
    """The draft was saved after this Confirm page was made: what would be sent is not what was shown."""


class JudgedOtherwise(Exception):
    """By now the rules say something else than the pressed button: they deny it, or want or do not want approval."""


class TemplateGone(Exception):
    """The version of the template that the draft is on was withdrawn, or the template is retired."""


@dataclass(frozen=True)
class Presses:
    """What became of the presses on the Confirm page of one version of a draft, newest first."""

    draft: Draft
    orders: tuple[Order, ...]

    @property
    def order(self) -> Order | None:
        """Return the order that this version has become; a refused one does not count, it may be tried anew."""
        return next((order for order in self.orders if order.state != OrderState.REFUSED), None)

    @property
    def last_refusal(self) -> Order | None:
        """Return the newest refused order."""
        return next((order for order in self.orders if order.state == OrderState.REFUSED), None)

    @property
    def form_key(self) -> str:
        """Return the key of the Confirm page."""
        # All presses on one version are for as many groups, and only one whose orders were all refused has a successor.
        refused = sum(order.state == OrderState.REFUSED for order in self.orders) // quantity_of(self.draft.typed)
        text = f"{self.draft.pk}/{self.draft.version}/{refused}"
        return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()


def presses_of(draft: Draft) -> Presses:
    """Return the presses on a draft that was just loaded."""
    return _presses_now(draft) if getattr(draft, "was_pressed", True) else Presses(draft, ())


def _presses_now(draft: Draft) -> Presses:
    found = orders.orders_of_draft(Actor.behind(draft), draft.pk, draft.version).defer("parameters", "sealed_secrets")
    return Presses(draft, tuple(found))


def form_key(draft: Draft) -> str:
    """Return the key of a Confirm page that shows the draft as it is stored now."""
    return _presses_now(draft).form_key


def _key_of(form_key: str, index: int) -> str:
    """Return the key of one of the orders of a press, counted from 0; that of the first is the page's own."""
    return salted_hmac(_SALT, f"{form_key}/{index}", algorithm="sha256").hexdigest() if index else form_key


def resumable_drafts(actor: Actor) -> QuerySet[Draft]:
    """Return the actor's unfinished drafts, last saved first: not those whose present version is ordered."""
    return drafts_of(actor).exclude(orders.was_ordered())


def groups_of(draft: Draft, spec: ContainerGroupSpec, form_key: str) -> tuple[ContainerGroupSpec, ...]:
    """Return what a press with this form key sends: each group with a name of its own and the mark of its order."""
    names = names_of(spec.container_group_name, quantity_of(draft.typed))
    marks = (payload.mark_of(payload.order_id_of(_key_of(form_key, index))) for index in range(len(names)))
    return tuple(
        replace(spec, container_group_name=name, tags=(*spec.tags, mark))
        for name, mark in zip(names, marks, strict=True)
    )


@sensitive_variables()
@transaction.atomic
def record(
    draft: Draft,
    groups: Sequence[ContainerGroupSpec],
    posted_key: str,
    quote: Quote | None,
    *,
    deletes_replaced: bool = False,
    asks: bool = False,
    text: str = "",
) -> tuple[Order, ...]:
    """Record the orders of this Confirm page, all of them, and send none. Raise PageTooOld when the draft moved on, and
    TemplateGone.

    `deletes_replaced`: the group that the draft is to replace is deleted once one of these runs.

    For a team it is judged here once more. What was pressed to order takes its room of the quotas, unless it is an
    earlier press's; what `asks` is held for an approval, whose deciders read the `text`, and takes none yet. Raise
    JudgedOtherwise and quotas.NoRoom; nothing is recorded then.
    """
    # Takes the row's lock where the database has one: nobody saves the draft between this look and the order.
    mine = Draft.objects.filter(pk=draft.pk, version=draft.version, discarded_at=None)
    is_unchanged = mine.update(version=draft.version)
    presses = _presses_now(draft)
    keys = [_key_of(posted_key, index) for index in range(len(groups))]
    if is_unchanged and (earlier := [order for order in presses.orders if order.form_key in keys]):
        # A second press at the same moment: it takes no room and asks nobody again.
        return tuple(sorted(earlier, key=lambda order: keys.index(order.form_key)))
    if not is_unchanged or posted_key != presses.form_key:
        raise PageTooOld
    if draft.template_version_id and not is_usable(draft.template_version_id):
        raise TemplateGone
    actor = Actor.behind(draft)
    judged = judge(actor.team, draft.typed, _unmarked(groups[0]), quote, is_last=True)
    if judged.denied or judged.needs_approval != asks:
        raise JudgedOtherwise
    grant = default_grant(actor.team)
    press = Press(
        form_key=posted_key,
        press_id=payload.order_id_of(posted_key) if len(groups) > 1 else None,
        draft_id=draft.pk,
        draft_version=draft.version,
        origin=draft.typed.get("origin", {}),
        replaces_id=draft.replaces_id,
        template_version_id=draft.template_version_id,
        deletes_replaced=deletes_replaced,
        is_held=asks,
        account=grant.account if grant else None,
        vpc_id=raw.word(draft.typed["page"], "vpc_id")[:VPC_ID_MAX],
        no_login=hosts_without_login(draft.typed),
        cpu=quote.size.cpu if quote and quote.size else groups[0].cpu,
        memory_gib=quote.size.memory_gib if quote and quote.size else groups[0].memory_gib,
        price_per_second=quote.price.per_second if quote else None,
        currency=quote.price.currency if quote else "",
    )
    recorded = tuple(
        orders.record_order(actor, *wire.written(group), replace(press, form_key=key))
        for key, group in zip(keys, groups, strict=True)
    )
    for order in recorded:
        if asks:
            approvals.ask(order, judged.findings, judged.facts, judged.text_with_reasons(text))
        else:
            quotas.book(order)
    for credential in draft.saved_credentials.values():
        # One that was replaced or deleted after it was opened is not sent.
        if not credentials.note_use(credential, recorded):
            raise PageTooOld
    return recorded


def _unmarked(group: ContainerGroupSpec) -> ContainerGroupSpec:
    """Return a group of `groups_of` as it was before the mark of its order."""
    return replace(group, tags=group.tags[:-1])


def wipe_secrets(order: Order, **_told: object) -> None:
    """Wipe the secrets of the draft that became a container group, and the forms that were held for its other tabs.

    Called when an order becomes final.
    """
    if order.state != OrderState.CREATED or order.draft_id is None:
        return
    draft = Draft.objects.filter(pk=order.draft_id, owner=order.owner_id, version=order.draft_version).first()
    if draft is not None:
        vault.forget_all(draft)
