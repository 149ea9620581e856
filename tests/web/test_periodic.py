"""The worker's periodic tasks."""

from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from consoleapp.web import periodic

pytestmark = pytest.mark.django_db


def test_drops_sessions_whose_time_is_over() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))

    periodic.run_periodic_tasks()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_a_periodic_task_that_fails_keeps_none_of_the_others_from_their_work(caplog: pytest.LogCaptureFixture) -> None:
    def broken(**_kwargs: object) -> None:
        raise RuntimeError("a bug")

    periodic.periodic_tasks.connect(broken)
    try:
        with mock.patch.object(Session.objects, "filter") as sessions:
            periodic.run_periodic_tasks()
    finally:
        periodic.periodic_tasks.disconnect(broken)

    assert sessions.called
    assert "a bug" in caplog.text
