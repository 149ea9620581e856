"""Basic Settings: region and network, container group, advanced settings, containers.

The first page of all, `/buy/`, is this page for a draft that is not stored yet, see start.py. The mechanism of saving
and moving is in step.py.
"""

import copy
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from consoleapp.domain.limits import CONTAINERS_MAX
from consoleapp.domain.reachability import SENTENCES as WAY_OUT_SENTENCES
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard import steps
from consoleapp.wizard.forms import basic as forms
from consoleapp.wizard.forms import rows, volumes
from consoleapp.wizard.forms.container import CARD_FORMS
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.mapping.needs import drop_unused, image_needs
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.mapping.starting import add_container, free_name, split_image
from consoleapp.wizard.mapping.volumes import KINDS, config_files
from consoleapp.wizard.services.image_tabs import TITLES, tab_of
from consoleapp.wizard.services.network import NetworkChoices, NetworkSource, with_defaults
from consoleapp.wizard.shape import (
    ContainerData,
    Data,
    ak_secret_name,
    credential_name,
    env_name,
    find_container,
    new_key,
)
from consoleapp.wizard.views import aside, cards
from consoleapp.wizard.views.step import Change, Shown, StepPage, Verb, frame
from consoleapp.wizard.views.troubles import trouble_of

TEMPLATE = "wizard/basic.html"
# An open card is named by its key; this opens none.
NONE_OPEN = "none"


def collect(change: Change) -> None:
    """Takes everything that the page holds into the change: the group, the volumes, the open card."""
    basic, post = change.data["basic"], change.post
    for form in (forms.NetworkForm, forms.GroupForm, forms.AdvancedForm):
        form.collect(post, basic)
    _follow_network(change)
    volumes.collect_volumes(post, change.data["volumes"], change.secrets, change.forgotten)
    container = find_container(change.data, change.open)
    if container is not None:
        _collect_card(change, container)
    for host in drop_unused(change.data):
        change.forgotten.add(credential_name(host))


def _follow_network(change: Change) -> None:
    """Drops the choices that belong to another region or VPC than the one chosen now."""
    basic, post = change.data["basic"], change.post
    if "network_kept" in post:
        # The lists could not be shown: what was chosen before stays.
        basic["vswitch_ids"] = [text for text in post.getlist("vswitch_ids") if text]
    moved_region = post.get("shown_region_id") not in (None, basic.get("region_id"))
    moved_vpc = post.get("shown_vpc_id") not in (None, basic.get("vpc_id"))
    if moved_region:
        basic.pop("vpc_id", None)
    if moved_region or moved_vpc:
        for name in ("vswitch_ids", "security_group_id"):
            basic.pop(name, None)
        change.at, change.stays = "network", True


def _collect_card(change: Change, container: ContainerData) -> None:
    key = container["key"]
    if f"{key}-name" not in change.post:
        return
    for form, name, is_plain in CARD_FORMS:
        if container["init"] and not is_plain:
            continue
        form.collect(
            change.post,
            container["fields"],
            prefix=key if is_plain else f"{key}-{name}",
            stored_as="" if is_plain else f"{name}_",
        )
    split_image(container["fields"])
    rows.collect_rows(change.post, container, change.secrets, change.forgotten)
    pasted = raw.text(container["fields"], "env_paste")
    if pasted.strip():
        container["fields"]["env_paste"] = rows.paste_env(change.data, container, pasted, change.secrets)
        change.at = f"{key}-env"


# --- the page's own verbs: what its buttons do to the data


def _container(change: Change, key: str) -> ContainerData:
    container = find_container(change.data, key)
    if container is None:
        raise KeyError(key)
    return container


def _add(change: Change, *, is_init: bool) -> None:
    if len(change.data["containers"]) >= CONTAINERS_MAX:
        return
    container = add_container(change.data, is_init=is_init)
    change.open = container["key"]
    change.at = f"{container['key']}-name"


