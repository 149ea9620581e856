"""The forms of cloud accounts: a new one of each kind, another key, a grant to a team."""

import re
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consoleapp.cloud_accounts.grants import Limits
from consoleapp.cloud_accounts.models import SESSION_SECONDS, CloudAccount, Kind
from consoleapp.cloud_accounts.services import possible_bases
from consoleapp.domain.region import KNOWN
from consoleapp.domain.secret import Secret
from consoleapp.teams.models import Team
from consoleapp.web.crispy import ConsoleHelper, Show

# The longest that the cloud gives a session of a role, and the shortest.
SESSION_MIN, SESSION_MAX = 900, 43_200
IDS_MAX: Final = 50
_KEY_ID: Final = RegexValidator(r"\A[A-Za-z0-9._-]{4,128}\Z", gettext_lazy("4 to 128 letters, digits, and ._-"))
_ARN: Final = RegexValidator(
    r"\Aacs:ram::[0-9]{1,20}:role/[A-Za-z0-9.-]{1,64}\Z",
    gettext_lazy("Write it as acs:ram::1234567890123456:role/name."),
)
# Controls that take all the width there is.
_WIDE: Final = frozenset({"role_arn", "regions", "vpc_ids"})
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


class _Form(forms.Form):
    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*(Show(name, width="" if name in _WIDE else "m") for name in self.fields))


class _SecretField(forms.CharField):
    """A secret: written, never shown again."""

    widget = forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False)

    def clean(self, value: Any) -> Secret:
        return Secret(super().clean(value))


class _WordsField(forms.CharField):
    """Several ids, apart by commas or blanks."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """Return the ids without doubles, in their order."""
        words = tuple(dict.fromkeys(re.split(r"[,\s]+", super().clean(value))) if value else ())
        words = tuple(filter(None, words))
        if len(words) > IDS_MAX:
            raise forms.ValidationError(_("At most %d.") % IDS_MAX)
        if wrong := next((word for word in words if not _ID.fullmatch(word)), ""):
            raise forms.ValidationError(_("This is no id: %s") % wrong[:64])
        return words


class PlainForm(_Form):
    """An account that needs nothing but a name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)

    def account(self, kind: Kind) -> CloudAccount:
        """Return the account that the form describes."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "secret"}
        return CloudAccount(kind=kind, **told)

    def typed_secret(self) -> Secret | None:
        """Return the secret that was typed."""
        return self.cleaned_data.get("secret")


class KeyForm(PlainForm):
    """An account with the AccessKey pair of a RAM user."""

    access_key_id = forms.CharField(
        label=gettext_lazy("AccessKey ID"), validators=[_KEY_ID], widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = _SecretField(label=gettext_lazy("AccessKey secret"), max_length=200)


class RoleForm(PlainForm):
    """A role that the key of another account assumes."""

    base = forms.ModelChoiceField(
        label=gettext_lazy("Assumed with"),
        queryset=CloudAccount.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("The key of a RAM user; that of a root account may assume no role."),
    )
    role_arn = forms.CharField(
        label=gettext_lazy("Role ARN"),
        validators=[_ARN],
        widget=forms.TextInput(attrs={"placeholder": "acs:ram::1234567890123456:role/name"}),
    )
    session_seconds = forms.IntegerField(
        label=gettext_lazy("Length of a session, in seconds"),
        initial=SESSION_SECONDS,
        min_value=SESSION_MIN,
        max_value=SESSION_MAX,
        help_text=gettext_lazy("At most what the role allows. Keys are renewed five minutes before their end."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].queryset = possible_bases()  # type: ignore[attr-defined]


FORMS: Final = {
    Kind.RAM_ROLE: RoleForm,
    Kind.ACCESS_KEY: KeyForm,
    Kind.ENVIRONMENT: PlainForm,
    Kind.SIMULATOR: PlainForm,
}


class ReplaceForm(_Form):
    """Another AccessKey pair of the same account."""

    access_key_id = KeyForm.base_fields["access_key_id"]
    secret = KeyForm.base_fields["secret"]


class GrantForm(_Form):
    """A team, and what of the account it may use."""

    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=None)
    regions = _WordsField(
        label=gettext_lazy("Regions"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"placeholder": "cn-hangzhou, cn-beijing"}),
        help_text=gettext_lazy("Ids, apart by commas. Empty: all of them."),
    )
    vpc_ids = _WordsField(
        label=gettext_lazy("VPCs"),
        required=False,
        max_length=4000,
        widget=forms.TextInput(attrs={"placeholder": "vpc-…"}),
        help_text=gettext_lazy("Ids, apart by commas. Empty: all of them."),
    )
    resource_group_id = forms.CharField(
        label=gettext_lazy("Resource group"),
        required=False,
        validators=[RegexValidator(r"\A[A-Za-z0-9-]{1,64}\Z", gettext_lazy("Letters, digits and -."))],
        widget=forms.TextInput(attrs={"placeholder": "rg-…"}),
        help_text=gettext_lazy("All that the team makes goes there. Empty: the account's default."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(archived_at=None)  # type: ignore[attr-defined]

    def clean_regions(self) -> tuple[str, ...]:
        """Return the regions, of which the console has to know each."""
        regions: tuple[str, ...] = self.cleaned_data["regions"]
        known = KNOWN.union(settings.REGIONS)
        if unknown := next((each for each in regions if each not in known), ""):
            raise forms.ValidationError(_("The console knows no region %s.") % unknown)
        return regions

    @property
    def limits(self) -> Limits:
        """Return what the form limits."""
        told = self.cleaned_data
        return Limits(told["regions"], told["vpc_ids"], told["resource_group_id"])
