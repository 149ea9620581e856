"""What a POST of Basic Settings does to a draft: taking in what the page holds, and the page's own verbs.

How the page is put together is in basic.py, saving and moving in step.py.
"""

import copy

from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.limits import CONTAINERS_MAX, VOLUMES_MAX
from consoleapp.domain.secret import Secret
from consoleapp.wizard.forms import basic as forms
from consoleapp.wizard.forms import rows, volumes
from consoleapp.wizard.forms.container import CARD_PARTS, PasteForm, card_form
from consoleapp.wizard.forms.stored import clean_text, clean_texts
from consoleapp.wizard.mapping import quantity, raw
from consoleapp.wizard.mapping.needs import drop_unused
from consoleapp.wizard.mapping.starting import PASSED_OVER, VERSION_SHOWN, add_container, free_name, move_version
from consoleapp.wizard.services.image_tabs import TITLES, tab_of
from consoleapp.wizard.shape import (
    ContainerData,
    Row,
    config_file_name,
    credential_name,
    env_name,
    find_container,
    new_key,
    paste_name,
)
from consoleapp.wizard.views.change import Change, Gone, Verb, Way, container_of

# Lists of choices whose order the cloud follows.
ORDERED = ("vswitch_ids", "compute_categories")
# An open card is named by its key; this opens none.
NONE_OPEN = "none"


def collect(change: Change) -> None:
    """Takes everything that the page holds into the change: the group, the volumes, the open card."""
    basic, post = change.data["basic"], change.post
    ordered = {name: raw.words(basic, name) for name in ORDERED}
    for form in (forms.NetworkForm, forms.GroupForm, forms.AdvancedForm):
        form.collect(post, basic)
    if "given_name" in post:
        change.data["given_name"] = clean_text(post["given_name"])
    if quantity.FIELD in post:
        change.data["quantity"] = clean_text(post[quantity.FIELD])
    _follow_network(change)
    for name, before in ordered.items():
        if name in basic:
            basic[name] = _in_order(before, raw.words(basic, name))
    volumes.collect_volumes(post, change.data["volumes"], change.secrets, change.forgotten)
    container = find_container(change.data, change.open)
    if container is not None:
        _collect_card(change, container)
    for host in drop_unused(change.data):
        change.forgotten.add(credential_name(host))


def _in_order(before: tuple[str, ...], ticked: tuple[str, ...]) -> list[str]:
    """Return what is ticked in the order that it had before; what is new comes last."""
    return [*(value for value in before if value in ticked), *(value for value in ticked if value not in before)]


def _follow_network(change: Change) -> None:
    """Drops the choices that belong to another region or VPC than the one chosen now."""
    basic, post = change.data["basic"], change.post
    if "network_kept" in post:
        # The lists could not be shown: what was chosen before stays.
        basic["vswitch_ids"] = clean_texts(post, "vswitch_ids")
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
    before = raw.word(container["fields"], "image_version")
    for form in (card_form(is_init=container["init"]), PasteForm):
        form.collect(change.post, container["fields"], prefix=key)
    for part, name in () if container["init"] else CARD_PARTS:
        part.collect(change.post, container["fields"], prefix=f"{key}-{name}", stored_as=f"{name}_")
    if passed_over := clean_text(change.post.get(f"{key}-{PASSED_OVER}", "")):
        container["fields"][PASSED_OVER] = passed_over
    typed = raw.word(container["fields"], "image_version")
    shown = clean_text(change.post.get(f"{key}-{VERSION_SHOWN}", before))
    move_version(container["fields"], keeps_version=bool(typed) and typed != shown)
    rows.collect_rows(change.post, container, change.secrets, change.forgotten, stored=change.stored)
    _take_pasted(change, container)


@sensitive_variables()
def _take_pasted(change: Change, container: ContainerData) -> None:
    """Make rows of the pasted lines. Those that found no room wait sealed: nobody knows yet what is secret in them."""
    key, fields = container["key"], container["fields"]
    if not change.is_saving:
        fields["env_paste"] = rows.without_secrets(raw.text(fields, "env_paste"))
        return
    pasted, waiting = str(fields.pop("env_paste", "")), change.stored.get(paste_name(key))
    if not pasted.strip() and not waiting:
        return
    if pasted.strip():
        change.at = f"{key}-env"
    text = "\n".join(part for part in (waiting.reveal() if waiting else "", pasted) if part.strip())
    left = rows.paste_env(change.data, container, text, change.secrets)
    fields["env_waiting"] = str(len(left.split("\n"))) if left else ""
    if left:
        change.secrets[paste_name(key)] = Secret(left)
    else:
        change.forgotten.add(paste_name(key))


# --- the page's own verbs: what its buttons do to the data


def _forget(change: Change, names: set[str]) -> None:
    change.forgotten |= names
    for name in names:
        change.secrets.pop(name, None)


def _add(change: Change, *, is_init: bool) -> None:
    if len(change.data["containers"]) >= CONTAINERS_MAX:
        return
    container = add_container(change.data, is_init=is_init)
    change.open = container["key"]
    change.at = f"{container['key']}-name"


