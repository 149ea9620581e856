"""The login under an image: shown once its registry has asked for one or cannot be asked, folded once it was proved.

It is the very row that Other Settings shows, see forms/credentials.py. What its buttons do is in access_actions.py.
"""

from dataclasses import dataclass
from typing import Final

from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.domain.credentials import RequirementReason
from consoleapp.domain.errors import DomainError
from consoleapp.domain.image import ImageSource
from consoleapp.gateways.proof import Cause
from consoleapp.web.domain_words import in_words
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.access.answers import answer_about, is_out_of_reach, says_no_login
from consoleapp.wizard.access.images import Checked
from consoleapp.wizard.access.login_hints import login_hint
from consoleapp.wizard.access.requirements import HostNeed, ImageNeed, host_needs, may_say_no_login
from consoleapp.wizard.access.saved_logins import trouble_of
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.credentials import CredentialForm, NoLoginForm
from consoleapp.wizard.forms.stored import secret_hint
from consoleapp.wizard.services import logins
from consoleapp.wizard.shape import (
    FROM_SESSION,
    SAVED,
    Data,
    credential_name,
    credential_of,
    credential_prefix,
    credential_row,
)
from consoleapp.wizard.steps import Evaluation
from consoleapp.wizard.views.page_context import PageState
from consoleapp.wizard.views.saved_login import SavedLogins, choose, saved_for
from consoleapp.wizard.views.submission import Submission

# The registry said 401 or 403.
ASKED_FOR: Final = frozenset({Cause.NEEDS_LOGIN, Cause.WRONG_CREDENTIAL, Cause.NOT_ALLOWED})


@dataclass(frozen=True)
class ImageLogin:
    """The login for the host of one image, as it is shown under it."""

    need: HostNeed
    form: CredentialForm
    # What this registry takes; "" where nothing is known of it.
    hint: str
    # Whom the registry has let in; "" for nobody. `given`: whose login is stored, and was not refused.
    proved_as: str = ""
    given: str = ""
    is_from_session: bool = False
    # The switch that says that none is needed, where that may be said.
    none: NoLoginForm | None = None
    says_none: bool = False
    # Whose login is kept for the session and could be taken.
    kept: str = ""
    # What the team has saved; None for who acts for themselves.
    saved: SavedLogins | None = None
    # Why the saved login that the draft names cannot be used, where no control says so.
    trouble: str = ""

    @property
    def host(self) -> str:
        return self.need.host


def login_of(request: ConsoleRequest, shown: PageState, evaluation: Evaluation, key: str) -> ImageLogin | None:
    """Return the login under the image of the container with this key; None where there is none to be shown."""
    data = shown.data
    need = next((each for each in shown.needs if each.container_key == key), None)
    if need is None or need.reference is None or need.requirement is None:
        return None
    host = next(each for each in host_needs(shown.needs) if each.host == need.requirement.server)
    checked = Checked(need, answer_about(data, need.text))
    stored, name = credential_of(data, host.host), credential_name(host.host)
    is_wanted = shown.at.startswith(credential_prefix(host.host))
    is_typed = raw.text(stored, "user_name") or name in shown.secrets
    is_said = is_typed or SAVED in stored or says_no_login(data, host.host)
    if not (is_wanted or is_said or _is_asked_for(checked, data)):
        return None
    problems = evaluation.of("other") if "other" in data["shown_errors"] else ()
    form = _form(host, data, shown, problems)
    trouble = trouble_of(data, host.host) if SAVED in stored else None
    is_usable = SAVED in stored and trouble is None
    proved_as, given = "", ""
    if is_usable or (form.is_complete and not is_wanted and not form.errors):
        proved_as, given = _let_in(checked, raw.text(stored, "user_name"))
    is_typed = form.is_complete and not form.errors and not (checked.is_failure and not proved_as)
    saved = saved_for(request, shown, host.host, is_typed=is_typed, is_proved=bool(proved_as))
    kept = None
    if not (form.is_complete or is_usable):
        kept = logins.offered(request.user, request.session.session_key, data, host.host)
    return ImageLogin(
        need=host,
        form=form,
        hint=login_hint(host.host),
        proved_as=proved_as,
        given=given,
        is_from_session=bool(stored.get(FROM_SESSION)),
        none=NoLoginForm(host, stored) if may_say_no_login(data, host) else None,
        says_none=says_no_login(data, host.host) and may_say_no_login(data, host),
        kept=kept.user_name if kept else "",
        saved=saved,
        trouble=in_words(DomainError(trouble)) if trouble and not form.errors else "",
    )


def _let_in(checked: Checked, user_name: str) -> tuple[str, str]:
    """Return whom the registry has let in, and whose login is stored that it has not refused."""
    answer = checked.answer
    said = answer.cause if answer is not None and answer.is_current else None
    # Whatever else it has said about the image, it has let somebody in.
    is_let_in = said is not None and said.is_answer and said not in ASKED_FOR
    proved_as = answer.result.checked_as if answer is not None and is_let_in else ""
    return proved_as, "" if said in ASKED_FOR else user_name


def _form(host: HostNeed, data: Data, shown: PageState, problems: tuple[FieldError, ...]) -> CredentialForm:
    name = credential_name(host.host)
    hint = secret_hint(shown.secrets, name)
    is_stored = bool(shown.secrets.get(name))
    return CredentialForm(host, credential_of(data, host.host), problems, is_stored=is_stored, hint=hint)


def _is_asked_for(checked: Checked, data: Data) -> bool:
    """Tell whether the registry has asked for a login, or cannot be asked whether a private image needs one."""
    need: ImageNeed = checked.need
    if checked.is_left_to_the_cloud or need.requirement is None or need.reference is None:
        return False
    is_said = checked.answer is not None and checked.answer.cause in ASKED_FOR
    is_required = need.requirement.reason is RequirementReason.LOGIN_ASKED_FOR
    is_unknown = need.source is ImageSource.PRIVATE and is_out_of_reach(data, need.reference)
    return is_required or is_unknown or (is_said and need.requirement.credential_allowed)


def take(request: ConsoleRequest, change: Submission) -> None:
    """Take a login that nobody types into the draft, where a button says so: one of the session, or of the team."""
    _take_kept(request, change)
    choose(request, change)


@sensitive_variables()
def _take_kept(request: ConsoleRequest, change: Submission) -> None:
    """Take the login that is kept for the session into the draft, where a button says so."""
    host, session_key = change.takes_login, request.session.session_key
    found = logins.offered(request.user, session_key, change.data, host) if host else None
    if found is None or not isinstance(request.user, User):
        return
    password = logins.password(request.user, session_key, host, found.user_name)
    if password:
        credential_row(change.data, host).update({"user_name": found.user_name, FROM_SESSION: True})
        change.secrets[credential_name(host)] = password
        change.forgotten.discard(credential_name(host))
