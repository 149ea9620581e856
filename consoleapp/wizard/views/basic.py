"""Basic Settings: region and network, container group, advanced settings, containers.

The first page of all, `/buy/`, is this page for a draft that is not stored yet, see start.py. The mechanism of saving
and moving is in step.py, what a POST does to the draft in basic_actions.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.limits import CONTAINERS_MAX
from consoleapp.domain.reachability import SENTENCES as WAY_OUT_SENTENCES
from consoleapp.domain.secret import Secret
from consoleapp.domain.sizes import CURRENCY
from consoleapp.web.domain_words import region_name
from consoleapp.web.formats import first_few
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.origins import carried
from consoleapp.wizard import steps
from consoleapp.wizard.draft import links, quantity, raw
from consoleapp.wizard.draft.images import pinned_tag, reference_of
from consoleapp.wizard.draft.marks import Barred
from consoleapp.wizard.draft.problems import FieldError, Kind
from consoleapp.wizard.draft.sizes import instance_types
from consoleapp.wizard.forms import basic as forms
from consoleapp.wizard.forms import volumes
from consoleapp.wizard.forms.declared import held, words_of
from consoleapp.wizard.forms.stored import secret_hint
from consoleapp.wizard.services.image_tabs import LAST, TITLES
from consoleapp.wizard.services.last_time import is_as_last_time
from consoleapp.wizard.services.network import NetworkChoices, NetworkSource, with_defaults
from consoleapp.wizard.shape import Data, Fields, ak_secret_name, containers_of, find_container, volumes_of
from consoleapp.wizard.summary.parts import word_of
from consoleapp.wizard.views import (
    access_actions,
    access_check,
    basic_actions,
    cards,
    image_login,
    judging,
    sidebar,
    take_over,
)
from consoleapp.wizard.views.gateway_messages import trouble_of
from consoleapp.wizard.views.judging import Judged
from consoleapp.wizard.views.page_context import PageState, frame
from consoleapp.wizard.views.step import StepPage
from consoleapp.wizard.views.submission import Submission

# Names of the addresses that are dialogs over this page, and pages of their own without a script.
DIALOGS = ("images", "versions")
TEMPLATE = "wizard/basic.html"


class BasicPage(StepPage):
    """The page and what can be done on it."""

    slug = "basic"
    actions = {**basic_actions.ACTIONS, **access_actions.ACTIONS, **take_over.ACTIONS, **judging.ACTIONS}

    def bind(self, change: Submission) -> None:
        basic_actions.bind(change)

    def network(self, request: ConsoleRequest, data: Data) -> NetworkChoices:
        return chosen_network(request, data)

    def render(self, request: ConsoleRequest, shown: PageState, status: int = 200) -> HttpResponse:
        network = self.network(request, shown.data)
        data = with_defaults(shown.data, network)
        shown = replace(shown, data=data)
        found = judging.judged(request, shown.data, shown.secrets, network)
        evaluation = found.evaluation.with_refusal(shown.refusal)
        containers = _containers(shown, network, evaluation)
        containers["notes"] |= _login(request, shown, evaluation, containers)
        queue = _queue(request, shown, containers["open_key"])
        if queue and queue["key"] == containers["open_key"]:
            containers["notes"]["is_asked"] = True
        said = _Said.of(shown, found, evaluation, network, containers["open_key"])
        listed = _with_forms(shown, said.problems, containers)
        opened = next((card for card in listed if card.is_open), None)
        context = {
            **_sections(shown, network, said),
            **frame(self.slug, shown, evaluation, containers["open_key"]),
            **containers,
            **sidebar.price(found.quote, data),
            "quota": judging.forecast(found),
            "judges": found.has_rules and shown.draft is not None,
            "network": network,
            "given_name": data.get("given_name", ""),
            "dialog_url": _dialog_url(request, shown, containers["open_key"]),
            "queue": queue,
            "cards": listed,
            **sidebar.aside(self.slug, data, listed, evaluation, network, containers["open_key"]),
            "opened": opened,
            "owner": opened.name if opened and len(listed) > 1 else "",
        }
        if shown.draft is None:
            query = request.GET.dict()
            context["action"] += carried(query, links.told(query))
        return render(request, TEMPLATE, context, status=status)


def _login(
    request: ConsoleRequest, shown: PageState, evaluation: steps.Evaluation, context: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the login under the open image, and the answer about it without the way there."""
    login, note = image_login.login_of(request, shown, evaluation, context["open_key"]), context["notes"].get("check")
    return {"login": login, "check": note.beside_login if login and note else note}


