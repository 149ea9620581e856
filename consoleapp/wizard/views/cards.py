"""Container cards: the one-line summary of each, and all that the open one shows beside its fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consoleapp.domain.container import Container
from consoleapp.domain.credentials import RequirementKind, RequirementReason
from consoleapp.domain.errors import DomainError
from consoleapp.domain.image import ImageSource
from consoleapp.domain.reachability import is_foreign_vpc_host
from consoleapp.domain.schema import fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import split_line
from consoleapp.web.domain_words import in_words
from consoleapp.wizard.access.answers import answer_about
from consoleapp.wizard.access.images import Checked
from consoleapp.wizard.access.messages import words_about
from consoleapp.wizard.access.requirements import HostNeed, ImageNeed, host_needs, is_covered
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.new import PASSED_OVER, passed_over_version
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms import container as forms
from consoleapp.wizard.forms import env_text, rows
from consoleapp.wizard.forms.declared import Part, held, label_of
from consoleapp.wizard.forms.pasted import taken_of
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import (
    CONTAINER_LISTS,
    Data,
    Fields,
    containers_of,
    credential_name,
    find_container,
    find_row,
    is_init,
    record_of,
    volumes_of,
)
from consoleapp.wizard.views.access_panel import moved, note_of
from consoleapp.wizard.views.image_card import facts_context

SOURCES: Mapping[ImageSource, str | Promise] = {
    ImageSource.COMMON: gettext_lazy("Common image"),
    ImageSource.DOCKER_OFFICIAL: gettext_lazy("Docker official image"),
    ImageSource.DOCKER_HUB: gettext_lazy("Docker Hub"),
    ImageSource.ACR_PERSONAL: gettext_lazy("Container Registry Personal"),
    ImageSource.ACR_ENTERPRISE: gettext_lazy("Container Registry Enterprise"),
    ImageSource.PRIVATE: gettext_lazy("Other registry"),
}


@dataclass(frozen=True)
class Card:
    """One container or init container as its line shows it."""

    key: str
    number: int
    is_init: bool
    name: str
    image: str
    # (text, kind) of the chip; empty text where there is no image yet.
    chip: tuple[str, str] = ("", "")
    ports: str = ""
    problems: tuple[FieldError, ...] = ()
    is_open: bool = False
    # Among those of its kind, which run in this order.
    is_first: bool = False
    is_last: bool = False
    # What only the open card has: forms, rows, notes.
    body: Mapping[str, Any] = field(default_factory=dict)


def cards_of(
    data: Data,
    secrets: Mapping[str, Secret],
    problems: Iterable[FieldError],
    images: tuple[ImageNeed, ...],
    open_key: str = "",
) -> list[Card]:
    """Return the cards in their order; `images` says what the image of each needs."""
    needs = {need.container_key: need for need in images}
    hosts = {host.host: host for host in host_needs(images)}
    by_key: dict[str, list[FieldError]] = {}
    for problem in problems:
        by_key.setdefault(problem.container_key, []).append(problem)
    cards = []
    lists = [data["spec"].get(name, []) for name in CONTAINER_LISTS]
    ends = {row["_key"]: (row is listed[0], row is listed[-1]) for listed in lists for row in listed}
    for number, container in enumerate(containers_of(data), start=1):
        key = container["_key"]
        cards.append(
            Card(
                key=key,
                number=number,
                is_init=is_init(data, key),
                name=raw.word(container, "name"),
                image=image_text(container),
                chip=checked_chip(needs.get(key), data) or chip(needs.get(key), hosts, data, secrets),
                ports=_ports(container),
                problems=tuple(by_key.get(key, ())),
                is_open=key == open_key,
                is_first=ends[key][0],
                is_last=ends[key][1],
            )
        )
    return cards


def checked_chip(need: ImageNeed | None, data: Data) -> tuple[str, str] | None:
    """Return the chip of an image whose registry has said whether it can be pulled; None where that is not known."""
    checked = Checked(need, answer_about(data, need.text)) if need is not None else None
    if checked is None or checked.answer is None or not checked.answer.is_current:
        return None
    if not checked.is_failure and not checked.answer.result.can_be_pulled:
        return None
    words = words_about(checked)
    return (words.chip, words.kind) if words else None


def chip(
    need: ImageNeed | None, hosts: Mapping[str, HostNeed], data: Data, secrets: Mapping[str, Secret]
) -> tuple[str, str]:
    """Return the chip of an image: where it comes from, or what it still needs."""
    if need is None:
        return "", ""
    if need.error is not None or need.requirement is None or need.source is None:
        return _("Not an image address"), "bad"
    host = hosts[need.requirement.server]
    has_credential = bool(secrets.get(credential_name(host.host)))
    is_asked_for = need.requirement.reason is not RequirementReason.PRIVATE_IMAGE
    if need.requirement.kind is RequirementKind.CREDENTIAL and is_asked_for and not has_credential:
        return _("Needs a login"), "warn"
    if need.requirement.kind is RequirementKind.ACR_REGISTRY_INFO and not has_credential and not is_covered(host, data):
        return _("Needs the instance"), "warn"
    # Grey: where an image comes from proves nothing.
    return str(SOURCES[need.source]), ""


def _ports(container: Fields) -> str:
    rows = [row for row in container.get("ports", []) if raw.word(row, "port")]
    shown = [f"{raw.word(fields, 'port')}/{raw.word(fields, 'protocol', 'TCP')}"[:12] for fields in rows[:3]]
    if not shown:
        return ""
    word = ngettext("port", "ports", len(rows))
    return f"{word} {', '.join(shown)}{' …' if len(rows) > len(shown) else ''}"


def open_body(
    container: Fields, data: Data, secrets: Mapping[str, Secret], problems: tuple[FieldError, ...]
) -> dict[str, Any]:
    """Return forms, rows and what the folded parts say they hold, for the open card."""
    key, is_first = container["_key"], is_init(data, container["_key"])
    found = {problem.field_id: problem.message for problem in problems}
    names = [name for row in volumes_of(data) if (name := raw.word(row, "name"))]
    offered: dict[str, dict[str, rows.Options]] = {
        "volume_mounts": {"name": [("", _("Volume …")), *((name, name) for name in names)]}
    }
    form = forms.card_form(is_init=is_first)(container, problems, prefix=key)
    body: dict[str, Any] = {
        "form": form,
        "found": form.beside("image"),
        "paste": forms.PasteForm(container, problems, prefix=key),
        "rows": {name: rows.shown_rows(container, name, secrets, found, offered.get(name)) for name in rows.ROWS},
        "row_errors": {name: found.get(f"id_{key}-{name}", "") for name in rows.ROWS},
        "env_text": env_text.shown_text(container),
        "has_volumes": bool(names),
        "holds": holds(container),
        "waiting": raw.whole_number(container, "environment_vars_waiting"),
        "words": shown_words(container, "commands", "args"),
        "wrong": {fold_of(problem.field_id, container): True for problem in problems if problem.is_wrong},
        "marked": {fold_of(problem.field_id, container): True for problem in problems},
    }
    if not is_first:
        actions = {
            name: form(record_of(container, name), label_of(Container, name), problems, prefix=f"{key}-{name}")
            for name, form in forms.ACTION_FORMS.items()
        }
        body["probes"] = [form for name, form in actions.items() if fields_of(Container)[name].at == "health"]
        body["handlers"] = [form for name, form in actions.items() if fields_of(Container)[name].at == "lifecycle"]
    return body


# Words that mean something to a shell only.
SHELL_WORDS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1", "&>"})


def shown_words(fields: Fields, *names: str) -> dict[str, Any]:
    """Return what is started, word by word, and what is odd about it: above all why it cannot be read."""
    try:
        words = [word for name in names for word in split_line(raw.text(fields, name))]
    except DomainError as error:
        return {"words": (), "odd": in_words(error)}
    odd = ""
    if any(word in SHELL_WORDS for word in words) and not any(word in ("-c", "-ec", "-lc") for word in words):
        odd = _('No shell reads this, every word is passed on as it is. For a shell: sh -c "…"')
    elif words and any(blank in words[0].strip() for blank in " \n"):
        odd = _("The first word is the program's name, and it has blanks inside: the quotes around it are too wide.")
    return {"words": words, "odd": odd}


# The folded parts of a card, each with the sections of the fields in it.
_FOLDS = {
    "process": ("command", "process"),
    "environment": ("environment", "hiding"),
    "ports": ("ports",),
    "mounts": ("mounts",),
    "health": ("health",),
    "lifecycle": ("lifecycle",),
    "security": ("security",),
    "size": ("size",),
    "expert": ("expert",),
}
_FOLD_OF = {section: fold for fold, sections in _FOLDS.items() for section in sections}


def fold_of(field_id: str, container: Fields) -> str:
    """Return the folded part of the card that a control is in; "" for the part that is always in view."""
    first, *_rest = field_id.removeprefix(f"id_{container['_key']}-").split("-")
    lists = (name for name in rows.ROWS if find_row(container.get(name, []), first) is not None)
    name = next(lists, rows.VARIABLES if first in ("environment_vars_paste", env_text.TEXT) else first)
    declared = fields_of(Container).get(name)
    return _FOLD_OF.get(declared.at, "") if declared else ""


def holds(container: Fields) -> dict[str, str]:
    """Return what each folded part holds, in a few words."""
    env = [row for row in container.get("environment_vars", []) if raw.word(row, "key")]
    hidden = sum(1 for each in env if each.get("value_secret"))
    secret_text = _(", %(count)d secret") % {"count": hidden} if hidden else ""
    return {
        "process": " ".join(raw.text(container, "commands").split())[:40] or _("image defaults"),
        "size": _size_text(container),
        "environment": f"{len(env)}{secret_text}" if env else _("none"),
        "ports": _ports(container) or _("none"),
        "mounts": str(len(container.get("volume_mounts", []))) if container.get("volume_mounts") else _("none"),
        "health": _probe_text(container),
        "lifecycle": _handler_text(container),
        "security": _security_text(record_of(container, "security_context")),
        "expert": held(container, Part(Container, ("expert",))) or _("nothing"),
    }


def _size_text(container: Fields) -> str:
    cpu, memory = (raw.word(container, name)[:8] for name in ("cpu", "memory_gib"))
    parts = [f"{cpu} vCPU" if cpu else "", f"{memory} GiB" if memory else ""]
    return " · ".join(part for part in parts if part) or _("shares the group's size")


def _probe_text(container: Fields) -> str:
    shown = []
    for name, word in (("liveness_probe", _("liveness")), ("readiness_probe", _("readiness"))):
        probe = record_of(container, name)
        action = {
            "http": f"GET {raw.word(record_of(probe, 'http_get'), 'path') or '/'}",
            "tcp": f"TCP {raw.word(record_of(probe, 'tcp_socket'), 'port')}",
            "exec": _("command"),
        }.get(raw.word(probe, "kind"))
        if action:
            shown.append(f"{word}: {action[:24]}")
    return ", ".join(shown) or _("none")


def _handler_text(container: Fields) -> str:
    words = (("lifecycle_post_start", _("after start")), ("lifecycle_pre_stop", _("before stop")))
    return ", ".join(word for name, word in words if raw.word(record_of(container, name), "kind")) or _("none")


def _security_text(context: Fields) -> str:
    user = raw.word(context, "run_as_user")[:10]
    shown = [
        _("user %(id)s") % {"id": user} if user else "",
        _("read-only root") if raw.flag(context, "read_only_root_filesystem") else "",
        raw.word(context, "capabilities_add")[:24],
        _("privileged") if raw.flag(context, "privileged") else "",
    ]
    return ", ".join(text for text in shown if text) or _("image defaults")


def _passed_over(key: str, data: Data) -> dict[str, str]:
    """Return the version that counts, and the one that the address said; nothing where they are the same."""
    container = find_container(data, key)
    fields = container if container else {}
    version = passed_over_version(fields)
    if not version:
        return {}
    counts = raw.word(fields, "image_version")
    # A digest does not fit into a verb.
    verb = "" if ":" in version else f"check-tag:{key}:{version}"
    return {"counts": counts, "said": version, "verb": verb, "address": raw.word(fields, PASSED_OVER)}


def image_notes(
    key: str, needs: tuple[ImageNeed, ...], data: Data, secrets: Mapping[str, Secret], network: NetworkChoices
) -> dict[str, Any]:
    """Return what the image field of the card with this key says below itself: where the image is from, what it needs,
    whether it can be reached."""
    need = next((each for each in needs if each.container_key == key), None)
    if need is None or need.reference is None or need.requirement is None or need.source is None:
        taken = taken_of(data, key, "")
        return {"need": need, "wrong": need.wrong if need is not None and not taken else "", "pasted": taken}
    hosts = {host.host: host for host in host_needs(needs)}
    _text, kind = chip(need, hosts, data, secrets)
    host = need.reference.registry_host
    checked = Checked(need, answer_about(data, need.text))
    return {
        **facts_context(key, data),
        "need": need,
        "pasted": taken_of(data, key, need.text),
        "check": note_of(checked),
        "is_known": checked.answer is not None and checked.answer.is_current,
        # Not beside a registry that says it too, and offers what mends it.
        "told": "" if checked.is_failure else data.get("told", {}).get(need.text, ""),
        "moved": moved(data, key),
        "host": host,
        "passed_over": _passed_over(key, data),
        "source": str(SOURCES[need.source]),
        "lacks_instance": kind == "warn" and need.requirement.kind is RequirementKind.ACR_REGISTRY_INFO,
        "reason": _(need.requirement.sentence),
        "blocked": network.missing_way(data["spec"]) if need.requirement.needs_internet else None,
        "vpc_host": need.requirement.vpc_host or "",
        "is_foreign": is_foreign_vpc_host(need.reference, raw.word(data["spec"], "region_id")),
    }
