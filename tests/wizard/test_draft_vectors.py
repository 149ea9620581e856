"""1,124 drafts of the page tests, written down with what the code from before the field catalogue made of them."""

import gzip
import json
from pathlib import Path
from typing import Any

from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.wizard.mapping import to_spec

VECTORS = Path(__file__).parents[1] / "vectors" / "drafts.jsonl.gz"


def outcome(data: Any, secrets: dict[str, str]) -> dict[str, Any]:
    """The parameters of the draft, in order, or all that is wrong with it."""
    spec, problems = to_spec(data, {name: Secret(text) for name, text in secrets.items()})
    if spec is not None:
        parameters, secret_keys = wire.written(spec)
        return {"parameters": [list(each) for each in parameters.items()], "secret_keys": sorted(secret_keys)}
    # In which order several stand is a matter of the pages.
    return {
        "problems": sorted(
            [
                each.step,
                each.field_id,
                str(each.error.reason),
                each.label,
                each.container_key,
                each.error.path,
                {name: str(value) for name, value in each.error.params.items()},
            ]
            for each in problems
        )
    }


def test_every_draft_asks_for_what_it_always_did() -> None:
    with gzip.open(VECTORS, "rt", encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        vectors = [json.loads(line) for line in lines]
    assert len(vectors) == 1124
    for vector in vectors:
        expected = {name: vector[name] for name in ("parameters", "secret_keys") if name in vector}
        if "problems" in vector:
            expected["problems"] = sorted(vector["problems"])
        assert outcome(vector["data"], vector["secrets"]) == expected, vector["data"]