def _dialog_url(request: ConsoleRequest, shown: PageState, key: str) -> str:
    """Return the dialog that the page opens by itself, see start.py; "" for most, and for who comes back to it."""
    asked = request.GET.get("dialog", "")
    if not asked or not key or shown.draft is None or not request.htmx:
        return ""
    if asked in (*TITLES, LAST):
        return reverse("wizard:images", args=[shown.draft.pk, key, asked])
    return reverse("wizard:versions", args=[shown.draft.pk, key]) if asked in DIALOGS else ""


def _queue(request: ConsoleRequest, shown: PageState, open_key: str) -> dict[str, str] | None:
    """Return the container whose image the page has checked next by itself: one that nobody has asked about, the open
    card's first. None where there is none left, or where the last answer could not be kept."""
    if not settings.CHECK_ON_INPUT or shown.draft is None:
        return None
    waiting = [item for item in shown.checked if item.is_worth_asking and item.answer is None]
    keys = [item.container_key for item in waiting]
    if not keys or request.GET.get(access_check.ASKED) in keys:
        return None
    key = open_key if open_key in keys else keys[0]
    changed = (*(f"{part}-{key}" for part in ("notes", "found", "more", "check", "login", "open")), *access_check.KEPT)
    return {
        "key": key,
        "url": access_check.address_of(shown.draft, [key], steps.SLUGS[0], open_key),
        "keep": ",".join(f"#{name}" for name in changed),
    }


def network_source(request: ConsoleRequest) -> NetworkSource:
    """Return where the lists of the actor's account come from."""
    cloud = request.cloud
    place, added = request.place, tuple(settings.REGIONS)
    return NetworkSource(cloud.container_groups, cloud.networks, place.key, added, place.limits)


def chosen_network(request: ConsoleRequest, data: Data) -> NetworkChoices:
    """Return the lists of the region and VPC that the draft has chosen."""
    return network_source(request).choices(raw.word(data["spec"], "region_id"), raw.word(data["page"], "vpc_id"))


@dataclass(frozen=True)
class _Said:
    """What is said at the controls of the page: mistakes once they are shown, and what rules say of what is chosen and
    of what could be."""

    problems: tuple[FieldError, ...]
    barred: Barred
    pickers: tuple[forms.SizePicker, ...]

    @classmethod
    def of(
        cls, shown: PageState, found: Judged, evaluation: steps.Evaluation, network: NetworkChoices, open_key: str
    ) -> Self:
        spec, barred = shown.data["spec"], judging.barred(found.judgement, network)
        pickers, sizes = judging.sized(forms.size_pickers(spec, raw.word(spec, "region_id")), found.judgement)
        mistakes = (each for each in _problems(shown, evaluation) if each.kind == Kind.MISTAKE)
        told = judging.beside("basic", found, barred, sizes, open_key=open_key, at=shown.at)
        problems = (*mistakes, *told)
        return cls(problems, barred, tuple(forms.with_problems(picker, problems) for picker in pickers))