def _open(change: Change, key: str, at: str = "") -> None:
    change.open = _container(change, key)["key"]
    change.at = at or f"{key}-name"


def _close(change: Change, key: str) -> None:
    change.open = NONE_OPEN


def _copy(change: Change, key: str) -> None:
    if len(change.data["containers"]) >= CONTAINERS_MAX:
        return
    source = _container(change, key)
    twin = copy.deepcopy(source)
    twin["key"] = new_key(change.data, "c")
    twin["fields"]["name"] = free_name(change.data, raw.word(source["fields"], "name"))
    kept = change.all_secrets
    for row in twin["rows"].get("env", []):
        secret = kept.get(env_name(key, row["key"]))
        if secret:
            change.secrets[env_name(twin["key"], row["key"])] = secret
    change.data["containers"].insert(change.data["containers"].index(source) + 1, twin)
    change.open, change.at = twin["key"], f"{twin['key']}-name"


def _remove(change: Change, key: str) -> None:
    container = _container(change, key)
    change.data["containers"].remove(container)
    names = {env_name(key, row["key"]) for row in container["rows"].get("env", [])}
    change.forgotten |= names
    for name in names:
        change.secrets.pop(name, None)
    for host in drop_unused(change.data):
        change.forgotten.add(credential_name(host))
    if change.open == key:
        change.open = next((card["key"] for card in change.data["containers"]), "")


def _move(change: Change, key: str, by: int) -> None:
    listed = change.data["containers"]
    container = _container(change, key)
    position = listed.index(container)
    target = position + by
    if 0 <= target < len(listed) and listed[target]["init"] == container["init"]:
        listed[position], listed[target] = listed[target], listed[position]


def _row_add(change: Change, key: str, kind: str) -> None:
    row = rows.add_row(change.data, _container(change, key), kind)
    change.open, change.at = key, f"{key}-{kind}-{row['key']}-{rows.ROW_KINDS[kind].texts[0]}"


def _row_remove(change: Change, key: str, kind: str, row_key: str) -> None:
    rows.remove_row(_container(change, key), kind, row_key, change.forgotten)
    change.secrets.pop(env_name(key, row_key), None)
    change.open, change.at = key, f"{key}-{kind}"


def _env_paste(change: Change, key: str) -> None:
    # The lines became rows when the card was collected.
    change.at = f"{key}-env"


def _vpc_host(change: Change, key: str) -> None:
    cards.switch_to_vpc_host(_container(change, key))
    change.open, change.at = key, f"{key}-image"


def _eip_create(change: Change, *_key: str) -> None:
    change.data["other"]["fields"]["eip"] = "create"


def _pick_image(change: Change, key: str, tab: str = "") -> None:
    container = _container(change, key)
    chosen = tab if tab in TITLES else tab_of(raw.word(container["fields"], "image"))
    change.open = key
    change.url = f"/buy/{{draft}}/images/{key}/{chosen}/"


def _volume_add(change: Change, kind: str) -> None:
    row = volumes.add_volume(change.data, kind)
    change.at = f"{row['key']}-name"


def _volume_remove(change: Change, key: str) -> None:
    change.data["volumes"] = [row for row in change.data["volumes"] if row["key"] != key]
    change.forgotten.add(ak_secret_name(key))
    change.secrets.pop(ak_secret_name(key), None)
    change.at = "volumes"


def _volume(change: Change, key: str) -> dict[str, Any]:
    fields = {row["key"]: row["fields"] for row in change.data["volumes"]}
    return fields[key]


def _file_add(change: Change, key: str) -> None:
    fields = _volume(change, key)
    volumes.add_file(fields)
    change.at = f"{key}-{len(config_files(fields)) - 1}-path"


def _file_remove(change: Change, key: str, position: str) -> None:
    volumes.remove_file(_volume(change, key), int(position))
    change.at = f"{key}-name"


