"""Teams and their members.

A person's own space is no row: what belongs to no team is its owner's alone, so that a guest costs nothing more.
"""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts.models import new_world
from consoleapp.domain.roles import Role

ROLE_LABELS = {
    Role.VIEWER: _("Viewer"),
    Role.OPERATOR: _("Operator"),
    Role.APPROVER: _("Approver"),
    Role.ADMIN: _("Admin"),
}


class Team(models.Model):
    """People who share orders and groups, and one cloud. It is archived and never deleted: its orders stay."""

    slug = models.SlugField(
        _("short name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9-]{2,40}\Z", _("2 to 40 of a-z, 0-9 and -."))],
    )
    name = models.CharField(_("name"), max_length=80)
    # The access key id of the team's simulated account is made of this.
    world = models.CharField(max_length=32, default=new_world, unique=True, editable=False)
    # Whether it was ever granted a cloud account: of one that was not nobody asks for grants.
    has_accounts = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Source(models.TextChoices):
    """Who made a membership: a person, or the sign-in of a provider, which may take it back."""

    HAND = "hand", _("by hand")
    PROVIDER = "oidc", _("by sign-in")


class Membership(models.Model):
    """One person in one team, with one role."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=list(ROLE_LABELS.items()))
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.HAND)
    since = models.DateTimeField(_("member since"), auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_membership_a_person_and_team")]
        ordering = ["user__username"]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}: {self.role}"
