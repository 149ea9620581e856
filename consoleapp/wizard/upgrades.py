"""Drafts of older shapes, made into the present one. Keys of containers and rows stay, so that the vault's secrets,
checks and open links keep their meaning.

Applied when a draft is loaded, to forms that wait in the vault, and once to all rows by a migration; so a step that is
here is never changed again.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Tree = dict[str, Any]


class CannotUpgrade(Exception):
    """The data is of no shape that was ever stored."""


# The tree of the request: a text, list of texts or box for each field, an object for a record, `_key` in each row.
SHAPE: Final = 2

# The words of the first shape for the kinds of volume that the cloud knows by their driver.
DRIVER_KINDS: Final = {"oss": "OssVolume", "nas": "NasVolume", "disk": "DiskFlexVolume"}
_SECURITY: Final = (
    "capabilities_add",
    "read_only_root_filesystem",
    "run_as_user",
    "run_as_group",
    "run_as_non_root",
    "privileged",
)
_TIMES: Final = (
    "initial_delay_seconds",
    "period_seconds",
    "timeout_seconds",
    "success_threshold",
    "failure_threshold",
)
_ACTIONS: Final = {
    "liveness": "liveness_probe",
    "readiness": "readiness_probe",
    "post_start": "lifecycle_post_start",
    "pre_stop": "lifecycle_pre_stop",
}
_ROWS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "env": ("environment_vars", {"name": "key", "secret": "value_secret", "retype": "value_retype"}),
    "ports": ("ports", {}),
    "mounts": ("volume_mounts", {"volume": "name", "propagation": "mount_propagation"}),
}
_RENAMED: Final = {
    "pinned": "image_pinned",
    "env_paste": "environment_vars_paste",
    "env_waiting": "environment_vars_waiting",
}
_KEPT: Final = ("next_key", "shown_errors", "checks", "given_name", "quantity", "wiped", "told")
_DNS: Final = ("name_servers", "searches", "options")


def tree_of(old: Mapping[str, Any]) -> Tree:
    """Return a draft of the first shape, which had a layout of its own, as the tree of the request."""
    basic, other = dict(old["basic"]), old["other"]
    fields = dict(other["fields"])
    page = {"vpc_id": basic.pop("vpc_id", "")}
    page |= {name: fields.pop(name) for name in [name for name in fields if name.startswith("log_")]}
    spec: Tree = {
        **basic,
        "volumes": [_volume(row) for row in old["volumes"]],
        "containers": [_container(card) for card in old["containers"] if not card["init"]],
        "init_containers": [_container(card) for card in old["containers"] if card["init"]],
        "dns_config": {name: fields.pop(name) for name in _DNS if name in fields},
        **fields,
        "image_registry_credentials": [{"_key": host, **row} for host, row in other["credentials"].items()],
        "tags": [_row(row) for row in other["rows"].get("tags", [])],
        "acr_registry_infos": [_row(row) for row in other["rows"].get("acr", [])],
    }
    kept = {name: old[name] for name in _KEPT if name in old}
    if "page" in old:
        kept["saved_by"] = old["page"]
    if "pins" in other:
        kept["pins"] = other["pins"]
    return {"shape": SHAPE, **kept, "page": page, "spec": spec}


def _row(row: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Tree:
    known = names or {}
    return {"_key": row["key"], **{known.get(name, name): value for name, value in row["fields"].items()}}


def _volume(row: Mapping[str, Any]) -> Tree:
    made = _row(row)
    kind = made.pop("kind", "")
    made["_kind"] = DRIVER_KINDS.get(kind, kind)
    if kind == "ConfigFileVolume":
        columns = [made.pop(name, []) for name in ("keys", "paths", "modes")]
        made["config_files"] = [
            {"_key": key, "path": path, "mode": mode} for key, path, mode in zip(*columns, strict=False)
        ]
    return made


def _container(card: Mapping[str, Any]) -> Tree:
    fields: Tree = dict(card["fields"])
    made: Tree = {"_key": card["key"]}
    made["security_context"] = {name: fields.pop(name) for name in _SECURITY if name in fields}
    for prefix, action in _ACTIONS.items():
        own = {each: fields.pop(each) for each in [each for each in fields if each.startswith(f"{prefix}_")]}
        if own:
            made[action] = _action({each.removeprefix(f"{prefix}_"): value for each, value in own.items()})
    made |= {_RENAMED.get(each, each): value for each, value in fields.items()}
    for kind, (name, names) in _ROWS.items():
        made[name] = [_row(row, names) for row in card["rows"].get(kind, [])]
    return made


def _action(fields: Mapping[str, Any]) -> Tree:
    """Return a probe or handler; its one port and host are those of both kinds of connection."""
    names = {"headers": "http_headers"}
    request = {
        names.get(name, name): fields[name] for name in ("port", "path", "scheme", "host", "headers") if name in fields
    }
    made: Tree = {
        "kind": fields.get("kind", ""),
        "http_get": request,
        "tcp_socket": {name: fields[name] for name in ("port", "host") if name in fields},
        **{name: fields[name] for name in _TIMES if name in fields},
    }
    if "command" in fields:
        made["exec_commands"] = fields["command"]
    return made


UPGRADES: Final[Mapping[int, Callable[[Mapping[str, Any]], Tree]]] = {1: tree_of}


def upgraded(data: Mapping[str, Any]) -> Tree:
    """Return the data in the present shape, itself where it has that; raise CannotUpgrade where it has none."""
    try:
        tree = data if isinstance(data, dict) else dict(data)
        while (shape := tree.get("shape", 1)) != SHAPE:
            tree = UPGRADES[shape](tree)
        known = (("spec", dict), ("page", dict), ("shown_errors", list), ("next_key", int))
        wrong = [name for name, kind in known if not isinstance(tree[name], kind)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CannotUpgrade(repr(error)) from error
    if wrong:
        raise CannotUpgrade(f"{wrong[0]} is of another kind")
    return tree