VERBS: dict[str, Verb] = {
    "container-add": lambda change: _add(change, is_init=False),
    "init-add": lambda change: _add(change, is_init=True),
    "container-open": _open,
    "container-close": _close,
    "container-copy": _copy,
    "container-remove": _remove,
    "container-up": lambda change, key: _move(change, key, -1),
    "container-down": lambda change, key: _move(change, key, 1),
    "row-add": _row_add,
    "row-remove": _row_remove,
    "env-paste": _env_paste,
    "vpc-host": _vpc_host,
    "eip-create": _eip_create,
    "pick-image": _pick_image,
    "volume-add": _volume_add,
    "volume-remove": _volume_remove,
    "file-add": _file_add,
    "file-remove": _file_remove,
}


class BasicPage(StepPage):
    """The page and what can be done on it."""

    slug = "basic"
    verbs = VERBS

    def collect(self, change: Change) -> None:
        collect(change)

    def network(self, request: ConsoleRequest, data: Data) -> NetworkChoices:
        return network_source(request).choices(raw.word(data["basic"], "region_id"), raw.word(data["basic"], "vpc_id"))

    def render(self, request: ConsoleRequest, shown: Shown, status: int = 200) -> HttpResponse:
        network = self.network(request, shown.data)
        data: Data = copy.copy(shown.data)
        data["basic"] = with_defaults(shown.data["basic"], network)
        shown = replace(shown, data=data)
        evaluation = steps.evaluate(data, shown.secrets, network)
        containers = _containers(shown, network, evaluation)
        context = {
            **frame(self, shown, evaluation, containers["open_key"]),
            **_sections(shown, network, evaluation),
            **containers,
            **_price(request, data, network),
        }
        context |= aside.aside(data, context["cards"], network)
        return render(request, TEMPLATE, context, status=status)


def network_source(request: ConsoleRequest) -> NetworkSource:
    """Where the lists of the actor's account come from."""
    cloud = request.cloud
    return NetworkSource(cloud.container_groups, cloud.networks, account_name(request))


def account_name(request: ConsoleRequest) -> str:
    """A name for the actor's account, for what is remembered of it."""
    return str(getattr(request.user, "world", "visitor"))


def _price(request: ConsoleRequest, data: Data, network: NetworkChoices) -> dict[str, Any]:
    known = raw.word(data["basic"], "region_id") in {region.region_id for region in network.regions}
    port = request.cloud.container_groups if network.error is None and known else None
    return aside.price(port, account_name(request), data)


def _sections(shown: Shown, network: NetworkChoices, evaluation: steps.Evaluation) -> dict[str, Any]:
    basic = shown.data["basic"]
    problems = evaluation.of("basic") if "basic" in shown.data["shown_errors"] else ()
    region_id = raw.word(basic, "region_id")
    found = {problem.field_id: problem.message for problem in problems}
    advanced_fields = {"id_auto_match_image_cache", "id_ephemeral_storage_gib", "id_schedule_strategy"}
    return {
        "network": network,
        "network_trouble": trouble_of(network.error) if network.error else None,
        "kept_vswitch_ids": raw.words(basic, "vswitch_ids"),
        "way_note": _way_note(shown.data, network),
        "network_form": forms.NetworkForm(basic, network, problems),
        "group_form": forms.GroupForm(basic, problems),
        "pickers": forms.size_pickers(basic, region_id, problems),
        "advanced_form": forms.AdvancedForm(basic, problems),
        "size_note": forms.size_note(basic, region_id),
        "volumes": [
            {
                "key": row["key"],
                "kind": KINDS.get(str(row["fields"].get("kind")), ""),
                "name": raw.word(row["fields"], "name"),
                "form": volumes.FORMS[str(row["fields"].get("kind"))](
                    row["fields"],
                    problems,
                    prefix=row["key"],
                    is_stored=bool(shown.secrets.get(ak_secret_name(row["key"]))),
                ),
                "files": _files(row["key"], row["fields"], found),
                "files_error": found.get(f"id_{row['key']}-config_files", ""),
            }
            for row in shown.data["volumes"]
        ],
        "volume_kinds": KINDS,
        "advanced_holds": _advanced_holds(shown.data),
        "advanced_wrong": any(problem.field_id in advanced_fields for problem in problems),
        "advanced_open": any(
            shown.at.startswith(prefix) for prefix in ("volumes", *(row["key"] + "-" for row in shown.data["volumes"]))
        )
        or any(
            problem.field_id.startswith(f"id_{row['key']}-") for row in shown.data["volumes"] for problem in problems
        ),
    }


