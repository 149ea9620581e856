"""`make sbom`: the bill of materials says what is installed to serve, and nothing else."""

import json
import re
import subprocess
from pathlib import Path

import consoleapp

ROOT = Path(__file__).resolve().parent.parent


def test_it_lists_every_locked_requirement_with_its_hashes(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    # What is installed is left as it is, however old it is.
    command = ["make", "--assume-old=.venv/.installed-dev", "sbom", f"SBOM={file}"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["bomFormat"] == "CycloneDX"
    described = told["metadata"]["component"]
    assert (described["name"], described["version"]) == ("container-console", consoleapp.__version__)
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;]+)", locked, re.MULTILINE))
    assert {(each["name"], each["version"]) for each in told["components"]} == wanted
    assert wanted
    for component in told["components"]:
        assert any(reference.get("hashes") for reference in component["externalReferences"])
