"""Django's default cache, in the database: where django-allauth counts what its limits allow.

One for all processes, and there as long as the console is. Django's own database cache drops entries that still count
when there are many, so that a flood of names would lift every limit; and it unpickles what the table holds.
"""

from datetime import timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from consoleapp.accounts.models import CacheEntry


class DatabaseCache(BaseCache):
    """A cache of JSON values in a table."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or the default where there is none any more."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        entry = CacheEntry.objects.filter(lasting, pk=self.make_and_validate_key(key, version)).first()
        return entry.value if entry else default

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store the value where there is none, and tell whether that was so."""
        made = self._entry(key, value, timeout, version)
        try:
            with transaction.atomic():
                CacheEntry.objects.filter(pk=made.pk, expires_at__lte=timezone.now()).delete()
                made.save(force_insert=True)
        except IntegrityError:
            return False
        return True

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        made = self._entry(key, value, timeout, version)
        CacheEntry.objects.bulk_create(
            [made], update_conflicts=True, unique_fields=["key"], update_fields=["value", "expires_at"]
        )

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep the value for `timeout` seconds from now, and tell whether there was one."""
        made = self._entry(key, None, timeout, version)
        return CacheEntry.objects.filter(pk=made.pk).update(expires_at=made.expires_at) > 0

    def delete(self, key: str, version: int | None = None) -> bool:
        """Delete the value, and tell whether there was one."""
        return CacheEntry.objects.filter(pk=self.make_and_validate_key(key, version)).delete()[0] > 0

    def clear(self) -> None:
        CacheEntry.objects.all().delete()

    def _entry(self, key: str, value: Any, timeout: Any, version: int | None) -> CacheEntry:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        expires_at = None if seconds is None else timezone.now() + timedelta(seconds=seconds)
        return CacheEntry(key=self.make_and_validate_key(key, version), value=value, expires_at=expires_at)


def drop_expired_entries(**_kwargs: Any) -> None:
    """Delete the entries whose time is over."""
    CacheEntry.objects.filter(expires_at__lte=timezone.now()).delete()
