"""The short form of each campaign, in a process of its own: it must find its seeded defect and keep its bars."""

import subprocess
import sys

import pytest

from tests.campaigns.__main__ import NAMES, ROOT
from tests.campaigns.report import Report, percentile

PATIENCE_SECONDS = 360


@pytest.mark.campaign
@pytest.mark.timeout(PATIENCE_SECONDS + 40)
@pytest.mark.parametrize("name", NAMES)
def test_keeps_its_bars(name: str) -> None:
    command = [sys.executable, "-m", "tests.campaigns", name, "--short", "--here"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        try:
            said, troubles = run.communicate(timeout=PATIENCE_SECONDS)
        except BaseException:
            # Told to end, it ends the servers that it has started.
            run.terminate()
            raise

    assert run.returncode == 0, f"{said[-6000:]}\n{troubles[-3000:]}"


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
