"""The forms of signing in and of changing one's password: django-allauth's, in the console's looks."""

import unicodedata
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts.adapter import AccountAdapter, limit_session
from consoleapp.web.crispy import ConsoleHelper


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""
            del field.widget.attrs["placeholder"]
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs.update({"autofocus": not settings.OIDC_ISSUER, "autocapitalize": "none"})

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*self.fields)

    def clean_login(self) -> str:
        """Return the name as names are stored."""
        return unicodedata.normalize("NFKC", super().clean_login())

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in; the library would let it last as long as a guest's."""
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        limit_session(request)
        return response


class ConfirmPasswordForm(forms.Form):
    """The password of who is signed in, once more."""

    password = forms.CharField(
        label=_("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*self.fields)

    def clean_password(self) -> str:
        """Check it, within the limits of the sign-in page."""
        typed = str(self.cleaned_data["password"])
        if not AccountAdapter(self.request).reauthenticate(self.request.user, typed):
            raise forms.ValidationError(_("This is not your password."))
        return typed

    def save(self) -> None:
        """Note that they have shown it."""
        record_authentication(self.request, self.request.user, method="password", reauthenticated=True)


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The current password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("New password again"),
        }
        for name, label in labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            del field.widget.attrs["placeholder"]
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*self.fields)
