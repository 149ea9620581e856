"""The saved credentials of a team where an image's login is asked for: those that are offered, the one that is used,
and a login that was typed and proved, to be saved for the team."""

from dataclasses import dataclass

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.credentials import services as credentials
from consoleapp.credentials.models import NAME_MAX, RegistryCredential
from consoleapp.domain.image import ImageReferenceError
from consoleapp.domain.roles import Permission
from consoleapp.teams.actors import actor_of
from consoleapp.teams.models import Team
from consoleapp.web.domain_words import in_words
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.access.answers import answer_about
from consoleapp.wizard.access.saved_logins import images_of, trouble_of
from consoleapp.wizard.draft import raw
from consoleapp.wizard.forms.credentials import SAVED_AS
from consoleapp.wizard.services import saved_logins
from consoleapp.wizard.shape import (
    FROM_SESSION,
    SAVED,
    Data,
    credential_name,
    credential_of,
    credential_prefix,
    saved_name,
)
from consoleapp.wizard.views.page_context import PageState
from consoleapp.wizard.views.submission import Submission


@dataclass(frozen=True)
class SavedLogins:
    """What the team has saved for one registry: `used` in the draft, unless it is gone; `offered` in its place.

    `may_save`: the login that was typed may be saved for the team, by the name `proposed`, for images below `path`.
    """

    is_named: bool = False
    used: RegistryCredential | None = None
    offered: tuple[RegistryCredential, ...] = ()
    team: Team | None = None
    may_save: bool = False
    proposed: str = ""
    path: str = ""


def saved_for(
    request: ConsoleRequest, shown: PageState, host: str, *, is_typed: bool, is_proved: bool
) -> SavedLogins | None:
    """Return what the team has for this host; None for who acts for themselves. `is_typed`: a login was typed that may
    be good, so that none is offered; `is_proved`: the registry has let it in."""
    data = shown.data
    actor = actor_of(request)
    if actor.team is None:
        return None
    row = credential_of(data, host)
    if SAVED in row:
        known = shown.draft.saved_credentials if shown.draft else {}
        used = known.get(host) if trouble_of(data, host) is None else None
        found = [] if used and is_proved else saved_logins.offered(actor.team, data, host)
        return SavedLogins(True, used, tuple(each for each in found if each.pk != row[SAVED]), actor.team)
    if not is_typed:
        return SavedLogins(offered=tuple(saved_logins.offered(actor.team, data, host)), team=actor.team)
    may_save = is_proved and FROM_SESSION not in row and actor.may(Permission.ORDER)
    path = saved_logins.path_of(data, host)
    name = _proposed(raw.text(row, "user_name"), host, path)
    return SavedLogins(team=actor.team, may_save=may_save, proposed=name, path=path)


def _proposed(user_name: str, host: str, path: str) -> str:
    where = f"{host}/{path}" if path else host
    return (_("%(user)s at %(where)s") % {"user": user_name[:30], "where": where})[:NAME_MAX]


@sensitive_variables()
def choose(request: ConsoleRequest, change: Submission) -> None:
    """Take a saved credential into the draft, or make one of the login that is in it, where a button says so."""
    team = actor_of(request).team
    if change.takes_saved:
        host, number = change.takes_saved
        found = next((each for each in saved_logins.offered(team, change.data, host) if each.pk == number), None)
        if found is None:
            messages.warning(request, _("This saved login is gone, or is not for all of these images. Choose another."))
            change.checks.clear()
        else:
            _use(change, host, found)
    if change.saves_login and (made := _saved(request, change, change.saves_login)):
        _use(change, change.saves_login, made)
        messages.success(request, _("Saved for %(team)s as %(name)s.") % {"team": team, "name": made.name})


@sensitive_variables()
def _use(change: Submission, host: str, credential: RegistryCredential) -> None:
    saved_logins.choose(change.data, host, credential)
    password = saved_logins.take(change.data, host, credential)
    change.secrets.pop(credential_name(host), None)
    change.forgotten.add(credential_name(host))
    if password:
        change.stored = {**change.stored, saved_name(host): password}


@sensitive_variables()
def _saved(request: ConsoleRequest, change: Submission, host: str) -> RegistryCredential | None:
    """Save the login that was typed for this host, if its registry has let it in; tell why not otherwise."""
    actor, data = actor_of(request), change.data
    user_name = raw.text(credential_of(data, host), "user_name")
    password = change.all_secrets.get(credential_name(host))
    may_save = actor.team is not None and actor.may(Permission.ORDER) and FROM_SESSION not in credential_of(data, host)
    if not may_save or actor.team is None or not password or not _is_proved(data, host, user_name):
        messages.warning(request, _("Not saved: this login has not been proved yet. Check it first."))
        return None
    path = saved_logins.path_of(data, host)
    typed = change.post.get(f"{credential_prefix(host)}-{SAVED_AS}", "").replace("\x00", "").strip()[:NAME_MAX]
    name = typed or _proposed(user_name, host, path)
    try:
        return credentials.save(actor.person, actor.team, name, host, path, user_name, password)
    except credentials.NameTaken:
        messages.warning(request, _("Not saved: the team has a login with this name. Choose another name."))
    except credentials.TooMany:
        messages.warning(request, _("Not saved: the team has as many logins as any may have. Delete one first."))
    except ImageReferenceError as error:
        messages.warning(request, in_words(error))
    return None


def _is_proved(data: Data, host: str, user_name: str) -> bool:
    found = [answer_about(data, str(image)) for image in images_of(data, host)]
    return any(
        each is not None and each.is_current and each.cause.is_answer and each.result.checked_as == user_name
        for each in found
    )
