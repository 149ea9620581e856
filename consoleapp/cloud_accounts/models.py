"""Cloud accounts and their grants to teams.

Without a row everybody works where the console is configured to: in the account of its environment, or with the
simulator each in a world of their own.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

SESSION_SECONDS = 3600


class Kind(models.TextChoices):
    """Where an account's key comes from."""

    SIMULATOR = "simulator", _("Simulated account")
    ENVIRONMENT = "environment", _("Key of the environment")
    ACCESS_KEY = "access_key", _("AccessKey pair")
    RAM_ROLE = "ram_role", _("RAM role")


class State(models.TextChoices):
    """What the last check showed."""

    UNCHECKED = "unchecked", _("not checked yet")
    WORKS = "works", _("works")
    FAILS = "fails", _("fails")


class CloudAccount(models.Model):
    """An Alibaba Cloud account as the console reaches it. Its `uid` is what the cloud told at the first check that
    succeeded, and never changes: orders hold it, see orders/delivery.py."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    uid = models.CharField(_("account id"), max_length=20, blank=True)
    access_key_id = models.CharField(_("AccessKey ID"), max_length=128, blank=True)
    # The AccessKey secret; bound to this row and its AccessKey ID.
    sealed = models.TextField(blank=True)
    role_arn = models.CharField(_("role ARN"), max_length=200, blank=True)
    # Made by the console and never typed: who could choose it could have the console assume a stranger's role.
    external_id = models.CharField(_("external ID"), max_length=64, blank=True)
    # Whose key assumes the role.
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    session_seconds = models.PositiveIntegerField(_("length of a session"), default=SESSION_SECONDS)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNCHECKED)
    checked_at = models.DateTimeField(null=True, blank=True)
    # Why the last check failed: a kind of gateways/errors.py or a word of services.py, and the cloud's code.
    cause = models.CharField(max_length=32, blank=True)
    code = models.CharField(max_length=128, blank=True)
    # As whom it works: the ARN that the cloud told.
    identity = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class AccountGrant(models.Model):
    """A team may work in an account: in these regions and VPCs, without any of them in all."""

    account = models.ForeignKey(CloudAccount, on_delete=models.PROTECT, related_name="grants")
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="account_grants")
    regions = models.JSONField(default=list, blank=True)
    vpc_ids = models.JSONField(default=list, blank=True)
    resource_group_id = models.CharField(_("resource group"), max_length=64, blank=True)
    # The one in which the team works.
    is_default = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "team"], name="one_grant_an_account_and_team"),
            models.UniqueConstraint(
                fields=["team"], condition=models.Q(is_default=True), name="one_default_account_a_team"
            ),
        ]
        ordering = ["-is_default", "account__name"]

    def __str__(self) -> str:
        return f"{self.account_id} for {self.team_id}"
