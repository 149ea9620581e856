"""Calls to handlers of the simulator without HTTP, and a check of answers against the vendor's published shapes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consoleapp.simulator.call import Call, Handler
from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.store import NEVER, Store, StoredGroup, Transaction

NOW = 1_763_700_000.0
_SHAPES = json.loads((Path(__file__).parents[1] / "vectors" / "simulator_answers.json").read_text(encoding="utf-8"))
_TYPES: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool}


def ask(
    handler: Handler, parameters: Mapping[str, str], *, catalog: Catalog | None = None, bound_eips: tuple[str, ...] = ()
) -> Any:
    """The answer of a handler in a new account with these parameters; EIPs are bound to a group that lives."""
    store = Store(None)
    try:
        with store.transaction(NOW) as transaction:
            for allocation_id in bound_eips:
                _bind(transaction, allocation_id)
            call = Call(
                account="alice",
                action="",
                parameters=parameters,
                catalog=catalog or Catalog.load(),
                store=transaction,
                now=NOW,
                request_id="request",
                new_id=lambda: "0" * 20,
            )
            return handler(call)
    finally:
        store.close()


def _bind(transaction: Transaction, allocation_id: str) -> None:
    group_id = f"eci-sim{allocation_id.removeprefix('eip-sim')}"
    holder = StoredGroup(0, "cn-hangzhou", group_id, "holder", 1, NOW - 60, NEVER, None, (), "{}", "{}")
    transaction.add_group("alice", holder)
    transaction.bind_eip("alice", allocation_id, group_id)


def strays(action: str, answer: Mapping[str, Any]) -> list[str]:
    """The paths of the answer whose key or type the vendor's metadata does not know."""
    return list(_strays(_SHAPES["answers"][action], answer, action))


def _strays(shape: Any, value: Any, path: str) -> list[str]:
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            return [path]
        wrong = [f"{path}.{key}" for key in value if key not in shape]
        return wrong + [
            line for key in value if key in shape for line in _strays(shape[key], value[key], f"{path}.{key}")
        ]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [path]
        return [line for item in value for line in _strays(shape[0], item, f"{path}[]")]
    return [] if type(value) is _TYPES[shape.partition(":")[0]] else [path]