def _sections(shown: PageState, network: NetworkChoices, said: _Said) -> dict[str, Any]:
    spec, problems = shown.data["spec"], said.problems
    wrong = {problem.field_id.removeprefix("id_") for problem in problems if problem.is_wrong}
    marked = wrong | {problem.field_id.removeprefix("id_") for problem in problems if not problem.is_choice}
    region_id = raw.word(spec, "region_id")
    names = {each.vswitch_id: each.name or each.vswitch_id for each in network.vswitches}
    found = {problem.field_id: problem.message for problem in problems}
    advanced_fields = set(forms.AdvancedForm.base_fields)
    categories = words_of(ContainerGroupSpec, "compute_categories")
    return {
        "network_trouble": trouble_of(network.error) if network.error else None,
        "kept_vswitch_ids": raw.words(spec, "vswitch_ids"),
        **_where(shown, network, said),
        "group_form": forms.GroupForm(spec, problems, barred=said.barred),
        "quantity_form": _quantity_form(shown, problems),
        "pickers": said.pickers,
        "advanced_form": forms.AdvancedForm(spec, problems),
        "size_note": forms.size_note(spec, region_id),
        "list_currency": CURRENCY,
        "types_note": ", ".join(instance_types(spec)),
        "order": {
            "vswitch_ids": [(each, names.get(each, each)) for each in raw.words(spec, "vswitch_ids")],
            "compute_categories": [(each, word_of(categories, each)) for each in raw.words(spec, "compute_categories")],
        },
        "volumes": [_volume(row, shown.secrets, problems, found) for row in volumes_of(shown.data)],
        "volume_kinds": volumes.KINDS,
        "expert_kinds": volumes.EXPERT_KINDS,
        "expert": _expert(shown, problems),
        "advanced_holds": _advanced_holds(shown.data),
        "advanced_wrong": bool(advanced_fields & wrong),
        "advanced_open": shown.at == "volumes"
        or bool(advanced_fields & marked)
        or any(place.startswith(f"{row['_key']}-") for row in volumes_of(shown.data) for place in (shown.at, *marked)),
    }


def _quantity_form(shown: PageState, problems: tuple[FieldError, ...]) -> forms.QuantityForm | None:
    """Return the control of how many groups are made; none for what is to replace one."""
    if shown.draft is not None and shown.draft.replaces_id:
        return None
    return forms.QuantityForm({quantity.FIELD: quantity.typed(shown.data)}, problems)


def _expert(shown: PageState, problems: tuple[FieldError, ...]) -> dict[str, Any]:
    """Return the fold of what few people need of the group."""
    spec, names = shown.data["spec"], forms.ExpertForm.base_fields
    here = [problem for problem in problems if problem.field_id.removeprefix("id_") in names]
    return {
        "form": forms.ExpertForm(spec, problems),
        "holds": held(spec, forms.EXPERT) or _("nothing"),
        "has_error": any(problem.is_wrong for problem in here),
        "is_open": bool(here) or shown.at in names,
    }


def _volume(
    row: Fields, secrets: Mapping[str, Secret], problems: tuple[FieldError, ...], found: Mapping[str, str]
) -> dict[str, Any]:
    key, kind = row["_key"], str(row.get("_kind"))
    form = volumes.FORMS.get(kind)
    hint = secret_hint(secrets, ak_secret_name(key))
    return {
        "key": key,
        "kind": volumes.KINDS.get(kind, ""),
        "name": raw.word(row, "name"),
        "form": form(row, problems, prefix=key, hint=hint) if form else None,
        "files": volumes.shown_files(row, secrets, found),
        "files_error": found.get(f"id_{key}-config_files", ""),
    }


def _advanced_holds(data: Data) -> str:
    parts = []
    if raw.flag(data["spec"], "auto_match_image_cache", True):
        parts.append(_("image cache"))
    if extra := raw.word(data["spec"], "ephemeral_storage_gib")[:6]:
        parts.append(f"+{extra} GiB")
    names = [raw.word(row, "name")[:20] for row in volumes_of(data)]
    if names:
        parts.append(_("volumes: %(names)s") % {"names": first_few(names)})
    return ", ".join(parts) or _("nothing")


