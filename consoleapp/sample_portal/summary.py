"""The stories that the sample portal tells: short steps, each with who takes it and the page where it is taken."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.roles import Role
from consoleapp.sample_portal.services import TEMPLATES, WEB_SMALL, WORKER, Sample

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
    slug = sample.team.slug
    template = {each.slug: reverse("launch_templates:use", args=[slug, each.slug]) for each in TEMPLATES}
    yield Story(
        _("Three fields"),
        _("A template asks for little, and the team's rules stand where one fills in."),
        (
            Step(
                _("Bob opens the template Web, small. Sizes above 4 vCPU are there, and say whose rule keeps them."),
                Role.OPERATOR,
                _("Open Web, small"),
                template[WEB_SMALL],
            ),
            Step(_("Take 2 vCPU with 4 GiB and go on. It costs more than the team lets anybody order freely.")),
            Step(
                _("So the button reads Ask for approval. Press it: nothing is sent before somebody else has decided.")
            ),
        ),
    )
    yield Story(
        _("An approval"),
        _("Who decides sees what differs from what was there before, and nobody decides about an order of their own."),
        (
            Step(
                _("Ann finds what waits for her. launch-page asks for a public address, and for a reason."),
                Role.APPROVER,
                _("See what waits"),
                reverse("approvals:list"),
            ),
            Step(_("Open it, look at what differs, approve it. It is sent by itself, once.")),
            Step(
                _("Bob sees it run among the team's groups."),
                Role.OPERATOR,
                _("Look as Bob"),
                reverse("groups:list"),
            ),
        ),
    )
    yield Story(
        _("An exception"),
        _("A rule is no wall: one asks where it stands, and says why."),
        (
            Step(
                _("Bob wants an image from Docker Hub, and the team takes images from its own registries alone."),
                Role.OPERATOR,
                _("Try nginx"),
                _buy(sample, image="nginx:1.29", name="try-nginx", cpu="1", memory="2"),
            ),
            Step(_("Press Ask for an exception under the image, say why, and go on to Ask for approval.")),
            Step(
                _("Ann grants it, for this order alone."), Role.APPROVER, _("Decide as Ann"), reverse("approvals:list")
            ),
        ),
    )
    yield Story(
        _("No room"),
        _("What the team has left stands beside the size and at the foot, before anything is pressed."),
        (
            Step(
                _("Bob wants a Worker with 4 vCPU. 13 of 16 are taken."),
                Role.OPERATOR,
                _("Open Worker"),
                template[WORKER],
            ),
            Step(
                _("The page of the quota tells what uses it, and whose that is. What is his own, Bob can delete."),
                Role.OPERATOR,
                _("See the quota"),
                reverse("governance:quota", args=[slug]),
            ),
        ),
    )
    yield Story(
        _("A saved login"),
        _("The team's password works for everybody, and nobody reads it."),
        (
            Step(
                _("Bob wants an image that its registry gives to those who log in."),
                Role.OPERATOR,
                _("Open it"),
                _buy(sample, image="harbor.example.com/shop/cart:1.8.0", name="cart", cpu="1", memory="2"),
            ),
            Step(_("Under the image stands what Alice has saved for this host. One press uses it and checks again.")),
            Step(
                _("Alice replaces it here, and sees where it is used. No page shows the password."),
                Role.ADMIN,
                _("See the logins"),
                reverse("credentials:list", args=[slug]),
            ),
        ),
    )
    yield Story(
        _("And behind it"),
        _("Alice writes the rules, and is told what they would change before they count."),
        (
            Step(
                _("The rules of the team, a sentence each."),
                Role.ADMIN,
                _("Read the rules"),
                reverse("governance:policies", args=[slug]),
            ),
            Step(
                _("The templates that the team orders from."),
                Role.ADMIN,
                _("See the templates"),
                _of(sample, "launch_templates:list"),
            ),
            Step(
                _("Links for another portal, for Backstage and GitLab."),
                Role.ADMIN,
                _("Write a link"),
                reverse("portal:links", args=[slug]),
            ),
            Step(
                _("Carol sees all of it, and changes nothing."), Role.VIEWER, _("Look as Carol"), reverse("groups:list")
            ),
        ),
    )


def _buy(sample: Sample, **asked: str) -> str:
    return _of(sample, "wizard:start", **asked)


def _of(sample: Sample, page: str, /, **asked: str) -> str:
    return f"{reverse(page)}?{urlencode({'team': sample.team.slug, **asked})}"
