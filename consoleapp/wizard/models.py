"""Drafts: what was typed into the wizard, valid or not, and what registries said about its images.

The shape of `data` is in shape.py.
"""

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.limits import USER_NAME_MAX
from consoleapp.launch_templates.models import LaunchTemplateVersion
from consoleapp.wizard.shape import Data, containers_of, empty_data
from consoleapp.wizard.upgrades import CannotUpgrade, upgraded


class Draft(models.Model):
    """One container group in the making. It is its author's, also in a team; secrets typed into it are DraftSecrets."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    # The team that an order of it will be for.
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    # Grows by one with each save; a form that carries an older one is stale.
    version = models.PositiveIntegerField(default=1)
    data = models.JSONField(default=empty_data)
    # The order of the group that this draft is to mend; the order that is made of the draft keeps it.
    replaces = models.ForeignKey("orders.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # The version of a template that it was made of and stays on; what that fixes is put back at every save.
    template_version = models.ForeignKey(
        LaunchTemplateVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)
    # When it was discarded: nobody finds it from then on, and it goes for good soon after, see services/idle.py.
    discarded_at = models.DateTimeField(null=True, blank=True, db_index=True)

    # How many drafts were deleted to make room for this one when it was made; not stored.
    displaced = 0
    # The hosts whose logins were taken from those kept for the session when it was made; not stored.
    logins_taken: tuple[str, ...] = ()
    # The saved credentials that its secrets were read with, by the hosts; not stored.
    saved_credentials: Mapping[str, RegistryCredential] = MappingProxyType({})

    class Meta:
        ordering = ["-saved_at"]
        indexes = [models.Index(fields=["owner", "-saved_at"])]

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def typed(self) -> Data:
        """Return `data` under its type, in its present shape; raise CannotUpgrade."""
        self.data = upgraded(self.data)
        return cast(Data, self.data)

    @property
    def name(self) -> str:
        """Return the container group's name as typed so far."""
        try:
            return str(self.typed["spec"].get("container_group_name") or "")
        except CannotUpgrade:
            return ""

    @property
    def template_name(self) -> str:
        """Return the name of the template that it was made of; "" without one."""
        return self.template_version.template.name if self.template_version else ""

    @property
    def container_count(self) -> int:
        """Return the number of containers and init containers."""
        try:
            return len(containers_of(self.typed))
        except CannotUpgrade:
            return 0


class Unreadable(Exception):
    """The draft is of no shape that is known."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"draft {draft.pk} cannot be read")
        self.draft = draft


class DraftSecret(models.Model):
    """A secret typed into a draft, sealed for this draft and this name (names: see vault.py)."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="secrets")
    name = models.CharField(max_length=400)
    sealed = models.TextField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "name"], name="one_secret_a_name")]

    def __str__(self) -> str:
        return self.name


class DraftCheck(models.Model):
    """The newest answer of a registry about one image of a draft; none yet while `result` is empty.

    Each check takes the next number of `asked` when it begins; one that ends after a later one has ended finds
    `answered` above its own number and is dropped. No column holds a secret or anything made of one.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="checks")
    # The SHA-256 of the image's address: addresses may be longer than an index takes.
    key = models.CharField(max_length=64)
    image = models.TextField()
    asked = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    # Of everything that the check asked with: see access/answers.py.
    fingerprint = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True, blank=True)
    # Whether the registry has let everybody read the image. Kept over answers that say nothing about it.
    is_proved_anonymous = models.BooleanField(default=False)
    # When somebody chose to go on although this answer speaks against it.
    continued_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "key"], name="one_answer_an_image")]

    def __str__(self) -> str:
        return self.image


class KeptLogin(models.Model):
    """A login for a registry that is kept for one session of its owner, sealed, and deleted with it: see
    services/logins.py.
    """

    # No constraint: a server of an earlier version, which knows no logins, must still be able to end sessions.
    session = models.ForeignKey("sessions.Session", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    host = models.CharField(max_length=300)
    user_name = models.CharField(max_length=USER_NAME_MAX)
    sealed = models.TextField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "host"], name="one_login_a_host")]

    def __str__(self) -> str:
        return self.host
