"""1,124 drafts of the page tests, written down with what the code from before the field catalogue made of them."""

import gzip
import json
from pathlib import Path
from typing import Any

from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.wizard.draft import to_spec

VECTORS = Path(__file__).parents[2] / "vectors" / "drafts.jsonl.gz"


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
    ("environment_key_format", "name"),
    ("forbidden_character", "value"),
    ("unknown_volume", "mounts"),
    ("forbidden_character", "name"),
}
# What was not said while something else was wrong, or never: words that no choice has, names that stand twice.
ADDED = {
    ("not_a_choice", "source"),
    ("not_a_choice", "kind"),
    ("not_a_choice", "protocol"),
    ("duplicate", "name"),
    ("sum_exceeded", "memory_gib"),
    ("unknown_volume", "volume"),
    ("forbidden_character", "options"),
    ("host_name_format", "searches"),
    ("ip_address_format", "name_servers"),
}


def told(problems: list[Any]) -> set[tuple[str, ...]]:
    """Step, control, reason, label and container of each problem; its numbers, but for the order of choices."""
    return {(*each[:5], str(sorted(each[-1].items())) * (each[2] != "not_a_choice")) for each in problems}


def test_every_draft_asks_for_what_it_always_did() -> None:
    with gzip.open(VECTORS, "rt", encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        vectors = [json.loads(line) for line in lines]
    assert len(vectors) == 1124
    for vector in vectors:
        found = outcome(vector["data"], vector["secrets"])
        if "parameters" in vector:
            assert found == {name: vector[name] for name in ("parameters", "secret_keys")}
            continue
        before, now = told(vector["problems"]), told(found["problems"])
        assert {(each[2], each[1].rsplit("-", 1)[-1]) for each in before - now} <= GONE
        assert {(each[2], each[1].rsplit("-", 1)[-1]) for each in now - before} <= ADDED