def _open(change: Change, key: str, at: str = "") -> None:
    change.open = container_of(change, key)["key"]
    change.at = at or f"{key}-name"


def _close(change: Change, key: str) -> None:
    change.open = NONE_OPEN


def _copy(change: Change, key: str) -> None:
    if len(change.data["containers"]) >= CONTAINERS_MAX:
        return
    source = container_of(change, key)
    twin = copy.deepcopy(source)
    twin["key"] = new_key(change.data, "c")
    twin["fields"].pop("env_waiting", None)
    twin["fields"]["name"] = free_name(change.data, raw.word(source["fields"], "name"))
    kept = change.all_secrets
    for row in twin["rows"].get("env", []):
        secret = kept.get(env_name(key, row["key"]))
        if secret:
            change.secrets[env_name(twin["key"], row["key"])] = secret
    change.data["containers"].insert(change.data["containers"].index(source) + 1, twin)
    change.open, change.at = twin["key"], f"{twin['key']}-name"


def _remove(change: Change, key: str) -> None:
    container = container_of(change, key)
    change.data["containers"].remove(container)
    _forget(change, {paste_name(key), *(env_name(key, row["key"]) for row in container["rows"].get("env", []))})
    for host in drop_unused(change.data):
        change.forgotten.add(credential_name(host))
    if change.open == key:
        change.open = next((card["key"] for card in change.data["containers"]), "")


def _move(change: Change, key: str, by: int) -> None:
    listed = change.data["containers"]
    container = container_of(change, key)
    position = listed.index(container)
    target = position + by
    if 0 <= target < len(listed) and listed[target]["init"] == container["init"]:
        listed[position], listed[target] = listed[target], listed[position]


def _row_add(change: Change, key: str, kind: str) -> None:
    if kind not in rows.ROW_KINDS:
        raise Gone
    row = rows.add_row(change.data, container_of(change, key), kind)
    change.open, change.at = key, f"{key}-{kind}-{row['key']}-{rows.ROW_KINDS[kind].texts[0]}"


def _row_remove(change: Change, key: str, kind: str, row_key: str) -> None:
    if kind not in rows.ROW_KINDS:
        raise Gone
    rows.remove_row(container_of(change, key), kind, row_key, change.forgotten)
    change.secrets.pop(env_name(key, row_key), None)
    change.open, change.at = key, f"{key}-{kind}"


def _order_up(change: Change, name: str, value: str) -> None:
    """Move one of the chosen values before the one above it."""
    chosen = [*raw.words(change.data["basic"], name)]
    if name not in ORDERED or value not in chosen:
        raise Gone
    position = chosen.index(value)
    if position:
        chosen[position - 1], chosen[position] = chosen[position], chosen[position - 1]
    change.data["basic"][name] = chosen
    change.at = f"order-{name}"


def _env_paste(change: Change, key: str) -> None:
    # The lines became rows when the card was collected.
    change.at = f"{key}-env"


def _paste_drop(change: Change, key: str) -> None:
    """Forget the pasted lines that found no room."""
    container_of(change, key)["fields"].pop("env_waiting", None)
    change.secrets.pop(paste_name(key), None)
    change.forgotten.add(paste_name(key))
    change.at = f"{key}-env"


def _eip_create(change: Change, *_key: str) -> None:
    change.data["other"]["fields"]["eip"] = "create"


def _pick_image(change: Change, key: str, tab: str = "") -> None:
    container = container_of(change, key)
    chosen = tab if tab in TITLES else tab_of(raw.word(container["fields"], "image"))
    change.open = key
    change.way = Way("images", (key, chosen))


def _volume_add(change: Change, kind: str) -> None:
    if kind not in volumes.FORMS or len(change.data["volumes"]) >= VOLUMES_MAX:
        raise Gone
    row = volumes.add_volume(change.data, kind)
    change.at = f"{row['key']}-name"


def _volume_remove(change: Change, key: str) -> None:
    row = _volume(change, key)
    change.data["volumes"].remove(row)
    _forget(change, volumes.secret_names(row))
    change.at = "volumes"


def _volume(change: Change, key: str) -> Row:
    row = next((each for each in change.data["volumes"] if each["key"] == key), None)
    if row is None:
        raise Gone
    return row


def _file_add(change: Change, key: str) -> None:
    fields = _volume(change, key)["fields"]
    if fields.get("kind") != "ConfigFileVolume":
        raise Gone
    change.at = f"{key}-{volumes.add_file(change.data, fields)}-path"


def _file_remove(change: Change, key: str, file_key: str) -> None:
    fields = _volume(change, key)["fields"]
    if file_key not in raw.words(fields, "keys"):
        raise Gone
    volumes.remove_file(fields, file_key)
    _forget(change, {config_file_name(key, file_key)})
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
    "order-up": _order_up,
    "env-paste": _env_paste,
    "paste-drop": _paste_drop,
    "eip-create": _eip_create,
    "pick-image": _pick_image,
    "volume-add": _volume_add,
    "volume-remove": _volume_remove,
    "file-add": _file_add,
    "file-remove": _file_remove,
}
