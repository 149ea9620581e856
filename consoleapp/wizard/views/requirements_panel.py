"""What Other Settings shows of the images' needs: what is required and why, what is allowed, what needs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from consoleapp.domain.credentials import RequirementKind
from consoleapp.domain.errors import DomainError
from consoleapp.domain.reachability import SENTENCES as WAY_OUT_SENTENCES
from consoleapp.domain.secret import Secret
from consoleapp.web.domain_words import in_words
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.access.answers import answer_about
from consoleapp.wizard.access.images import Checked
from consoleapp.wizard.access.login_hints import login_hint
from consoleapp.wizard.access.requirements import (
    HostNeed,
    ImageNeed,
    covering_row,
    host_needs,
    may_say_no_login,
)
from consoleapp.wizard.access.saved_logins import trouble_of
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.credentials import CredentialForm, NoLoginForm, PrivateHubForm
from consoleapp.wizard.forms.stored import secret_hint
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import SAVED, Data, credential_name, credential_of
from consoleapp.wizard.views.access_panel import CheckNote, note_of, place_of
from consoleapp.wizard.views.image_login import ASKED_FOR
from consoleapp.wizard.views.page_context import PageState
from consoleapp.wizard.views.saved_login import SavedLogins, saved_for


@dataclass(frozen=True)
class ShownNeed:
    """One registry host with its credential, required or merely allowed."""

    need: HostNeed
    form: CredentialForm
    why: str
    is_met: bool
    is_acr: bool = False
    # An AcrRegistryInfo row of the draft speaks for the host; the id of its control that is still empty, if one is.
    is_covered: bool = False
    unfinished_id: str = ""
    # The switch that says whether the repositories on Docker Hub are private.
    hub: PrivateHubForm | None = None
    # The one that says that the registry needs no login, where that may be said.
    none: NoLoginForm | None = None
    # What this registry takes for a login; "" where nothing is known of it.
    hint: str = ""
    # Where the answers about its images stand, the verb that asks for them, and the answers there are.
    check_id: str = ""
    check_verb: str = ""
    checks: tuple[CheckNote, ...] = ()
    # What the team has saved; None for who acts for themselves. `trouble`: why the one that is named cannot be used.
    saved: SavedLogins | None = None
    trouble: str = ""
    is_proved: bool = False
    # The container that the presses about a saved login name.
    key: str = ""

    @property
    def host(self) -> str:
        return self.need.host

    @property
    def names_images(self) -> bool:
        return len(self.checks) > 1


@dataclass(frozen=True)
class Proof:
    """An image that needs nothing, and why; what its registry said, where it was asked."""

    key: str
    image: str
    container_name: str
    why: str
    check: CheckNote | None
    # Whether its registry speaks against it all the same.
    is_refused: bool = False


@dataclass(frozen=True)
class Blocked:
    """Images that are pulled over the Internet while the network has no way out."""

    hosts: str
    hosts_count: int
    network: str
    why: str


def shown_needs(
    request: ConsoleRequest, state: PageState, problems: tuple[FieldError, ...], network: NetworkChoices
) -> dict[str, Any]:
    """Return `required` and `allowed` needs, `proofs` of images without one, and `blocked` when there is no way out."""
    data, secrets, needs = state.data, state.secrets, state.needs
    shown = [_with_saved(request, _shown(need, data, secrets, problems), state) for need in host_needs(needs)]
    required = [each for each in shown if each.need.requirement.kind is not RequirementKind.NOTHING]
    return {
        "required": required,
        "allowed": [each for each in shown if each not in required and each.need.is_credential_allowed],
        "allowed_holds": _allowed_holds([each for each in shown if each not in required]),
        "proofs": [_proof(need, data) for need in needs if _needs_nothing(need)],
        "is_refused": any(item.is_failure for item in state.checked),
        "is_proved": all(_is_proved(need, data) for need in needs if not _needs_nothing(need)),
        "unreadable": [need for need in needs if need.error is not None],
        "blocked": _blocked(data, needs, network),
    }


def _shown(need: HostNeed, data: Data, secrets: Mapping[str, Secret], problems: tuple[FieldError, ...]) -> ShownNeed:
    stored = credential_of(data, need.host)
    name = credential_name(need.host)
    form = CredentialForm(need, stored, problems, is_stored=bool(secrets.get(name)), hint=secret_hint(secrets, name))
    # An image of the host that needs nothing has a line of its own, unless all of them need nothing.
    asking = [each for each in need.needs if not _needs_nothing(each)] or list(need.needs)
    place = place_of(each.container_key for each in asking)
    row = covering_row(need, data) if need.is_acr_registry_info_required else None
    is_named = row is not None and any(row.get(name) for name in ("instance_id", "arn_service"))
    return ShownNeed(
        need,
        form,
        str(_(need.requirement.sentence)),
        is_met=form.is_complete or is_named,
        is_acr=need.is_acr_registry_info_required,
        is_covered=row is not None,
        unfinished_id=f"id_{row['_key']}-instance_id" if row is not None and not is_named else "",
        hub=PrivateHubForm(need, stored) if need.is_docker_hub else None,
        none=NoLoginForm(need, stored) if may_say_no_login(data, need) else None,
        hint=login_hint(need.host),
        check_id=place["id"],
        check_verb=place["verb"],
        checks=tuple(note if row is not None else note.beside_login for note in _checks(asking, data)),
    )


def _with_saved(request: ConsoleRequest, shown: ShownNeed, state: PageState) -> ShownNeed:
    """Return the need with what the team has saved for its registry."""
    data = state.data
    is_named = SAVED in credential_of(data, shown.host)
    if shown.need.requirement.kind is RequirementKind.NOTHING and not is_named:
        # Nobody asks for a login here, and nobody is asked for the team's.
        return shown
    trouble = trouble_of(data, shown.host) if is_named else None
    answers = [answer for need in shown.need.needs if (answer := answer_about(data, need.text)) is not None]
    let_in = [each for each in answers if each.is_current and each.cause.is_answer and each.result.checked_as]
    is_proved = any(each.cause not in ASKED_FOR for each in let_in)
    is_refused = any(each.is_current and each.cause in ASKED_FOR for each in answers)
    is_typed = shown.form.is_complete and not is_refused
    return replace(
        shown,
        saved=saved_for(request, state, shown.host, is_typed=is_typed, is_proved=is_proved),
        trouble=in_words(DomainError(trouble)) if trouble and not shown.form.errors else "",
        is_met=shown.is_met or (is_named and trouble is None),
        is_proved=is_proved,
        key=shown.need.needs[0].container_key,
    )


def _checks(needs: list[ImageNeed], data: Data) -> tuple[CheckNote, ...]:
    """Return the answers about these images, each image once."""
    by_image = {need.text: note_of(Checked(need, answer_about(data, need.text))) for need in reversed(needs)}
    return tuple(note for need in needs if (note := by_image.pop(need.text, None)))


def _needs_nothing(need: ImageNeed) -> bool:
    return need.requirement is not None and need.requirement.kind is RequirementKind.NOTHING


def _is_proved(need: ImageNeed, data: Data) -> bool:
    answer = answer_about(data, need.text)
    return answer is not None and answer.is_current and answer.result.can_be_pulled


def _proof(need: ImageNeed, data: Data) -> Proof:
    sentence = str(_(need.requirement.sentence)) if need.requirement else ""
    checked = Checked(need, answer_about(data, need.text))
    return Proof(need.container_key, need.text, need.container_name, sentence, note_of(checked), checked.is_failure)


def _allowed_holds(allowed: list[ShownNeed]) -> str:
    given = [each.host for each in allowed if each.form.is_complete]
    return ", ".join(given) or _("none")


def _blocked(data: Data, needs: tuple[ImageNeed, ...], network: NetworkChoices) -> Blocked | None:
    hosts = dict.fromkeys(
        need.requirement.server for need in needs if need.requirement is not None and need.requirement.needs_internet
    )
    way = network.missing_way(data["spec"])
    if not hosts or way is None:
        return None
    vpc = network.vpc
    return Blocked(
        ", ".join(hosts),
        len(hosts),
        (vpc.name or vpc.vpc_id) if vpc else _("the network"),
        str(_(WAY_OUT_SENTENCES[way.reason])),
    )
