"""The worker's chores."""

from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from consoleapp.web import housekeeping

pytestmark = pytest.mark.django_db


def test_drops_sessions_whose_time_is_over() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))

    housekeeping.do_chores()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_forgets_what_the_queue_did_a_day_ago() -> None:
    now = timezone.now()

    def task(status: str, days: int) -> None:
        then = now - timedelta(days=days, minutes=1)
        DBTaskResult.objects.create(
            status=status,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="x",
            backend_name="default",
            run_after=then,
            started_at=then,
            finished_at=then if status in ("SUCCESSFUL", "FAILED") else None,
        )

    for status in ("SUCCESSFUL", "FAILED", "RUNNING"):
        task(status, 1)
        task(status, 0)
    task("READY", 9)

    housekeeping.do_chores()

    kept = DBTaskResult.objects.order_by("status").values_list("status", flat=True)
    assert list(kept) == ["FAILED", "READY", "RUNNING", "SUCCESSFUL"]


def test_a_chore_that_fails_keeps_none_of_the_others_from_their_work(caplog: pytest.LogCaptureFixture) -> None:
    def broken(**_told: object) -> None:
        raise RuntimeError("a bug")

    housekeeping.now_and_then.connect(broken)
    try:
        with mock.patch.object(Session.objects, "filter") as sessions:
            housekeeping.do_chores()
    finally:
        housekeeping.now_and_then.disconnect(broken)

    assert sessions.called
    assert "a bug" in caplog.text
