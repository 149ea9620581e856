"""Launch templates and their versions. What a version locks is put back into drafts by locks.py.

The pages are in catalogue/: they make drafts, and stand above the wizard.
"""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_MAX = 60
TEXT_MAX = 300
NOTE_MAX = 200


class State(models.TextChoices):
    """Who may order from a template: its maker alone, the whole team, or nobody any more."""

    OWN = "own", _("own")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class LaunchTemplate(models.Model):
    """A container group that members of a team order again and again. It is retired and never deleted."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="launch_templates")
    slug = models.SlugField(
        _("short name"),
        max_length=40,
        validators=[RegexValidator(r"\A[a-z0-9-]{2,40}\Z", _("2 to 40 of a-z, 0-9 and -."))],
    )
    name = models.CharField(_("name"), max_length=NAME_MAX)
    text = models.CharField(_("what it is for"), max_length=TEXT_MAX, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWN)
    # The number of the version that new drafts are made of.
    current = models.PositiveIntegerField(default=0)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "slug"], name="one_template_a_team_and_slug")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class LaunchTemplateVersion(models.Model):
    """What a template asked for from then on; never changed, but for being withdrawn. It holds no secret."""

    template = models.ForeignKey(LaunchTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    # The tree of a draft, and how each of its fields is governed, by its path: see locks.py.
    data = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    note = models.CharField(_("what is new"), max_length=NOTE_MAX, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="one_template_version_a_number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"
