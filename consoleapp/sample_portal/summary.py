"""The stories that the sample portal tells: short steps, each with who takes it and the page where it is taken."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.roles import Role
from consoleapp.orders.models import Order, OrderState
from consoleapp.sample_portal.services import WAITING, Sample

Text = str | Promise


@dataclass(frozen=True)
class Step:
    """What to do, as whom, and where; without a place it is done on the page of the step before."""

    text: Text
    by: Role | None = None
    label: Text = ""
    address: str = ""
    # The persona whose button it is, once the sample is known.
    persona_id: int | None = None
    persona: str = ""


@dataclass(frozen=True)
class Story:
    title: Text
    text: Text
    steps: tuple[Step, ...]


# What each of the four comes for.
PEOPLE: Final = {
    Role.VIEWER: _("sees the team's groups, orders, templates and quota, and changes nothing."),
    Role.OPERATOR: _("orders, and looks after what he ordered."),
    Role.APPROVER: _("decides about others' orders, and operates every group."),
    Role.ADMIN: _("looks after members, rules, templates and registry logins."),
}


def stories_of(sample: Sample) -> list[Story]:
    """Return the stories, each step with the persona who takes it."""
    return [
        Story(story.title, story.text, tuple(_with_persona(sample, step) for step in story.steps))
        for story in _stories(sample)
    ]


def _with_persona(sample: Sample, step: Step) -> Step:
    person = sample.who(step.by) if step.by else None
    return replace(step, persona_id=person.pk, persona=person.label) if person else replace(step, label="", address="")


def _stories(sample: Sample) -> Iterator[Story]:
    held = Order.objects.filter(team=sample.team, state=OrderState.HELD, group_name=WAITING.name).first()
    yield Story(
        _("A rule at the field"),
        _("Nobody learns of a rule after the last press."),
        (
            Step(
                _("Bob begins a web server for the team."),
                Role.OPERATOR,
                _("Open it as Bob"),
                _buy(image="open.example.com/public/web:1.0.0", name="my-page", cpu="8", memory="16"),
            ),
        ),
    )
    if held is not None:
        yield Story(
            _("An approval"),
            _("Somebody else decides, and sees what it is about."),
            (
                Step(
                    _("Bob's order waits: it asks for a public address."),
                    Role.APPROVER,
                    _("Open it as Ann"),
                    reverse("orders:detail", args=[held.pk]),
                ),
            ),
        )


def _buy(**asked: str) -> str:
    return f"{reverse('wizard:start')}?{urlencode(asked)}"
