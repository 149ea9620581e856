"""Users: people with a password, and guests."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_world() -> str:
    """Return a name for a simulated account that nobody else has."""
    return uuid.uuid4().hex


class User(AbstractUser):
    """Somebody who uses the console: with a password, or as a guest who made themselves by saving something."""

    is_guest = models.BooleanField(_("guest"), default=False)
    # The guest of the demo whose sample portal this person is part of; nobody else ever acts as them.
    persona_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="personas")
    # Whether they are, or have been, in a team: who never was is not asked for theirs. Set by teams/services.py.
    has_teams = models.BooleanField(default=False, editable=False)
    # The access key id of the user's simulated account is made of this.
    world = models.CharField(max_length=32, default=new_world, unique=True, editable=False)

    @property
    def label(self) -> str:
        """Return the name that pages show."""
        return str(_("Guest")) if self.is_guest else self.get_full_name() or self.username

    @property
    def may_use_password(self) -> bool:
        """Tell whether they have a password, and CONSOLE_PASSWORDS lets them sign in with it."""
        may = settings.PASSWORDS == "on" or (settings.PASSWORDS == "admins" and self.is_superuser)
        return may and self.has_usable_password()


class CacheEntry(models.Model):
    """What Django's default cache holds until its time is over: the counts of limits, see limits.py."""

    key = models.CharField(max_length=255, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.key


class GuestBucket(models.Model):
    """How far ahead the places of new guests are taken: those of one source of requests, or of all ("")."""

    source = models.CharField(max_length=64, unique=True)
    taken_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.source
