"""Policies with their versions, exemptions from them, quotas and what is booked on them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.quota import Unit


class Mode(models.TextChoices):
    """Whether a policy is told only, or obeyed."""

    WARN = "warn", _("Warn")
    ENFORCE = "enforce", _("Enforce")


class Policy(models.Model):
    """Rules of a team, or without a team of the site. All that apply must pass, so a team can only narrow the site."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="policies")
    name = models.CharField(_("name"), max_length=80)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.WARN)
    # The number of the version that counts.
    current = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["team_id", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """What a policy said from then on; never changed."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    # As domain/policy_rules.py writes them.
    rules = models.JSONField(default=list)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.ENFORCE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="one_version_a_number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.policy_id}, version {self.number}"


class Exemption(models.Model):
    """A standing exception of a team to one rule of a policy, with a reason and an end."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="exemptions")
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="exemptions")
    rule = models.CharField(max_length=40)
    # What it admits; empty: anything.
    values = models.JSONField(default=list)
    reason = models.CharField(max_length=500)
    until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["team", "until"])]
        ordering = ["until"]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.rule} until {self.until:%Y-%m-%d}"


class Quota(models.Model):
    """How much a team may have at once, in one unit. `used` is changed by quotas.py alone, by compare-and-set."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="quotas")
    unit = models.CharField(max_length=24, choices=[(unit.value, unit.value) for unit in Unit])
    limit = models.PositiveBigIntegerField()
    used = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "unit"], name="one_quota_a_team_and_unit"),
            models.CheckConstraint(condition=models.Q(used__gte=0), name="quota_used_not_negative"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.used} of {self.limit} {self.unit}"


class Booking(models.Model):
    """What one order takes of its team's quotas, from its release until its group is gone."""

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="booking")
    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="bookings")
    groups = models.PositiveIntegerField()
    vcpu_milli = models.PositiveBigIntegerField()
    memory_mib = models.PositiveBigIntegerField()
    price_micro_per_hour = models.PositiveBigIntegerField()
    booked_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)
    # Why it was given back: a word of quotas.py.
    cause = models.CharField(max_length=20, blank=True)
    # For watch.py: when the cloud is asked next about its group, None for at once; since when it tells nothing of this
    # one while it tells of others; and since when it tells nothing of any.
    look_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    silent_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["team"], name="open_bookings", condition=models.Q(released_at=None))]

    def __str__(self) -> str:
        return f"order {self.order_id}"
