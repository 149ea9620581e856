"""`manage.py verify_audit` and the anchor in the log: what was cut off or made anew is found by what one wrote down."""

import json
import logging
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from consoleapp.accounts.models import User
from consoleapp.audit import services
from consoleapp.audit.models import AuditHead, AuditRow
from consoleapp.web import periodic

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_rows(alice: User) -> list[AuditRow]:
    return [services.record(alice, "order.recorded", f"d{number}") for number in range(3)]


def _cut_off(row: AuditRow) -> None:
    """The row and the head, as somebody would who has taken the triggers away."""
    row.delete()
    AuditHead.objects.update(hash=row.previous_hash, count=services.anchor().count - 1)


def _make_anew(actor: User) -> None:
    """Another chain of as many rows."""
    count = AuditRow.objects.count()
    AuditRow.objects.all().delete()
    AuditHead.objects.all().delete()
    for number in range(count):
        services.record(actor, "order.recorded", f"forged{number}")


def _printed_anchor(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    call_command("verify_audit", "--anchor")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    printed = json.loads(lines[0])
    return {"count": str(printed["count"]), "hash": printed["hash"], "time": printed["time"]}


def test_says_whether_the_trail_holds_and_what_that_does_not_prove(
    three_rows: list[AuditRow], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit")
    told = capsys.readouterr().out
    assert "3 rows" in told
    assert "does not tell whether rows were cut off its end, or whether it was made anew" in told
    AuditRow.objects.filter(pk=three_rows[0].pk).update(action="x")
    with pytest.raises(CommandError, match=f"row {three_rows[0].pk}"):
        call_command("verify_audit")


def test_the_anchor_is_one_line_of_json(three_rows: list[AuditRow], capsys: pytest.CaptureFixture[str]) -> None:
    printed = _printed_anchor(capsys)
    assert (printed["count"], printed["hash"]) == ("3", three_rows[-1].hash)
    assert datetime.fromisoformat(printed["time"]).tzinfo == UTC


@pytest.mark.usefixtures("three_rows")
def test_rows_added_since_the_anchor_are_no_fault(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _printed_anchor(capsys)
    services.record(alice, "order.recorded", "d4")
    call_command("verify_audit", "--count", printed["count"], "--hash", printed["hash"])
    assert "It has the 3 rows that were written down." in capsys.readouterr().out


@pytest.mark.usefixtures("three_rows")
def test_a_chain_that_was_cut_with_its_head_is_found(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _printed_anchor(capsys)
    _cut_off(AuditRow.objects.latest("id"))
    call_command("verify_audit")
    with pytest.raises(CommandError, match="3 rows were written down and 2 are there"):
        call_command("verify_audit", "--count", printed["count"], "--hash", printed["hash"])


@pytest.mark.usefixtures("three_rows")
def test_a_chain_that_was_made_anew_is_found(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _printed_anchor(capsys)
    _make_anew(alice)
    call_command("verify_audit")
    with pytest.raises(CommandError, match="made anew"):
        call_command("verify_audit", "--count", printed["count"], "--hash", printed["hash"])


@pytest.mark.usefixtures("three_rows")
def test_a_broken_chain_gives_no_anchor(capsys: pytest.CaptureFixture[str]) -> None:
    AuditRow.objects.update(action="x")
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_audit", "--anchor")
    assert capsys.readouterr().out == ""


def test_rows_added_while_the_chain_is_verified_are_no_fault(
    three_rows: list[AuditRow], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_hash = services.row_hash

    def hash_and_record(row: AuditRow) -> str:
        monkeypatch.setattr(services, "row_hash", row_hash)
        services.record(alice, "order.recorded", "meanwhile")
        return row_hash(row)

    monkeypatch.setattr(services, "row_hash", hash_and_record)
    assert services.verify() is None


@pytest.mark.parametrize("options", [["--count", "3"], ["--hash", "0" * 64], ["--count", "-1", "--hash", "0" * 64]])
def test_half_an_anchor_is_refused(options: list[str]) -> None:
    with pytest.raises(CommandError, match="belong together"):
        call_command("verify_audit", *options)


def test_the_periodic_tasks_log_the_anchor_once_a_day(
    three_rows: list[AuditRow], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_anchor_logged_on", None)
    with caplog.at_level(logging.INFO, logger=services.__name__):
        periodic.run_periodic_tasks()
        periodic.run_periodic_tasks()
    told = [json.loads(record.message) for record in caplog.records if record.name == services.__name__]
    assert [(anchor["count"], anchor["hash"]) for anchor in told] == [(3, three_rows[-1].hash)]
