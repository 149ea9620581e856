"""consoleapp/wizard/access/serialization.py: every kind of result survives being stored."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consoleapp.gateways import proof
from consoleapp.gateways.proof import AccessResult, Cause
from consoleapp.wizard.access.serialization import from_json, to_json

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EVIDENCE: list[Any] = [
    None,
    proof.LoginEvidence("registry.example.com", "basic"),
    proof.TagEvidence("1.0", ("1.1", "1.2")),
    proof.ArchitectureEvidence("amd64", ("arm64",)),
    proof.CertificateEvidence("h", "CN=h", "CN=ca", NOW, NOW, "ab" * 32, ("h", "g")),
    proof.CertificateEvidence("h"),
    proof.PlainHttpEvidence("h:5000", is_declared=True),
    proof.SilenceEvidence("h", proof.Stage.TLS),
    proof.PolicyEvidence("h", proof.Refusal.TOKEN_SERVER),
    proof.StatusEvidence("h", 429, "", 30),
    proof.StatusEvidence("h", 302, "g"),
    proof.FaultEvidence("h", proof.Fault.TOO_DEEP),
    proof.VpcEvidence("h", "cn-hangzhou"),
]
IMAGE = proof.ImageFacts("sha256:" + "a" * 64, 84, ("amd64",), NOW, ("/bin/a",), ("b",), ("80/tcp",), "app")
IMAGE = replace(IMAGE, volumes=("/data",), stop_signal="SIGINT", variables=("PATH",), title="Tea")


@pytest.mark.parametrize("evidence", EVIDENCE)
@pytest.mark.parametrize("cause", [Cause.CAN_BE_PULLED, Cause.NEEDS_LOGIN])
def test_a_result_is_the_same_after_being_stored(evidence: Any, cause: Cause) -> None:
    result = AccessResult(cause, "h", NOW, timedelta(seconds=0.25), evidence, IMAGE, "demo", proved_anonymous=True)
    assert from_json(json.loads(json.dumps(to_json(result)))) == result


@pytest.mark.parametrize("told", [{}, {"evidence_kind": ""}, {"evidence_kind": "", "cause": "from the future"}])
def test_what_this_version_cannot_read_counts_as_unknown(told: dict[str, Any]) -> None:
    assert from_json(told) is None


def test_a_result_that_was_stored_before_images_told_more_is_still_read() -> None:
    result = AccessResult(Cause.CAN_BE_PULLED, "h", NOW, timedelta(seconds=0.25), None, IMAGE)
    told = json.loads(json.dumps(to_json(result)))
    for name in ("volumes", "stop_signal", "working_dir", "variables", "title", "description", "version", "source"):
        del told["image"][name]
    assert from_json(told) == replace(result, image=replace(IMAGE, volumes=(), stop_signal="", variables=(), title=""))
