"""The forms of teams: a new team, its name, a new member."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts.models import User
from consoleapp.domain.roles import Role
from consoleapp.teams.models import ROLE_LABELS, Team
from consoleapp.web.crispy import ConsoleHelper


class _Form(forms.Form):
    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*self.fields)


class _PersonField(forms.CharField):
    """Somebody who has an account, by their user name."""

    def clean(self, value: Any) -> User:
        """Return the user; guests and the people of their sample portals are nobody's colleagues."""
        name = super().clean(value)
        found = User.objects.filter(username=name, is_guest=False, persona_of=None, is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this user name."))
        return found


class RenameForm(_Form):
    """A team's name."""

    name = forms.CharField(label=_("Name"), max_length=80)


class MemberForm(_Form):
    """A person and the role that they get."""

    member = _PersonField(label=_("User name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_LABELS.items()), initial=Role.OPERATOR)


class TeamForm(_Form):
    """A new team with its first admin."""

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = Team._meta.get_field("slug").formfield()
    admin = _PersonField(label=_("First admin"), max_length=150, help_text=_("A user name. Admins add the others."))

    def clean_slug(self) -> str:
        """Return the short name, which no other team has or had."""
        slug = str(self.cleaned_data["slug"])
        if Team.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another team has this short name."))
        return slug
