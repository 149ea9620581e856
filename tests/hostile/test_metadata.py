"""The metadata addresses themselves, on the loopback of a network namespace: nothing ever connects to them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.metadata import CANARY_PORTS, MAPPED, METADATA, OWN, SAMPLE

ROOT = Path(__file__).resolve().parents[2]
# With the rights of root, or by becoming root of a user namespace.
WAYS = (("unshare", "--net"), ("unshare", "--map-root-user", "--net"))


@pytest.fixture(scope="module")
def outcome() -> dict[str, Any]:
    way = next((way for way in WAYS if _is_permitted(way)), None)
    if way is None:
        pytest.skip("no network namespace may be made here, or there is no ip command")
    run = subprocess.run(
        [*way, sys.executable, "-m", "tests.hostile.metadata"], cwd=ROOT, capture_output=True, timeout=110, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
    outcome: dict[str, Any] = json.loads(run.stdout)
    return outcome


def _is_permitted(way: tuple[str, ...]) -> bool:
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    return subprocess.run([*way, "ip", "addr", "add", "fd00::1/128", "dev", "lo"], capture_output=True).returncode == 0


def test_the_canaries_can_be_reached_at_all(outcome: dict[str, Any]) -> None:
    assert set(outcome["reachable"]) == {*METADATA, *OWN, *MAPPED}


def test_none_is_ever_connected_to(outcome: dict[str, Any]) -> None:
    assert outcome["connections"] == 0


def test_every_shot_is_refused_or_reported(outcome: dict[str, Any]) -> None:
    causes = outcome["causes"]
    assert len(causes) > len((*METADATA, *OWN, *MAPPED)) * len(CANARY_PORTS) * 8
    allowed = {"refused_by_policy", "host_not_found", "redirected"}
    assert {shot: cause for shot, cause in causes.items() if cause not in allowed} == {}


def test_without_the_guard_they_are_connected_to(outcome: dict[str, Any]) -> None:
    assert outcome["connections_without_guard"] >= len(SAMPLE) * 5
