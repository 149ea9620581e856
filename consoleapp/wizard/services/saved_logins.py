"""The team's saved credentials in a draft: found, opened at the moment of use, chosen, and made of a login that was
typed there.

A draft stores the number of the credential in the row of its host, never its password. What opens it is
credentials/services.py, for the host and path that it was saved for alone.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import takewhile
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.credentials import services as credentials
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.gateways.proof import AccessResult
from consoleapp.teams.models import Team
from consoleapp.wizard import vault
from consoleapp.wizard.access import saved_logins as known
from consoleapp.wizard.access.answers import Question
from consoleapp.wizard.access.saved_logins import SavedLogin
from consoleapp.wizard.models import Draft
from consoleapp.wizard.shape import (
    CREDENTIALS,
    FROM_SESSION,
    NO_LOGIN,
    SAVED,
    Data,
    credential_name,
    credential_row,
    saved_name,
)
from consoleapp.wizard.upgrades import CannotUpgrade

# Of a team, the newest.
DRAFTS_LOOKED_AT: Final = 500
Found = Mapping[int, RegistryCredential]


def named_in(data: Data) -> dict[str, int]:
    """Return the numbers of the saved credentials that a draft names, by the registry hosts of their rows."""
    return {row["_key"]: row[SAVED] for row in data["spec"].get(CREDENTIALS, []) if isinstance(row.get(SAVED), int)}


@sensitive_variables()
def secrets_of(draft: Draft, found: Found | None = None) -> dict[str, Secret]:
    """Return every secret of the draft by its name: those that were typed, and the passwords of saved credentials that
    it names, which are asked for anew each time. What they say beside is joined into its data.

    `found` has the credentials of the draft's team where they are at hand.
    """
    secrets = vault.get_all(draft)
    used = {}
    for host, credential in _named(draft, found).items():
        password = take(draft.typed, host, credential)
        if password and credential is not None:
            secrets[saved_name(host)], used[host] = password, credential
    draft.saved_credentials = used
    return secrets


def _named(draft: Draft, found: Found | None) -> dict[str, RegistryCredential | None]:
    named = named_in(draft.typed)
    if named and found is None:
        mine = credentials.credentials_of(draft.team).filter(pk__in=named.values()).select_related("by")
        found = {each.pk: each for each in mine}
    known_ones = {number: each for number, each in (found or {}).items() if each.team_id == draft.team_id}
    return {host: known_ones.get(number) for host, number in named.items()}


def named_by(drafts: Iterable[Draft]) -> Found:
    """Return the saved credentials that these drafts name, by their numbers, in one query; none without."""
    wanted = set()
    for draft in drafts:
        with suppress(CannotUpgrade):
            wanted |= set(named_in(draft.typed).values()) if draft.team_id else set()
    return RegistryCredential.objects.in_bulk(wanted) if wanted else {}


@sensitive_variables()
def take(data: Data, host: str, credential: RegistryCredential | None) -> Secret | None:
    """Return the password of the credential that a draft names for this host, None where it may not be used there, and
    join into the draft's data what the credential says: nothing for one that is gone, of another host, or broken."""
    known.join(data, host, None)
    if credential is None or credential.host != host:
        return None
    fitting = [image for image in known.images_of(data, host) if credentials.fits(credential, image)]
    password = credentials.password(credential, fitting[0]) if fitting else None
    if fitting and password is None:
        return None
    saved = as_known(credential)
    known.join(data, host, saved)
    return password if known.may_be_offered(saved, data) else None


def offered(team: Team | None, data: Data, host: str) -> list[RegistryCredential]:
    """Return the team's credentials that may be used for all of the draft's images of this host, the most particular
    path first; one query, none for who acts for themselves."""
    if team is None:
        return []
    found = credentials.credentials_of(team).filter(host=host).select_related("by")
    fitting = [each for each in found if known.may_be_offered(as_known(each), data)]
    return sorted(fitting, key=lambda each: -len(each.path_prefix))


def choose(data: Data, host: str, credential: RegistryCredential) -> None:
    """Have the draft name this credential for the host, in the place of what was typed."""
    row = credential_row(data, host)
    for word in ("user_name", FROM_SESSION, NO_LOGIN):
        row.pop(word, None)
    row[SAVED] = credential.pk
    if "wiped" in data:
        data["wiped"] = [name for name in data["wiped"] if name != credential_name(host)]


def leave(data: Data, host: str) -> None:
    """Have the draft name no credential for the host any more."""
    credential_row(data, host).pop(SAVED, None)
    known.join(data, host, None)


def path_of(data: Data, host: str) -> str:
    """Return the path that all of the draft's images of this host are below, for whom a login that is saved would be:
    whole segments, without their names; "" for the whole registry."""
    paths = [image.path.split("/")[:-1] for image in known.images_of(data, host)]
    shared = takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))
    return "/".join(level[0] for level in shared)


def uses(team: Team, user: User, **_told: object) -> list[tuple[int, credentials.Use]]:
    """Return the drafts of the team that name saved credentials, newest first; one's own with the way to them."""
    found = Draft.objects.filter(team=team, discarded_at=None, data__spec__has_key=CREDENTIALS).select_related("owner")
    told = []
    for draft in found.order_by("-saved_at")[:DRAFTS_LOOKED_AT]:
        with suppress(CannotUpgrade):
            for number in set(named_in(draft.typed).values()):
                told.append((number, _use(draft, user)))
    return told


def _use(draft: Draft, user: User) -> credentials.Use:
    if draft.owner_id == user.pk:
        return credentials.Use(
            _("your draft %s") % (draft.name or _("without a name")), reverse("wizard:basic", args=[draft.pk])
        )
    return credentials.Use(_("a draft of %s") % draft.owner.label)


def note(draft: Draft, asked: Iterable[Question], results: Iterable[AccessResult | None]) -> None:
    """Keep with the saved credentials what registries have said to them."""
    for question, result in zip(asked, results, strict=False):
        credential = draft.saved_credentials.get(question.host) if question.is_saved else None
        if credential is not None and question.has_credential and result is not None:
            credentials.note_check(credential, question.reference, result)


def as_known(credential: RegistryCredential) -> SavedLogin:
    """Return what pages and checks know of the credential."""
    return SavedLogin(
        id=credential.pk,
        name=credential.name,
        host=credential.host,
        path_prefix=credential.path_prefix,
        user_name=credential.user_name,
        mark=f"saved/{credential.pk}/{credential.since.isoformat()}",
        over_plain_http=credentials.may_go_over_plain_http(credential.host),
        without_certificate=credentials.without_certificate(credential.host),
    )
