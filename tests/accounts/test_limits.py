"""consoleapp/accounts/limits.py: Django's default cache, which holds counts that nobody may lose."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from consoleapp.accounts import limits
from consoleapp.accounts.models import CacheEntry

pytestmark = pytest.mark.django_db


def _let_pass(seconds: float) -> None:
    for entry in CacheEntry.objects.exclude(expires_at=None):
        assert entry.expires_at
        entry.expires_at -= timedelta(seconds=seconds)
        entry.save()


def test_keeps_a_value_for_its_time() -> None:
    cache.set("key", [1.5, 2], 60)
    cache.set("for-ever", "value", None)
    assert cache.get("key") == [1.5, 2]
    _let_pass(61)
    assert cache.get("key", "none") == "none"
    assert cache.get("for-ever") == "value"


def test_adds_what_is_not_there_or_whose_time_is_over() -> None:
    assert cache.add("lock", 1, 10)
    assert not cache.add("lock", 2, 10)
    _let_pass(11)
    assert cache.add("lock", 3, 10)
    assert cache.get("lock") == 3


def test_sets_touches_and_deletes() -> None:
    cache.set("key", 1, 10)
    cache.set("key", 2, 10)
    assert cache.touch("key", 100)
    _let_pass(50)
    assert cache.get("key") == 2
    assert cache.delete("key")
    assert not cache.delete("key")
    assert not cache.touch("key")


def test_no_number_of_other_entries_pushes_one_out() -> None:
    cache.set("count", 5, 60)
    many = [CacheEntry(key=f":1:{number}", value=1, expires_at=timezone.now()) for number in range(2000)]
    CacheEntry.objects.bulk_create(many)
    cache.set("another", 1, 60)
    assert cache.get("count") == 5


def test_the_periodic_tasks_drop_what_is_over_and_nothing_else() -> None:
    cache.set("old", 1, 60)
    _let_pass(61)
    cache.set("new", 1, 60)
    limits.drop_expired_entries()
    assert [entry.key for entry in CacheEntry.objects.all()] == [":1:new"]
