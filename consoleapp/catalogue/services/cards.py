"""The catalogue: the templates of a team, a page of them, each with what one wants to know before opening it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from consoleapp.catalogue.services import fit
from consoleapp.catalogue.services.lines import containers_in_words
from consoleapp.domain.errors import DomainError
from consoleapp.domain.roles import Permission
from consoleapp.domain.sizes import CURRENCY, billed_size, price_per_hour
from consoleapp.launch_templates.models import LaunchTemplate, LaunchTemplateVersion, State
from consoleapp.launch_templates.services import templates_of
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.sizes import asked_size, instance_types, is_spot
from consoleapp.wizard.shape import Data, as_data
from consoleapp.wizard.upgrades import upgraded

PAGE_SIZE: Final = 24
IMAGES_SHOWN: Final = 2


@dataclass(frozen=True)
class Card:
    """A template as the catalogue shows it. `per_hour` is the list price of the size it begins with."""

    template: LaunchTemplate
    url: str
    about_url: str
    images: list[str]
    more_images: int = 0
    per_hour: Decimal | None = None
    currency: str = CURRENCY
    last: Order | None = None
    badge: str = ""
    # Whether the one who looks may order from it now.
    may_use: bool = False


def page_of(actor: Actor, query: str, number: str) -> Page[Any]:
    """Return a page of the templates that the actor may know of; those that are retired last."""
    found: QuerySet[LaunchTemplate] = templates_of(actor)
    for word in query.split():
        found = found.filter(Q(name__icontains=word) | Q(text__icontains=word) | Q(slug__icontains=word))
    last = Order.objects.filter(template_version__template=OuterRef("pk")).order_by("-created_at").values("pk")[:1]
    is_retired = ExpressionWrapper(Q(state=State.RETIRED), BooleanField())
    told = found.annotate(last_order=Subquery(last), is_retired=is_retired)
    return Paginator(told.order_by("is_retired", "name", "pk"), PAGE_SIZE).get_page(number)


def cards_of(actor: Actor, page: Page[Any]) -> list[Card]:
    """Return the cards of a page: a few queries, however many templates there are."""
    team = actor.team
    if team is None:
        return []
    templates = list(page.object_list)
    current = LaunchTemplateVersion.objects.filter(template__in=templates, number=F("template__current"))
    versions = {version.template_id: version for version in current}
    by_key = {template.pk: template for template in templates}
    for version in versions.values():
        version.template = by_key[version.template_id]
    misfits = fit.misfits_by_version(team, list(versions.values()))
    last = Order.objects.select_related("owner").defer("parameters", "sealed_secrets")
    orders = last.in_bulk([each.last_order for each in templates if each.last_order])
    return [_card(actor, template, versions.get(template.pk), misfits, orders) for template in templates]


def _card(
    actor: Actor,
    template: LaunchTemplate,
    version: LaunchTemplateVersion | None,
    misfits: Mapping[int, list[fit.Misfit]],
    orders: Mapping[object, Order],
) -> Card:
    slug = actor.team.slug if actor.team else ""
    about = reverse("launch_templates:detail", args=[slug, template.slug])
    last = orders.get(template.last_order)  # type: ignore[attr-defined]
    if version is None:
        return Card(template, about, about, [], last=last)
    data = as_data(upgraded(version.data))
    images, badge = containers_in_words(data), fit.badge(misfits[version.pk])
    may_use = not badge and template.state != State.RETIRED and actor.may(Permission.ORDER)
    return Card(
        template,
        reverse("launch_templates:use", args=[slug, template.slug]) if may_use else about,
        about,
        images[:IMAGES_SHOWN],
        len(images) - IMAGES_SHOWN,
        list_price(data),
        last=last,
        badge=badge,
        may_use=may_use,
    )


def list_price(data: Data) -> Decimal | None:
    """Return the list price of an hour of the size that a template begins with; None where the list has none."""
    spec = data["spec"]
    asked = asked_size(spec)
    if asked is None or instance_types(spec) or is_spot(spec):
        return None
    is_economy = next(iter(raw.words(spec, "compute_categories")), "") == "economy"
    try:
        return price_per_hour(billed_size(*asked, raw.word(spec, "region_id") or "cn-hangzhou"), is_economy)
    except (DomainError, ArithmeticError):
        return None
