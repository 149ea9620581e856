"""What a POST of Basic Settings does to a draft: taking in what the page holds, and the page's own actions.

How the page is put together is in basic.py, saving and moving in step.py.
"""

import copy

from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.limits import CONTAINERS_MAX, VOLUMES_MAX
from consoleapp.domain.secret import Secret
from consoleapp.wizard.access.requirements import drop_unused, host_needs, image_needs
from consoleapp.wizard.draft import quantity, raw
from consoleapp.wizard.draft.new import PASSED_OVER, VERSION_SHOWN, add_container, free_name, move_version
from consoleapp.wizard.forms import basic as forms
from consoleapp.wizard.forms import env_text, pasted, rows, volumes
from consoleapp.wizard.forms.container import ACTION_FORMS, PasteForm, card_form
from consoleapp.wizard.forms.credentials import bind_credential
from consoleapp.wizard.forms.found import bind_exceptions
from consoleapp.wizard.forms.stored import clean_text, clean_texts
from consoleapp.wizard.services.image_tabs import TITLES, tab_of
from consoleapp.wizard.services.last_time import choose_as_last_time, choose_defaults
from consoleapp.wizard.shape import (
    EIP_CREATE,
    Fields,
    config_file_name,
    containers_of,
    credential_name,
    env_name,
    find_container,
    find_row,
    is_init,
    list_of,
    new_key,
    paste_name,
    record_of,
    rows_of,
    volumes_of,
)
from consoleapp.wizard.views import removed
from consoleapp.wizard.views.submission import Action, Gone, Submission, Way, container_of

# Lists of choices whose order the cloud follows.
ORDERED = ("vswitch_ids", "compute_categories")


def bind(change: Submission) -> None:
    """Take everything that the page holds into the change: the group, the volumes, the open card."""
    spec, post = change.data["spec"], change.post
    ordered = {name: raw.words(spec, name) for name in ORDERED}
    for form in (forms.NetworkForm, forms.GroupForm, forms.AdvancedForm, forms.ExpertForm):
        form.bind(post, spec)
    if (vpc_id := spec.pop("vpc_id", None)) is not None:
        change.data["page"]["vpc_id"] = vpc_id
    if "given_name" in post:
        change.data["given_name"] = clean_text(post["given_name"])
    if quantity.FIELD in post:
        change.data["quantity"] = clean_text(post[quantity.FIELD])
    _follow_network(change)
    for name, before in ordered.items():
        if name in spec:
            spec[name] = _in_order(before, raw.words(spec, name))
    volumes.bind_volumes(post, volumes_of(change.data), change.secrets, change.forgotten)
    container = find_container(change.data, change.open)
    if container is not None:
        _bind_card(change, container)
    _bind_logins(change)
    bind_exceptions(post, change.data)
    if post.get("do", "").partition(":")[0] in removed.LEAVING:
        removed.let_go(change)


@sensitive_variables()
def _bind_logins(change: Submission) -> None:
    """Take in the login under the image; one for a host that the image has just left is not looked at."""
    for need in host_needs(image_needs(change.data)):
        bind_credential(change.post, change.data, need, change.secrets, change.forgotten)
    for host in drop_unused(change.data):
        change.forgotten.add(credential_name(host))


def _in_order(before: tuple[str, ...], ticked: tuple[str, ...]) -> list[str]:
    """Return what is ticked in the order that it had before; what is new comes last."""
    return [*(value for value in before if value in ticked), *(value for value in ticked if value not in before)]


def _follow_network(change: Submission) -> None:
    """Drop the choices that belong to another region or VPC than the one chosen now."""
    spec, page, post = change.data["spec"], change.data["page"], change.post
    if "network_kept" in post:
        # The lists could not be shown: what was chosen before stays.
        spec["vswitch_ids"] = clean_texts(post, "vswitch_ids")
    moved_region = post.get("shown_region_id") not in (None, spec.get("region_id"))
    moved_vpc = post.get("shown_vpc_id") not in (None, page.get("vpc_id"))
    if moved_region:
        page.pop("vpc_id", None)
    if moved_region or moved_vpc:
        for name in ("vswitch_ids", "security_group_id", "zone_id", "private_ip_address"):
            spec.pop(name, None)
        change.at, change.stays = "network", True


