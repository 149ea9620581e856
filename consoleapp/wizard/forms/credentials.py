"""The credential of a registry host: its server is the host of the images, shown and locked, never posted.

A password goes from the POST into the vault and is never shown again; an empty one keeps what is stored. Who needs a
credential is decided in access/requirements.py, what is wrong with one in rules.py.
"""

from collections.abc import Iterable
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.web.crispy import ConsoleHelper, Show
from consoleapp.wizard.access.requirements import HostNeed
from consoleapp.wizard.access.saved_logins import trouble_of
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.declared import field_of
from consoleapp.wizard.forms.stored import StoredForm, clean_text
from consoleapp.wizard.shape import (
    FROM_SESSION,
    NO_LOGIN,
    SAVED,
    Data,
    Fields,
    credential_name,
    credential_of,
    credential_prefix,
    credential_row,
)

# What the control is called, after the host's prefix, that names a login which is to be saved for the team.
SAVED_AS: Final = "saved_as"


class CredentialForm(StoredForm):
    """User name and password for one host; `hint` says in its place what became of a password.

    `is_stored` says that there is one already.
    """

    user_name = field_of(ImageRegistryCredential, "user_name")
    password = field_of(ImageRegistryCredential, "password")

    def __init__(
        self,
        need: HostNeed,
        stored: Fields,
        problems: Iterable[FieldError] = (),
        *,
        is_stored: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__(stored, problems, prefix=credential_prefix(need.host))
        self.need, self.is_stored = need, is_stored
        for field in self.fields.values():
            field.required = need.is_credential_required
        # A blank one lets a style sheet see that something is typed.
        self.fields["password"].widget.attrs["placeholder"] = hint or " "
        self.helper = ConsoleHelper(Show("user_name", width="m"), Show("password", width="m"))

    @property
    def server_id(self) -> str:
        """Return the id of the locked control that shows the server."""
        return f"id_{self.prefix}-server"

    @property
    def is_complete(self) -> bool:
        """Tell whether both parts are there."""
        return self.is_stored and bool(self["user_name"].value())


class PrivateHubForm(StoredForm):
    """Whether repositories of Docker Hub that are not official ones are private: nobody can tell from their address."""

    private_docker_hub = forms.BooleanField(label=_("Docker Hub"), required=False)

    def __init__(self, need: HostNeed, stored: Fields) -> None:
        super().__init__(stored, prefix=credential_prefix(need.host))
        self.helper = ConsoleHelper(
            Show("private_docker_hub", unit=_("These repositories are private: ask for a user name and a password"))
        )


class NoLoginForm(StoredForm):
    """Whether a registry that cannot be asked from here needs no login: only its user can tell."""

    no_login = forms.BooleanField(label=_("Login"), required=False)

    def __init__(self, need: HostNeed, stored: Fields) -> None:
        super().__init__(stored, prefix=credential_prefix(need.host))
        self.helper = ConsoleHelper(Show("no_login", unit=_("This registry needs no login")))


@sensitive_variables()
def bind_credential(
    post: QueryDict, data: Data, need: HostNeed, secrets: dict[str, Secret], forgotten: set[str]
) -> None:
    """Take one host's credential from the POST, if it is in the page.

    Without a user name and a new password the stored password of a host that needs none is forgotten: that is how an
    optional credential is taken back. Who says that a registry needs no login sends none. Beside a saved credential
    that can be used nothing that is posted counts; one that cannot be used gives way to what is typed.
    """
    prefix, name = credential_prefix(need.host), credential_name(need.host)
    if f"{prefix}-asks" in post:
        credential_row(data, need.host)["private_docker_hub"] = f"{prefix}-private_docker_hub" in post
    if SAVED in credential_of(data, need.host):
        is_typed = post.get(f"{prefix}-user_name", "") or post.get(f"{prefix}-password", "")
        if not is_typed or trouble_of(data, need.host) is None:
            return
        credential_row(data, need.host).pop(SAVED)
    if f"{prefix}-user_name" in post:
        typed, user_name = post.get(f"{prefix}-password", ""), clean_text(post[f"{prefix}-user_name"])
        fields = credential_row(data, need.host)
        if typed or user_name != fields.get("user_name"):
            fields.pop(FROM_SESSION, None)
        fields["user_name"] = user_name
        if typed:
            secrets[name] = Secret(typed)
        elif not user_name and not need.is_credential_required:
            forgotten.add(name)
    if f"{prefix}-says" in post:
        fields = credential_row(data, need.host)
        fields[NO_LOGIN] = f"{prefix}-no_login" in post
        if fields[NO_LOGIN]:
            fields["user_name"] = ""
            secrets.pop(name, None)
            forgotten.add(name)