def _files(key: str, fields: Any, found: dict[str, str]) -> list[dict[str, Any]]:
    if fields.get("kind") != "ConfigFileVolume":
        return []
    return [
        {
            "position": position,
            "prefix": f"{key}-{position}",
            "path": path,
            "content": content,
            "mode": mode,
            "path_error": found.get(f"id_{key}-{position}-path", ""),
            "content_error": found.get(f"id_{key}-{position}-content", ""),
            "mode_error": found.get(f"id_{key}-{position}-mode", ""),
        }
        for position, (path, content, mode) in enumerate(config_files(fields))
    ]


def _advanced_holds(data: Data) -> str:
    parts = []
    if raw.flag(data["basic"], "auto_match_image_cache", True):
        parts.append(_("image cache"))
    if extra := raw.word(data["basic"], "ephemeral_storage_gib")[:6]:
        parts.append(f"+{extra} GiB")
    names = [raw.word(row["fields"], "name")[:20] for row in data["volumes"]]
    if names:
        parts.append(_("volumes: %(names)s") % {"names": ", ".join(names[:3]) + (" …" if len(names) > 3 else "")})
    return ", ".join(parts) or _("nothing")


def _way_note(data: Data, network: NetworkChoices) -> str:
    """What the chosen network means for the Internet; empty where it has a way out or nothing is known."""
    if network.error is not None or not network.vswitches:
        return ""
    eip = raw.word(data["other"]["fields"], "eip") in ("create", "existing")
    way = network.way_out(raw.words(data["basic"], "vswitch_ids"), eip=eip)
    return "" if way.is_open or way.reason == "no_vswitch" else str(_(WAY_OUT_SENTENCES[way.reason]))


def _containers(shown: Shown, network: NetworkChoices, evaluation: steps.Evaluation) -> dict[str, Any]:
    problems = evaluation.of("basic") if "basic" in shown.data["shown_errors"] else ()
    open_key = _open_key(shown, problems)
    needs = image_needs(shown.data)
    listed = cards.cards_of(shown.data, shown.secrets, problems, open_key, needs)
    container = find_container(shown.data, open_key)
    if container is not None:
        body = cards.open_body(container, shown.data, shown.secrets, problems)
        body["notes"] = cards.image_notes(open_key, needs, shown.data, shown.secrets, network)
        body["way"] = str(_(WAY_OUT_SENTENCES[body["notes"]["blocked"].reason])) if body["notes"].get("blocked") else ""
        body["at"] = shown.at.removeprefix(f"{open_key}-") if shown.at.startswith(f"{open_key}-") else ""
        listed = [replace(card, body=body) if card.is_open else card for card in listed]
    return {"cards": listed, "open_key": open_key, "containers_max": CONTAINERS_MAX}


def _open_key(shown: Shown, problems: tuple[Problem, ...]) -> str:
    """The card to be open: the one asked for, else the first with a problem, else the first."""
    if shown.open == NONE_OPEN or find_container(shown.data, shown.open) is not None:
        return shown.open
    wrong = next((problem.container_key for problem in problems if problem.container_key), "")
    return wrong or next((card["key"] for card in shown.data["containers"]), "")


PAGE = BasicPage()
