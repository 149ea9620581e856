"""What a page shows of a registry's answer: its words, and the buttons that mend what it found.

The words are in access/messages.py, what the buttons do in access_actions.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.gateways.proof import (
    ArchitectureEvidence,
    Cause,
    CertificateEvidence,
    StatusEvidence,
    TagEvidence,
)
from consoleapp.wizard.access.answers import NOT_ASKED, Answer, answer_about
from consoleapp.wizard.access.images import Checked
from consoleapp.wizard.access.messages import Words, asked_as, words_about
from consoleapp.wizard.draft.images import pinned_tag, tag_address
from consoleapp.wizard.shape import Data, find_container
from consoleapp.wizard.views.access_check import PLACE, SEPARATOR

TAG_BUTTONS: Final = 5
TELLING_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Remedy:
    """A button and the verb that it posts. `text` in typewriter letters follows its label, as for a tag."""

    label: str
    verb: str
    mono: str = ""


@dataclass(frozen=True)
class CheckNote:
    """One answer as a note. A stale one says so and offers nothing but another check."""

    key: str
    image: str
    # The control that it speaks against, by the end of its name; "" for none.
    wrong: str
    words: Words
    remedies: tuple[Remedy, ...]
    is_current: bool
    is_continued: bool
    checked_at: datetime
    # "" where nobody was asked.
    as_whom: str
    # Written with one digit; "" for a check that took no time worth telling.
    seconds: str

    @property
    def beside_login(self) -> "CheckNote":
        """Return the note without the way to the login, for where that stands beside it."""
        others = tuple(each for each in self.remedies if not each.verb.startswith("check-credential:"))
        return replace(self, remedies=others)


def note_of(checked: Checked) -> CheckNote | None:
    """Return the note about this image; None where nothing is known of it."""
    answer, words = checked.answer, words_about(checked)
    if answer is None or words is None:
        return None
    return CheckNote(
        key=checked.container_key,
        image=checked.need.text,
        wrong=_WRONG.get(answer.cause, "") if checked.is_failure else "",
        words=words,
        remedies=tuple(_remedies(checked, answer)),
        is_current=answer.is_current,
        is_continued=answer.is_continued and checked.is_failure,
        checked_at=answer.result.checked_at,
        as_whom="" if answer.cause in NOT_ASKED else asked_as(answer.result),
        seconds=f"{seconds:.1f}" if (seconds := answer.result.duration.total_seconds()) >= TELLING_SECONDS else "",
    )


def place_of(keys: Iterable[str]) -> dict[str, str]:
    """Return the element in which the answers about these containers stand, and the verb that asks for them."""
    listed = list(keys)
    return {"id": f"{PLACE}{listed[0]}", "verb": f"check:{SEPARATOR.join(listed)}"}


def moved(data: Data, key: str) -> dict[str, str] | None:
    """Return the tag and both digests of a pinned container whose tag points to another digest by now."""
    container = find_container(data, key)
    fields = container if container else {}
    tag, address = pinned_tag(fields), tag_address(fields)
    answer = answer_about(data, address) if address else None
    if answer is None or not answer.result.can_be_pulled:
        return None
    pinned = str(fields.get("image_version") or "").rpartition("@")[2]
    return {"tag": tag, "pinned": pinned, "now": answer.result.digest} if answer.result.digest != pinned else None


def _remedies(checked: Checked, answer: Answer) -> Iterable[Remedy]:
    key = checked.container_key
    if not answer.is_current:
        return [Remedy(_("Check again"), f"check:{key}")]
    if checked.is_left_to_the_cloud:
        return []
    find = _REMEDIES.get(answer.cause)
    return find(key, checked, answer) if find else [Remedy(_("Check again"), f"check:{key}")]


Finder = Callable[[str, Checked, Answer], Iterable[Remedy]]

_WRONG: Final[Mapping[Cause, str]] = {
    Cause.TAG_NOT_FOUND: "image_version",
    Cause.NO_SUCH_ARCHITECTURE: "image_version",
    Cause.INCOMPLETE: "image_version",
    Cause.REPOSITORY_NOT_FOUND: "image",
    Cause.HOST_NOT_FOUND: "image",
    Cause.NO_ANSWER: "image",
    Cause.REFUSED_BY_POLICY: "image",
    Cause.REDIRECTED: "image",
}


def _nothing(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    return []


def _enter(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    yield Remedy(_("Enter credential"), f"check-credential:{key}")


def _correct(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    yield Remedy(_("Correct the credential"), f"check-credential:{key}")


def _enter_or_wait(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    if not answer.question.has_credential:
        yield Remedy(_("Enter credential"), f"check-credential:{key}")
    yield Remedy(_("Check again"), f"check:{key}")


def _image(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    yield Remedy(_("Correct the address"), f"check-image:{key}")


def _image_or_wait(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    yield Remedy(_("Check again"), f"check:{key}")
    yield Remedy(_("Correct the address"), f"check-image:{key}")


def _tags(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    evidence = answer.result.evidence
    near = evidence.near if isinstance(evidence, TagEvidence) else ()
    for tag in near[:TAG_BUTTONS]:
        yield Remedy(_("Use"), f"check-tag:{key}:{tag}", tag)
    yield Remedy(_("Show versions"), f"versions:{key}")


def _architecture(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    evidence = answer.result.evidence
    available = evidence.available if isinstance(evidence, ArchitectureEvidence) else ()
    for name, label in (("arm64", _("Run on ARM64 machines")), ("amd64", _("Run on AMD64 machines"))):
        if name in available:
            yield Remedy(label, f"check-architecture:{key}:{name}")
    if not {"arm64", "amd64"} & set(available):
        yield Remedy(_("Show versions"), f"versions:{key}")


def _plain_http(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    if checked.is_failure:
        yield Remedy(_("Add to registries on plain HTTP"), f"check-trust:{key}:plain_http_registries")


def _versions(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    yield Remedy(_("Show versions"), f"versions:{key}")


def _off_the_list(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    yield Remedy(_("Take it off the list"), f"check-https:{key}")


def _certificate(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    yield Remedy(_("Do not verify its certificate"), _taking(key, answer))


def _other_certificate(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    evidence = answer.result.evidence
    if isinstance(evidence, CertificateEvidence) and evidence.sha256_fingerprint:
        yield Remedy(_("Take this certificate"), _taking(key, answer))
    yield Remedy(_("Check again"), f"check:{key}")


def _taking(key: str, answer: Answer) -> str:
    """Return the verb that takes the certificate which the answer shows, and no other one."""
    evidence = answer.result.evidence
    shown = evidence.sha256_fingerprint if isinstance(evidence, CertificateEvidence) else ""
    return f"check-trust:{key}:insecure_registries:{shown}"


def _follow(key: str, checked: Checked, answer: Answer) -> Iterable[Remedy]:
    evidence = answer.result.evidence
    if isinstance(evidence, StatusEvidence) and evidence.location_host:
        yield Remedy(_("Use"), f"check-follow:{key}", evidence.location_host)
    yield Remedy(_("Correct the address"), f"check-image:{key}")


_REMEDIES: Final[Mapping[Cause, Finder]] = {
    Cause.CAN_BE_PULLED: _nothing,
    Cause.NEEDS_LOGIN: _enter,
    Cause.WRONG_CREDENTIAL: _correct,
    Cause.NOT_ALLOWED: _correct,
    Cause.REPOSITORY_NOT_FOUND: _image,
    Cause.TAG_NOT_FOUND: _tags,
    Cause.NO_SUCH_ARCHITECTURE: _architecture,
    Cause.INCOMPLETE: _versions,
    Cause.HOST_NOT_FOUND: _image_or_wait,
    Cause.NO_ANSWER: _image_or_wait,
    Cause.SPEAKS_PLAIN_HTTP: _plain_http,
    Cause.SPEAKS_TLS: _off_the_list,
    Cause.CERTIFICATE_NOT_TRUSTED: _certificate,
    Cause.CERTIFICATE_WRONG_NAME: _certificate,
    Cause.CERTIFICATE_EXPIRED: _certificate,
    Cause.CERTIFICATE_NOT_PINNED: _other_certificate,
    Cause.RATE_LIMITED: _enter_or_wait,
    Cause.REFUSED_BY_POLICY: _image,
    Cause.ONLY_INSIDE_VPC: _nothing,
    Cause.REDIRECTED: _follow,
}
