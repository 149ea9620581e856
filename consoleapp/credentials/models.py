"""Saved credentials of a team. Neither host nor path ever changes: another host is another row, its password typed
again; and the seal names the host, so a row that was changed behind the console's back does not open."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.limits import USER_NAME_MAX
from consoleapp.gateways.proof import Cause

IMAGE_MAX = 300
NAME_MAX = 80
# What a registry says that does not let the login in, or not to this image.
REFUSED = frozenset({Cause.WRONG_CREDENTIAL, Cause.NOT_ALLOWED})


class RegistryCredential(models.Model):
    """A login for one registry, for images whose path begins so."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="credentials")
    name = models.CharField(_("name"), max_length=NAME_MAX)
    host = models.CharField(max_length=260)
    # Whole segments; "" for the whole registry.
    path_prefix = models.CharField(max_length=255, blank=True)
    user_name = models.CharField(_("user name"), max_length=USER_NAME_MAX)
    sealed = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    # When a registry was last asked with it, about which image, and what it said; see gateways/proof.py.
    checked_at = models.DateTimeField(null=True, blank=True)
    image = models.CharField(max_length=IMAGE_MAX, blank=True)
    cause = models.CharField(max_length=40, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    # When it was last looked after by itself, whatever came of it.
    looked_at = models.DateTimeField(null=True, blank=True)
    orders = models.ManyToManyField("orders.Order", related_name="saved_credentials")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="one_credential_a_team_and_name")]
        ordering = ["host", "path_prefix", "name"]

    @property
    def is_refused(self) -> bool:
        """Tell whether the registry has refused it when it was last asked."""
        return self.cause in REFUSED

    def __str__(self) -> str:
        return f"{self.name} ({self.host})"
