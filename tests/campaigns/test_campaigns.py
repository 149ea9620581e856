"""The short form of each campaign, in a process of its own: it must find its seeded defect and keep its bars."""

import subprocess
import sys

import pytest

from tests.campaigns.__main__ import NAMES, ROOT
from tests.campaigns.report import Report, percentile


@pytest.mark.campaign
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NAMES)
def test_keeps_its_bars(name: str) -> None:
    command = [sys.executable, "-m", "tests.campaigns", name, "--short", "--here"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=390)

    assert run.returncode == 0, f"{run.stdout[-6000:]}\n{run.stderr[-3000:]}"


def test_without_its_defect_a_campaign_has_no_verdict() -> None:
    report = Report("a campaign", "a defect")
    report.exactly("lost", 0, 0)
    assert report.verdict == "no verdict"

    report.finds_defect = True
    assert report.verdict == "met"

    report.at_most("calls", 2, 1)
    assert report.verdict == "missed"
    assert "MISSED" in report.text()


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(100), 0.95) == 95
    assert percentile([], 0.95) == 0
