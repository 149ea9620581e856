"""The forms of saved credentials. A password goes from the POST under its seal and is never shown again."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.credentials.models import IMAGE_MAX, NAME_MAX, RegistryCredential
from consoleapp.credentials.services import fits
from consoleapp.domain.errors import DomainError
from consoleapp.domain.image import ImageReference, ImageReferenceError, parse_image_reference, parse_registry_host
from consoleapp.domain.limits import USER_NAME_MAX
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.web.crispy import ConsoleHelper, Show
from consoleapp.web.domain_words import in_words


class _LoginForm(forms.Form):
    """What can be changed of a credential."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Name"), max_length=NAME_MAX, help_text=_("What it is offered by, such as Harbor read-only.")
    )
    user_name = forms.CharField(label=_("User name"), max_length=USER_NAME_MAX, strip=False)
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*(Show(name, width="m") for name in self.fields))

    @sensitive_variables()
    def judge_login(self, host: str) -> None:
        """Mark what can be no login, by the rules of the request."""
        user_name, password = self.cleaned_data.get("user_name"), self.cleaned_data.get("password")
        if not (host and user_name and password):
            return
        try:
            ImageRegistryCredential(host, user_name, Secret(password))
        except DomainError as error:
            for each in error.all_errors:
                self.add_error(each.path if each.path in self.fields else "user_name", in_words(each))


class AddForm(_LoginForm):
    """A new credential."""

    field_order = ("host", "path_prefix", "name", "user_name", "password")
    host = forms.CharField(
        label=_("Registry"), max_length=260, help_text=_("Host, and port if it has one, such as registry.example.com.")
    )
    path_prefix = forms.CharField(
        label=_("Path"),
        max_length=255,
        required=False,
        help_text=_("Only for images below it, such as team. Empty for the whole registry."),
    )

    def clean_host(self) -> str:
        """Return the host as images carry it."""
        host = str(self.cleaned_data["host"]).lower()
        try:
            return parse_registry_host(host)
        except ImageReferenceError as error:
            raise forms.ValidationError(in_words(error)) from None

    def clean_path_prefix(self) -> str:
        """Return the path as whole segments."""
        path = str(self.cleaned_data["path_prefix"]).strip("/")
        try:
            reference = parse_image_reference(f"registry.example.com/{path}") if path else None
        except ImageReferenceError as error:
            raise forms.ValidationError(in_words(error)) from None
        if reference is not None and reference.version:
            raise forms.ValidationError(_("A path, without a version."))
        return path

    def clean(self) -> dict[str, Any]:
        """Judge the login as a whole."""
        self.judge_login(self.cleaned_data.get("host", ""))
        return self.cleaned_data


class ReplaceForm(_LoginForm):
    """Another user name, another password, another name; an empty password keeps the stored one."""

    def __init__(self, credential: RegistryCredential, posted: QueryDict | None = None) -> None:
        super().__init__(posted, initial={"name": credential.name, "user_name": credential.user_name})
        self.credential = credential
        self.fields["password"].required = False
        self.fields["password"].widget.attrs["placeholder"] = _("Stored. Leave empty to keep it.")

    def clean(self) -> dict[str, Any]:
        """Judge the login as a whole."""
        self.judge_login(self.credential.host)
        return self.cleaned_data


class CheckForm(forms.Form):
    """The image that the registry is asked about."""

    image = forms.CharField(label=_("Image"), max_length=IMAGE_MAX)

    def __init__(self, credential: RegistryCredential, posted: QueryDict | None = None) -> None:
        super().__init__(posted, initial={"image": credential.image or f"{credential.where}/"})
        self.credential = credential
        self.helper = ConsoleHelper(Show("image", width="l"))

    def clean_image(self) -> ImageReference:
        """Return the image, one that the credential is for."""
        try:
            image = parse_image_reference(self.cleaned_data["image"])
        except ImageReferenceError as error:
            raise forms.ValidationError(in_words(error)) from None
        if not fits(self.credential, image):
            text = _("This login is for images of %(where)s alone.") % {"where": self.credential.where}
            raise forms.ValidationError(text)
        return image
