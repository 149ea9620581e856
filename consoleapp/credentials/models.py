"""Saved credentials of a team. Neither host nor path ever changes: another host is another row, its password typed
again; and the seal names the host, so a row that was changed behind the console's back does not open."""

from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.limits import USER_NAME_MAX
from consoleapp.gateways.proof import Cause

IMAGE_MAX = 300
NAME_MAX = 80
# Logins that end by themselves: the pattern of the host, the user name ("" for any), and after how many hours. Sources:
# Amazon ECR's GetAuthorizationToken (12 hours), Container Registry's GetAuthorizationToken (1 hour, cr_temp_user),
# docs.cloud.google.com/artifact-registry/docs/docker/authentication (access tokens, 1 hour).
TEMPORARY: Final = (
    ("*.dkr.ecr.*.amazonaws.com", "", 12),
    ("*.dkr.ecr.*.amazonaws.com.cn", "", 12),
    ("public.ecr.aws", "", 12),
    ("*.cr.aliyuncs.com", "cr_temp_user", 1),
    ("*-docker.pkg.dev", "oauth2accesstoken", 1),
    ("gcr.io", "oauth2accesstoken", 1),
    ("*.gcr.io", "oauth2accesstoken", 1),
)
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
    # Who has typed this password: whose the credential is.
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
    def owner_id(self) -> int:
        """Return the number of whose it is."""
        return self.by_id

    @property
    def since(self) -> datetime:
        """Return when this password was stored."""
        return self.replaced_at or self.saved_at

    @property
    def where(self) -> str:
        """Return what its images begin with."""
        return f"{self.host}/{self.path_prefix}" if self.path_prefix else self.host

    @property
    def ends_at(self) -> datetime | None:
        """Return when a temporary login ends, as its host and user name tell; None for all others."""
        for pattern, user_name, hours in TEMPORARY:
            if fnmatchcase(self.host.lower(), pattern) and user_name in ("", self.user_name):
                return self.since + timedelta(hours=hours)
        return None

    @property
    def has_ended(self) -> bool:
        """Tell whether it is a temporary login whose time is over."""
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def is_refused(self) -> bool:
        """Tell whether the registry has refused it when it was last asked."""
        return self.cause in REFUSED

    def __str__(self) -> str:
        return f"{self.name} ({self.host})"
