"""The credential of a registry host: its server is the host of the images, shown and locked, never posted.

A password goes from the POST into the vault and is never shown again; an empty one keeps what is stored. Who needs a
credential is decided in access/requirements.py, what is wrong with one in rules.py.
"""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.web.crispy import ConsoleHelper, Show
from consoleapp.wizard.access.requirements import HostNeed
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.declared import field_of
from consoleapp.wizard.forms.stored import StoredForm, clean_text
from consoleapp.wizard.shape import Data, Fields, credential_name, credential_prefix, credential_row


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
        if hint:
            self.fields["password"].widget.attrs["placeholder"] = hint
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


@sensitive_variables()
def bind_credential(
    post: QueryDict, data: Data, need: HostNeed, secrets: dict[str, Secret], forgotten: set[str]
) -> None:
    """Take one host's credential from the POST, if it is in the page.

    Without a user name and a new password the stored password of a host that needs none is forgotten: that is how an
    optional credential is taken back.
    """
    prefix, name = credential_prefix(need.host), credential_name(need.host)
    if f"{prefix}-user_name" in post:
        fields = credential_row(data, need.host)
        fields["user_name"] = clean_text(post.get(f"{prefix}-user_name", ""))
        typed = post.get(f"{prefix}-password", "")
        if typed:
            secrets[name] = Secret(typed)
        elif not fields["user_name"] and not need.is_credential_required:
            forgotten.add(name)
    if f"{prefix}-asks" in post:
        credential_row(data, need.host)["private_docker_hub"] = f"{prefix}-private_docker_hub" in post
