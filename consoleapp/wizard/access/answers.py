"""What the registries have said about a draft's images: which answer belongs to which image, and whether it still
holds. Pure functions over a draft's data; asking is in services/access_checks.py, the words are in messages.py.

The answers are rows beside the draft, so that no open form grows stale by one. They are joined into the data under
`checks` when a draft is loaded and left out when it is saved: `answers` maps an image to what is known of it, `marks`
the vault's name of a registry password to a sign that changes whenever another one is stored.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from consoleapp.domain.credentials import LoginNeed
from consoleapp.domain.image import ImageReference, ImageReferenceError, parse_image_reference
from consoleapp.gateways.proof import AccessResult, Cause, PlainHttpEvidence
from consoleapp.wizard.access.registry_lists import INSECURE, PLAIN_HTTP, is_listed, not_listed
from consoleapp.wizard.access.saved_logins import saved_for
from consoleapp.wizard.access.serialization import from_json
from consoleapp.wizard.draft import raw
from consoleapp.wizard.shape import NO_LOGIN, SAVED, Data, credential_name, credential_of, saved_name

AMD64, ARM64 = "amd64", "arm64"

# What keeps a container group from running as surely as a registry can say it.
FAILURES = frozenset(
    {
        Cause.NEEDS_LOGIN,
        Cause.WRONG_CREDENTIAL,
        Cause.NOT_ALLOWED,
        Cause.REPOSITORY_NOT_FOUND,
        Cause.TAG_NOT_FOUND,
        Cause.NO_SUCH_ARCHITECTURE,
        Cause.INCOMPLETE,
        Cause.HOST_NOT_FOUND,
        Cause.NO_ANSWER,
        Cause.SPEAKS_PLAIN_HTTP,
        Cause.SPEAKS_TLS,
        Cause.CERTIFICATE_NOT_TRUSTED,
        Cause.CERTIFICATE_WRONG_NAME,
        Cause.CERTIFICATE_EXPIRED,
        Cause.RATE_LIMITED,
    }
)

# The registry said 401 or 403.
LOGIN_CAUSES = frozenset({Cause.NEEDS_LOGIN, Cause.WRONG_CREDENTIAL, Cause.NOT_ALLOWED, Cause.CERTIFICATE_NOT_PINNED})
# The registry was not asked.
NOT_ASKED = frozenset({Cause.REFUSED_BY_POLICY, Cause.ONLY_INSIDE_VPC, Cause.TOO_MANY_CHECKS})
# It cannot be asked from here, whoever asks, though a container group may reach it.
OUT_OF_REACH = frozenset({Cause.REFUSED_BY_POLICY, Cause.ONLY_INSIDE_VPC, Cause.NO_ANSWER})


@dataclass(frozen=True)
class Question:
    """What a check of one image asks with: everything of the draft that the answer depends on."""

    reference: ImageReference
    user_name: str = ""
    is_plain_http: bool = False
    # The fingerprint of the certificate that is sent a login; None where the certificate has to hold, "" for none.
    pin: str | None = None
    architecture: str = AMD64
    # The sign of the stored password; "" when there is none.
    mark: str = ""
    # Whether the login is one that the team has saved.
    is_saved: bool = False

    @property
    def image(self) -> str:
        """Return the name of the answer: the full address, docker.io and latest filled in."""
        return str(self.reference.normalised())

    @property
    def host(self) -> str:
        return self.reference.registry_host

    @property
    def insecure(self) -> dict[str, str]:
        """Return what the port wants to know of a certificate that need not hold."""
        return {} if self.pin is None else {self.host: self.pin}

    @property
    def has_credential(self) -> bool:
        return bool(self.user_name and self.mark)

    @property
    def secret_name(self) -> str:
        """Return what its password is called among the draft's secrets."""
        return saved_name(self.host) if self.is_saved else credential_name(self.host)

    @property
    def fingerprint(self) -> str:
        """Return the same for the same question. Nothing in it is a secret or made of one."""
        unverified = self.pin or self.pin is not None
        asked = [self.image, self.user_name, self.mark, self.is_plain_http, unverified, self.architecture]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What is known of one image. `is_current`: nothing that the answer depends on has changed since."""

    question: Question
    result: AccessResult
    is_current: bool
    is_continued: bool = False

    @property
    def cause(self) -> Cause:
        return self.result.cause

    @cached_property
    def is_failure(self) -> bool:
        """Tell whether the group would not run, as far as this answer still holds."""
        evidence = self.result.evidence
        if isinstance(evidence, PlainHttpEvidence) and evidence.is_declared:
            return False
        return self.is_current and self.cause in FAILURES


def question_about(data: Data, text: str) -> Question | None:
    """Return the question about the image with this address; None where it is no address."""
    try:
        reference = parse_image_reference(text)
    except ImageReferenceError:
        return None
    host = reference.registry_host
    row = credential_of(data, host)
    is_saved = SAVED in row
    if is_saved:
        saved = saved_for(data, reference)
        user_name, mark = (saved.user_name, saved.mark) if saved else ("", "")
    else:
        user_name, mark = raw.text(row, "user_name"), str(_known(data, "marks").get(credential_name(host), ""))
    # A certificate that somebody has taken for themselves is none that a login of the team is sent to.
    pin = "" if is_saved else data.get("pins", {}).get(host.lower(), "")
    return Question(
        reference=reference,
        user_name=user_name if mark else "",
        is_plain_http=is_listed(data, PLAIN_HTTP, host),
        pin=pin if is_listed(data, INSECURE, host) else None,
        architecture=architecture_of(data),
        mark=mark if user_name else "",
        is_saved=is_saved,
    )


def drop_unlisted_pins(data: Data) -> None:
    """Forget the certificates of registries that are no longer listed as ones whose certificate need not hold."""
    pins = data.get("pins", {})
    for host in not_listed(data, INSECURE, list(pins)):
        del pins[host]


def architecture_of(data: Data) -> str:
    """Return the architecture of the group's machines, as images call it."""
    return ARM64 if raw.word(data["spec"], "cpu_architecture") == "ARM64" else AMD64