def _where(shown: PageState, network: NetworkChoices, said: _Said) -> dict[str, Any]:
    """Return where the group runs in one line, and whether more of it has to be seen: a choice that is missing or
    wrong, a network without a way to where an image comes from."""
    form = forms.NetworkForm(shown.data, network, said.problems, said.barred)
    chosen = {name: raw.word(shown.data["spec"], name) for name in ("region_id", "security_group_id")}
    vswitches = network.chosen_vswitches(raw.words(shown.data["spec"], "vswitch_ids"))
    group = next(
        (each for each in network.security_groups if each.security_group_id == chosen["security_group_id"]), None
    )
    parts = [
        region_name(chosen["region_id"]),
        (network.vpc.name or network.vpc.vpc_id) if network.vpc else "",
        ", ".join(vswitch.name or vswitch.vswitch_id for vswitch in vswitches),
        (group.name or group.security_group_id) if group else "",
    ]
    missing = network.missing_way(shown.data["spec"])
    needs_way = missing is not None and any(
        need.requirement is not None and need.requirement.needs_internet for need in shown.needs
    )
    here = [each for each in said.problems if each.field_id.removeprefix("id_") in form.fields and not each.is_choice]
    is_wrong = any(problem.is_wrong for problem in here)
    return {
        "network_form": form,
        "network_says": " · ".join(part or "–" for part in parts),
        "network_wrong": is_wrong,
        "network_open": bool(here) or needs_way or network.error is not None or not all(parts) or shown.at == "network",
        "way_note": _(WAY_OUT_SENTENCES[missing.reason]) if missing else "",
        "needs_way": needs_way,
        "as_last_time": is_as_last_time(shown.data) if "last_time" in shown.data else None,
    }


def _problems(shown: PageState, evaluation: steps.Evaluation) -> tuple[FieldError, ...]:
    """Return what is shown to be wrong on this page."""
    return evaluation.shown_at("basic", with_mistakes="basic" in shown.data["shown_errors"])


def _containers(shown: PageState, network: NetworkChoices, evaluation: steps.Evaluation) -> dict[str, Any]:
    """Return the cards as lines, and what the image of the open one has to say; without the forms of the open one."""
    problems = _problems(shown, evaluation)
    open_key = _open_key(shown, problems)
    listed = cards.cards_of(shown.data, shown.secrets, problems, shown.needs, open_key)
    is_open = find_container(shown.data, open_key) is not None
    notes = cards.image_notes(open_key, shown.needs, shown.data, shown.secrets, network) if is_open else {}
    return {
        "cards": listed,
        "notes": notes,
        "open_key": open_key,
        "containers_max": CONTAINERS_MAX,
        "has_room": len(listed) < CONTAINERS_MAX,
        "removed": raw.word(shown.data["removed"]["container"], "name") if "removed" in shown.data else None,
    }


def _with_forms(shown: PageState, problems: tuple[FieldError, ...], context: Mapping[str, Any]) -> list[cards.Card]:
    """Return the cards, with the forms of the open one."""
    open_key, notes = context["open_key"], context["notes"]
    container = find_container(shown.data, open_key)
    if container is None:
        return list(context["cards"])
    body = cards.open_body(container, shown.data, shown.secrets, problems)
    body["notes"] = notes
    body["way"] = str(_(WAY_OUT_SENTENCES[notes["blocked"].reason])) if notes.get("blocked") else ""
    body["pin"] = _pin(container, notes)
    body["at_fold"] = cards.fold_of(f"id_{shown.at}", container) if shown.at.startswith(f"{open_key}-") else ""
    return [replace(card, body=body) if card.is_open else card for card in context["cards"]]


def _pin(container: Fields, notes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the Image version says about its digest."""
    reference = reference_of(container)
    return {
        "tag": pinned_tag(container),
        "is_digest": reference is not None and reference.digest is not None,
        "can_pin": reference is not None and reference.digest is None,
        "moved": notes.get("moved"),
    }


def _open_key(shown: PageState, problems: tuple[FieldError, ...]) -> str:
    """Return the card to be open: the one asked for, else the first with a problem, else the first."""
    if find_container(shown.data, shown.open) is not None:
        return shown.open
    wrong = next((problem.container_key for problem in problems if problem.container_key), "")
    return wrong or next((card["_key"] for card in containers_of(shown.data)), "")


PAGE = BasicPage()