def _bind_card(change: Submission, container: Fields) -> None:
    """Take in the open container. A probe that was switched on asks the declared port where none is typed."""
    key, post = container["_key"], change.post
    if f"{key}-name" not in post:
        return
    unchanged = copy.deepcopy(container)
    before = raw.word(container, "image_version")
    is_first = is_init(change.data, key)
    for form in (card_form(is_init=is_first), PasteForm):
        form.bind(post, container, prefix=key)
    were_off = [name for name in ACTION_FORMS if not raw.word(record_of(container, name), "kind")]
    for name, part in () if is_first else ACTION_FORMS.items():
        part.bind(post, container.setdefault(name, {}), prefix=f"{key}-{name}")
    if passed_over := clean_text(post.get(f"{key}-{PASSED_OVER}", "")):
        container[PASSED_OVER] = passed_over
    typed = raw.word(container, "image_version")
    shown = clean_text(post.get(f"{key}-{VERSION_SHOWN}", before))
    move_version(container, keeps_version=bool(typed) and typed != shown)
    rows.bind_rows(post, container, change.secrets, change.forgotten, stored=change.stored)
    pasted.take_typed(change.data, container, unchanged, change.secrets, is_saving=change.is_saving)
    for name in were_off:
        _ask_declared_port(container, record_of(container, name))
    _take_text(change, container)
    _take_pasted(change, container)


def _ask_declared_port(container: Fields, probe: Fields) -> None:
    part = {"http": "http_get", "tcp": "tcp_socket"}.get(raw.word(probe, "kind"), "")
    if part and not raw.word(record_of(probe, part), "port"):
        probe.setdefault(part, {})["port"] = rows.first_port(container)


@sensitive_variables()
def _take_text(change: Submission, container: Fields) -> None:
    """Make rows of the lines of the text view, or tell what they would change."""
    key = container["_key"]
    posted, pasted = change.post.get(f"{key}-{env_text.TEXT}"), change.post.get(f"{key}-environment_vars_paste")
    if change.is_saving:
        if posted is not None:
            env_text.take_text(change.data, container, posted, change.secrets, change.forgotten)
    elif posted is not None:
        container[env_text.CHANGES] = env_text.changes_of(container, posted, replaces=True)
        container[env_text.TEXT] = rows.without_secrets(posted)
    elif pasted:
        container[env_text.CHANGES] = env_text.changes_of(container, pasted, replaces=False)


@sensitive_variables()
def _take_pasted(change: Submission, container: Fields) -> None:
    """Make rows of the pasted lines. Those that found no room wait sealed: nobody knows yet what is secret in them."""
    key, fields = container["_key"], container
    if not change.is_saving:
        fields["environment_vars_paste"] = rows.without_secrets(raw.text(fields, "environment_vars_paste"))
        return
    lines, waiting = str(fields.pop("environment_vars_paste", "")), change.stored.get(paste_name(key))
    if not lines.strip() and not waiting:
        return
    if lines.strip():
        change.at = f"{key}-{rows.VARIABLES}"
    text = "\n".join(part for part in (waiting.reveal() if waiting else "", lines) if part.strip())
    left = rows.paste_env(change.data, container, text, change.secrets)
    fields["environment_vars_waiting"] = str(len(left.split("\n"))) if left else ""
    if left:
        change.secrets[paste_name(key)] = Secret(left)
    else:
        change.forgotten.add(paste_name(key))


# --- the page's own actions: what its buttons do to the data


def _forget(change: Submission, names: set[str]) -> None:
    change.forgotten |= names
    for name in names:
        change.secrets.pop(name, None)


def _add(change: Submission, *, is_init: bool) -> None:
    if len(containers_of(change.data)) >= CONTAINERS_MAX:
        return
    container = add_container(change.data, is_init=is_init)
    change.open = container["_key"]
    change.at = f"{container['_key']}-image"


def _open(change: Submission, key: str, at: str = "") -> None:
    change.open = container_of(change, key)["_key"]
    change.at = at or "containers"


def _copy(change: Submission, key: str) -> None:
    source = container_of(change, key)
    if len(containers_of(change.data)) >= CONTAINERS_MAX:
        return
    twin = copy.deepcopy(source)
    twin["_key"] = new_key(change.data, "c")
    twin.pop("environment_vars_waiting", None)
    twin["name"] = free_name(change.data, raw.word(source, "name"))
    kept = change.all_secrets
    for row in twin.get(rows.VARIABLES, []):
        secret = kept.get(env_name(key, row["_key"]))
        if secret:
            change.secrets[env_name(twin["_key"], row["_key"])] = secret
    listed = rows_of(change.data["spec"], list_of(change.data, key))
    listed.insert(listed.index(source) + 1, twin)
    change.open, change.at = twin["_key"], f"{twin['_key']}-name"


def _move(change: Submission, key: str, by: int) -> None:
    container = container_of(change, key)
    listed = rows_of(change.data["spec"], list_of(change.data, key))
    position = listed.index(container)
    target = position + by
    if 0 <= target < len(listed):
        listed[position], listed[target] = listed[target], listed[position]
    change.at = "containers"


