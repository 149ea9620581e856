"""The forms of second factors: django-allauth's, with the person's secrets opened for them alone and in our words.

They load `fido2` and `cryptography`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as struct_error
from typing import Any, Final, NoReturn

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts import factors
from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.web.crispy import ConsoleHelper

NOT_RIGHT: Final = factors.MFAAdapter.error_messages["incorrect_code"]
TOO_MANY: Final = _("There were too many attempts. Wait five minutes.")
NO_SCRIPT: Final = _("Nothing came from a passkey. It takes a browser with scripts.")
# What the library's parsers raise for what no browser sends.
_MALFORMED: Final = (LookupError, TypeError, ValueError, AttributeError, struct_error, InvalidSignature)


def _code_field(**attrs: Any) -> forms.CharField:
    told = {"autocomplete": "one-time-code", "inputmode": "numeric", **attrs}
    return forms.CharField(label=_("Code"), max_length=40, widget=forms.TextInput(attrs=told))


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Say what is wrong with an answer in the same words whatever part of it is."""
    try:
        yield
    except forms.ValidationError as err:
        raise forms.ValidationError(TOO_MANY if err.code == "too_many_login_attempts" else NOT_RIGHT) from None
    except _MALFORMED:
        raise forms.ValidationError(NOT_RIGHT) from None


def _failed(user: User) -> None:
    audit.record(None, "account.second-factor-failed", user.username)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code of the authenticator app, or a recovery code."""

    code = _code_field()

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*self.fields)

    def clean_code(self) -> str:
        """Take the code, once."""
        with _in_our_words(), factors.secrets_of(self.user):
            code: str = super().clean_code()
            return code

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        _failed(self.user)


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """What the browser answers for a passkey."""

    credential = forms.JSONField(widget=forms.HiddenInput, error_messages={"required": NO_SCRIPT, "invalid": NOT_RIGHT})

    def clean_credential(self) -> Authenticator:
        """Return whose passkey it is; the challenge that it answers counts once."""
        try:
            with _in_our_words():
                return super().clean_credential()
        except forms.ValidationError:
            _failed(self.user)
            raise
        finally:
            webauthn.clear_state()


class NewAppForm(forms.Form):
    """The first code of a new authenticator app, with the secret that it was given, sealed."""

    sealed = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    code = _code_field(autofocus=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper("code")

    @property
    def secret(self) -> str | None:
        """Return the secret, None where the form brings back none that this person was given."""
        return factors.open_new_secret(self.user, str(self["sealed"].value() or ""))

    def clean_code(self) -> str:
        """Compare it with what the app shows now."""
        code, secret = str(self.cleaned_data["code"]), self.secret
        with _in_our_words():
            clear = check_rate_limit(self.user)
            if secret is None or not validate_totp_code(secret, code):
                _refuse()
            clear()
        return code


class NewPasskeyForm(forms.Form):
    """A name, and what the browser answers when it has made a passkey."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Such as the device that it is on."), initial=_("Passkey")
    )
    credential = forms.JSONField(widget=forms.HiddenInput, error_messages={"required": NO_SCRIPT, "invalid": NOT_RIGHT})

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper("name")

    def clean_credential(self) -> Any:
        """Check it against the challenge, which counts once."""
        credential = self.cleaned_data["credential"]
        try:
            with _in_our_words():
                webauthn.parse_registration_response(credential)
                webauthn.complete_registration(credential)
        finally:
            webauthn.clear_state()
        return credential


def _refuse() -> NoReturn:
    raise forms.ValidationError(NOT_RIGHT)