def answer_about(data: Data, text: str) -> Answer | None:
    """Return the newest answer about this very image, whether or not it still holds."""
    question = question_about(data, text)
    told = _known(data, "answers").get(question.image) if question else None
    result = from_json(told["result"]) if told else None
    if question is None or told is None or result is None:
        return None
    is_current = told["fingerprint"] == question.fingerprint
    return Answer(question, result, is_current, is_continued=bool(told["is_continued"]))


def login_need(data: Data, reference: ImageReference) -> LoginNeed:
    """Return what the registry of this very image has shown about its need of a login."""
    told = _known(data, "answers").get(str(reference.normalised()))
    if told and told["is_proved_anonymous"]:
        return LoginNeed.NONE
    result = from_json(told["result"]) if told else None
    # Who was let in with a login was asked for one.
    if result is not None and (result.cause in LOGIN_CAUSES or result.checked_as):
        return LoginNeed.ASKED_FOR
    is_asked = result is not None and result.cause not in NOT_ASKED
    if says_no_login(data, reference.registry_host) and (not is_asked or is_out_of_reach(data, reference)):
        return LoginNeed.SAID_NONE
    return LoginNeed.UNKNOWN if is_asked else LoginNeed.NOT_ASKED


def says_no_login(data: Data, host: str) -> bool:
    """Tell whether the user said that this registry needs no login."""
    return bool(credential_of(data, host).get(NO_LOGIN))


def is_out_of_reach(data: Data, reference: ImageReference) -> bool:
    """Tell whether the registry was to be asked about this very image, and cannot be from here."""
    told = _known(data, "answers").get(str(reference.normalised()))
    result = from_json(told["result"]) if told and not told["is_proved_anonymous"] else None
    return result is not None and result.cause in OUT_OF_REACH


def expect_marks(data: Data, replaced: Collection[str], wiped: Collection[str]) -> None:
    """Let no answer hold that was got with a password which is about to be replaced or wiped."""
    marks = _known(data, "marks")
    marks.update(dict.fromkeys(replaced, "about to be stored"))
    for name in wiped:
        marks.pop(name, None)


def joined(answers: dict[str, Any], marks: dict[str, str], data: Data | None = None) -> dict[str, Any]:
    """Return the part of a draft's data that is joined in when it is loaded; what `data` has of saved credentials
    stays."""
    return {"answers": answers, "marks": marks, "saved": _known(data, "saved") if data else {}}


def without_checks(data: Data) -> Data:
    """Return the data as it is stored, without what is joined into it."""
    stored = data.copy()
    stored.pop("checks", None)
    stored.pop("template", None)
    return stored


def _known(data: Data, part: str) -> dict[str, Any]:
    known: dict[str, Any] = data.get("checks", {}).get(part, {})
    return known