def _row_add(change: Submission, key: str, name: str) -> None:
    if name not in rows.ROWS:
        raise Gone
    row = rows.add_row(change.data, container_of(change, key), name)
    names = [raw.word(volume, "name") for volume in volumes_of(change.data)]
    if name == rows.MOUNTS and len(names) == 1:
        row["name"] = names[0]
    change.open, change.at = key, f"{key}-{row['_key']}-{rows.cells_of(name)[0].name}"


def _row_remove(change: Submission, key: str, name: str, row_key: str) -> None:
    if name not in rows.ROWS:
        raise Gone
    rows.remove_row(container_of(change, key), name, row_key, change.forgotten)
    change.secrets.pop(env_name(key, row_key), None)
    change.open, change.at = key, f"{key}-{name}"


def _order_up(change: Submission, name: str, value: str) -> None:
    """Move one of the chosen values before the one above it."""
    chosen = [*raw.words(change.data["spec"], name)]
    if name not in ORDERED or value not in chosen:
        raise Gone
    position = chosen.index(value)
    if position:
        chosen[position - 1], chosen[position] = chosen[position], chosen[position - 1]
    change.data["spec"][name] = chosen
    change.at = f"order-{name}"


def _env_paste(change: Submission, key: str) -> None:
    # The lines became rows when the card was bound.
    change.at = f"{key}-{rows.VARIABLES}"


def _env_view(change: Submission, key: str, view: str) -> None:
    """Show the variables as a table or as text."""
    container_of(change, key)[env_text.VIEW] = "text" if view == "text" else "table"
    change.open, change.at = key, f"{key}-{env_text.TEXT if view == 'text' else rows.VARIABLES}"


def _paste_drop(change: Submission, key: str) -> None:
    """Forget the pasted lines that found no room."""
    container_of(change, key).pop("environment_vars_waiting", None)
    change.secrets.pop(paste_name(key), None)
    change.forgotten.add(paste_name(key))
    change.at = f"{key}-{rows.VARIABLES}"


def _taken_undo(change: Submission, key: str) -> None:
    """Put a container back as it was before a text in its Image field was taken in."""
    _forget(change, pasted.undo(change.data, container_of(change, key)))
    change.open, change.at = key, f"{key}-image"


def _eip_create(change: Submission, *_key: str) -> None:
    change.data["spec"]["eip"] = EIP_CREATE


def _choose_defaults(change: Submission) -> None:
    choose_defaults(change.data)
    change.at = "network"


def _choose_as_last_time(change: Submission) -> None:
    choose_as_last_time(change.data)
    change.at = "network"


def _pick_image(change: Submission, key: str, tab: str = "") -> None:
    container = container_of(change, key)
    chosen = tab if tab in TITLES else tab_of(raw.word(container, "image"))
    change.open = key
    change.way = Way("images", (key, chosen))


def _volume_add(change: Submission, kind: str) -> None:
    if kind not in volumes.FORMS or len(volumes_of(change.data)) >= VOLUMES_MAX:
        raise Gone
    row = volumes.add_volume(change.data, kind)
    change.at = f"{row['_key']}-name"


def _volume_remove(change: Submission, key: str) -> None:
    row = _volume(change, key)
    rows_of(change.data["spec"], "volumes").remove(row)
    _forget(change, volumes.secret_names(row))
    change.at = "volumes"


def _volume(change: Submission, key: str) -> Fields:
    row = find_row(volumes_of(change.data), key)
    if row is None:
        raise Gone
    return row


def _file_add(change: Submission, key: str) -> None:
    volume = _volume(change, key)
    if volume.get("_kind") != volumes.CONFIG_FILES:
        raise Gone
    change.at = f"{key}-{volumes.add_file(change.data, volume)}-path"


def _file_remove(change: Submission, key: str, file_key: str) -> None:
    volume = _volume(change, key)
    if not volumes.has_file(volume, file_key):
        raise Gone
    volumes.remove_file(volume, file_key)
    _forget(change, {config_file_name(key, file_key)})
    change.at = f"{key}-name"


ACTIONS: dict[str, Action] = {
    "container-add": lambda change: _add(change, is_init=False),
    "init-add": lambda change: _add(change, is_init=True),
    "container-open": _open,
    "container-copy": _copy,
    "container-remove": removed.remove,
    "container-undo": removed.put_back,
    "container-up": lambda change, key: _move(change, key, -1),
    "container-down": lambda change, key: _move(change, key, 1),
    "row-add": _row_add,
    "row-remove": _row_remove,
    "order-up": _order_up,
    "env-paste": _env_paste,
    "env-view": _env_view,
    "paste-drop": _paste_drop,
    "taken-undo": _taken_undo,
    "eip-create": _eip_create,
    "choose-defaults": _choose_defaults,
    "choose-as-last-time": _choose_as_last_time,
    "pick-image": _pick_image,
    "volume-add": _volume_add,
    "volume-remove": _volume_remove,
    "file-add": _file_add,
    "file-remove": _file_remove,
}
