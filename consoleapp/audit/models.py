"""The audit trail: one row for every accepted change that costs money or concerns rights, chained by hash.

Rows are added by services.record alone. That nothing is changed or deleted is held by database triggers (triggers.py),
not by this code.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

HASH_LENGTH = 64  # hexadecimal digits of a SHA-256


class AuditRow(models.Model):
    """Who changed what, when. Names are copied as text, so that a row outlives what it is about."""

    at = models.DateTimeField(_("time"))
    actor_id = models.BigIntegerField(_("user number"), null=True)
    actor_name = models.CharField(_("user"), max_length=150)
    action = models.CharField(_("action"), max_length=60)  # dotted: order.recorded, account.signed-in
    object_id = models.CharField(_("object"), max_length=80, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    # The team it was done for, and in which way: `page` or `worker`. Nullable and without a default: with one SQLite
    # would build the table anew, and the triggers would be gone. Rows of before have no way, and their hash no place
    # for it: see services.row_hash.
    team_id = models.BigIntegerField(_("team number"), null=True)
    via = models.CharField(_("way"), max_length=40, null=True)
    payload = models.JSONField(_("details"), default=dict)  # never holds a secret
    previous_hash = models.CharField(max_length=HASH_LENGTH)
    hash = models.CharField(max_length=HASH_LENGTH, unique=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["actor_id", "-id"]),
            models.Index(fields=["object_id", "-id"]),
            models.Index(fields=["team_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_id}".strip()


class AuditHead(models.Model):
    """The one row that holds the chain's end; who adds a row locks it, so that no two have the same predecessor."""

    hash = models.CharField(max_length=HASH_LENGTH)
    count = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} rows"
