"""1,124 drafts of the page tests, written down with what the code from before the field catalogue made of them."""

import gzip
import json
from pathlib import Path
from typing import Any

from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.wizard.shape import find_container
from consoleapp.wizard.upgrades import upgraded
from consoleapp.wizard.validation import to_spec

VECTORS = Path(__file__).parents[2] / "vectors" / "drafts.jsonl.gz"

# The vectors spell the names of controls as they were then; what stands here is called something else now.
CELLS = {
    "env": {"name": "key", "secret": "value_secret"},
    "mounts": {"volume": "name", "propagation": "mount_propagation"},
}
LISTS = {"env": "environment_vars", "mounts": "volume_mounts"}
LEAVES = {"env_paste": "environment_vars_paste"}
ACTIONS = {
    "liveness": "liveness_probe",
    "readiness": "readiness_probe",
    "post_start": "lifecycle_post_start",
    "pre_stop": "lifecycle_pre_stop",
}
REQUESTS = {"http": "http_get", "tcp": "tcp_socket"}
OF_REQUESTS = {"headers": "http_headers", **{name: name for name in ("port", "path", "scheme", "host")}}
OF_DNS = ("name_servers", "searches", "options")
OF_SECURITY = ("capabilities_add", "run_as_user", "run_as_group", "run_as_non_root")


def control_now(old: str, data: Any) -> str:
    """The id of a control by that of then; ``data`` is the tree that says what a probe does."""
    match old.split("-"):
        case ("id_credential", *rest):
            return "-".join(("id_image_registry_credentials", *rest))
        case ("id_other", "log", leaf):
            return f"id_log_{leaf}"
        case ("id_other", ("tags" | "acr"), key, leaf):
            return f"id_{key}-{leaf}"
        case ("id_other", leaf):
            return f"id_dns_config-{leaf}" if leaf in OF_DNS else f"id_{leaf}"
        case (card, ("env" | "ports" | "mounts") as name, row, leaf):
            return f"{card}-{row}-{CELLS.get(name, {}).get(leaf, leaf)}"
        case (card, action, leaf) if action in ACTIONS:
            return f"{card}-{ACTIONS[action]}-{in_action(leaf, find_container(data, card[3:]), ACTIONS[action])}"
        case (card, leaf) if leaf in OF_SECURITY:
            return f"{card}-security_context-{leaf}"
        case (card, leaf):
            return f"{card}-{LISTS.get(leaf, LEAVES.get(leaf, leaf))}"
    return old


def in_action(leaf: str, container: Any, action: str) -> str:
    if leaf in OF_REQUESTS:
        return f"{REQUESTS[container[action]['kind']]}-{OF_REQUESTS[leaf]}"
    return "exec_commands" if leaf == "command" else leaf


def outcome(data: Any, secrets: dict[str, str]) -> dict[str, Any]:
    """The parameters of the draft, in order, or all that is wrong with it."""
    spec, problems = to_spec(data, {name: Secret(text) for name, text in secrets.items()})
    if spec is not None:
        parameters, secret_keys = wire.written(spec)
        return {"parameters": [list(each) for each in parameters.items()], "secret_keys": sorted(secret_keys)}
    return {
        "problems": [
            [
                each.step,
                each.field_id,
                str(each.error.reason),
                each.label,
                each.container_key,
                {name: str(value) for name, value in each.error.params.items()},
            ]
            for each in problems
        ]
    }


# What is no longer said, by reason and control: a need of a number that was only mistyped; what is wrong with a
# variable whose source is no source (that is said instead); a mount of no volume and an option of DNS, which are marked
# at their own controls now.
GONE = {
    ("needs", "id_memory_gib"),
    ("environment_key_format", "key"),
    ("forbidden_character", "value"),
    ("unknown_volume", "volume_mounts"),
    ("forbidden_character", "id_name"),
    ("required", "user_name"),
    ("required", "password"),
    ("login_not_known", "user_name"),
}
# What was not said while something else was wrong, or never: words that no choice has, names that stand twice.
ADDED = {
    ("not_a_choice", "source"),
    ("not_a_choice", "kind"),
    ("not_a_choice", "protocol"),
    ("duplicate", "name"),
    ("sum_exceeded", "memory_gib"),
    ("unknown_volume", "name"),
    ("forbidden_character", "options"),
    ("host_name_format", "searches"),
    ("ip_address_format", "name_servers"),
    # What a login lacks is one problem.
    ("login_missing", "user_name"),
    ("user_name_missing", "user_name"),
    ("password_missing", "password"),
    ("login_not_known", "user_name"),
}


def told(problems: list[Any]) -> set[tuple[str, ...]]:
    """Step, control, reason, label and container of each problem; its numbers, but for the order of choices."""
    return {(*each[:5], str(sorted(each[-1].items())) * (each[2] != "not_a_choice")) for each in problems}


def has_init_behind(old: Any) -> bool:
    """Whether an init container stands behind another one, as in drafts that were made of orders."""
    order = [card["init"] for card in old["containers"]]
    return order != sorted(order, reverse=True)


def credentials_apart(found: dict[str, Any]) -> list[Any]:
    """The parameters in their order, and the credentials as a set."""
    apart: dict[str, dict[str, str]] = {}
    others = []
    for key, value in found["parameters"]:
        if key.startswith("ImageRegistryCredential."):
            _list, number, name = key.split(".")
            apart.setdefault(number, {})[name] = value
        else:
            others.append([key, value])
    return [others, sorted(apart.values(), key=lambda each: each["Server"]), found["secret_keys"]]


def test_every_draft_asks_for_what_it_always_did() -> None:
    with gzip.open(VECTORS, "rt", encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        vectors = [json.loads(line) for line in lines]
    assert len(vectors) == 1124
    for vector in vectors:
        data: Any = upgraded(vector["data"])
        found = outcome(data, vector["secrets"])
        if "parameters" in vector:
            # Credentials go as the images do, and the images of init containers go first now.
            same = credentials_apart if has_init_behind(vector["data"]) else dict
            assert same(found) == same({name: vector[name] for name in ("parameters", "secret_keys")})
            continue
        problems = [[step, control_now(control, data), *rest] for step, control, *rest in vector["problems"]]
        before, now = told(problems), told(found["problems"])
        assert {(each[2], each[1].rsplit("-", 1)[-1]) for each in before - now} <= GONE
        assert {(each[2], each[1].rsplit("-", 1)[-1]) for each in now - before} <= ADDED
