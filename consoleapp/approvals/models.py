"""Approvals of held orders, and the votes on them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """An approval is open until one of the others, and never leaves that."""

    OPEN = "open", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")
    GONE = "gone", _("its requester is gone")


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
        indexes = [models.Index(fields=["expires_at"], name="open_approvals", condition=models.Q(state="open"))]
        ordering = ["expires_at"]

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.state}"


class Verdict(models.TextChoices):
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")


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
