"""Approvals of held orders, and the votes on them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """An approval is open until one of the others, and never leaves that."""

    OPEN = "open", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")
    GONE = "gone", _("ended: who asked is gone")


class Approval(models.Model):
    """Why an order is held, who may decide about it, and until when."""

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="approval")
    # What was found, as services.py writes it: policy, version, rule, path, value; shown again and compared.
    reasons = models.JSONField(default=list)
    # What was known beside the order when it was pressed, as domain/policy.py writes it: judged by again.
    facts = models.JSONField(default=dict)
    # What the requester says.
    text = models.CharField(max_length=1000, blank=True)
    # Whether the team's approvers decide, site admins (about a policy of the site), or both.
    by_team = models.BooleanField(default=True)
    by_site = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Whole and not of the open ones alone: SQLite takes no partial index for a state that is bound as a parameter.
        indexes = [
            models.Index(fields=["state", "expires_at"], name="approvals_by_state"),
            models.Index(fields=["decided_at"], name="approvals_decided"),
        ]
        ordering = ["expires_at"]

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.state}"

    @property
    def state_now(self) -> State:
        """Return its state; one whose time is over is expired, also before the worker has ended it."""
        is_over = self.state == State.OPEN and self.expires_at <= timezone.now()
        return State.EXPIRED if is_over else State(self.state)

    @property
    def is_open(self) -> bool:
        """Tell whether it may still be decided about."""
        return self.state_now == State.OPEN


class Verdict(models.TextChoices):
    APPROVE = "approve", _("approved")
    REJECT = "reject", _("rejected")


class Vote(models.Model):
    """What one person has decided, and what they saw when they did."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    # For which of the two sides it counts.
    for_site = models.BooleanField(default=False)
    comment = models.CharField(max_length=1000, blank=True)
    seen = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["approval", "user"], name="one_vote_a_person")]
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.verdict}"
