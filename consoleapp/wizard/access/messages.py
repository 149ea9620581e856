"""What a registry's answer about an image means, in words: a chip, a title, a sentence, and its evidence as rows.

The causes and their evidence are in gateways/proof.py; what can be done about each is in views/access_panel.py. Texts
that a registry has written about itself stand in rows only, never in a sentence of ours.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consoleapp.domain.image import ImageSource, source_of
from consoleapp.gateways import proof
from consoleapp.gateways.proof import AccessResult, Cause, Refusal
from consoleapp.web.formats import first_few, mebibytes, short_digest
from consoleapp.wizard.access.answers import Answer
from consoleapp.wizard.access.images import Checked


@dataclass(frozen=True)
class Row:
    """One piece of evidence."""

    label: str
    value: str
    mono: bool = False

    @property
    def pieces(self) -> list[str]:
        """Return the value in the pieces between which a line may end: a fingerprint's bytes stay whole."""
        return re.findall(r"[^:]+:?|:", self.value)


@dataclass(frozen=True)
class Words:
    """`kind` colours it all: ok, info, warn or bad."""

    kind: str
    chip: str
    title: str
    text: str = ""
    rows: tuple[Row, ...] = ()


CHIPS: Final = {
    Cause.CAN_BE_PULLED: (gettext_lazy("Can be pulled"), "ok"),
    Cause.NEEDS_LOGIN: (gettext_lazy("Needs a login"), "warn"),
    Cause.WRONG_CREDENTIAL: (gettext_lazy("Wrong user or password"), "bad"),
    Cause.NOT_ALLOWED: (gettext_lazy("Not allowed"), "bad"),
    Cause.REPOSITORY_NOT_FOUND: (gettext_lazy("Repository not found"), "bad"),
    Cause.TAG_NOT_FOUND: (gettext_lazy("Version not found"), "bad"),
    Cause.NO_SUCH_ARCHITECTURE: (gettext_lazy("Not for this architecture"), "bad"),
    Cause.INCOMPLETE: (gettext_lazy("Broken image"), "bad"),
    Cause.HOST_NOT_FOUND: (gettext_lazy("Host not found"), "bad"),
    Cause.NO_ANSWER: (gettext_lazy("No answer"), "bad"),
    Cause.SPEAKS_PLAIN_HTTP: (gettext_lazy("Speaks plain HTTP"), "bad"),
    Cause.SPEAKS_TLS: (gettext_lazy("Speaks HTTPS"), "bad"),
    Cause.CERTIFICATE_NOT_TRUSTED: (gettext_lazy("Certificate not trusted"), "bad"),
    Cause.CERTIFICATE_WRONG_NAME: (gettext_lazy("Certificate for another name"), "bad"),
    Cause.CERTIFICATE_EXPIRED: (gettext_lazy("Certificate expired"), "bad"),
    Cause.CERTIFICATE_NOT_PINNED: (gettext_lazy("Certificate not confirmed"), "warn"),
    Cause.RATE_LIMITED: (gettext_lazy("Rate limited"), "warn"),
    Cause.REFUSED_BY_POLICY: (gettext_lazy("Not checked"), "warn"),
    Cause.ONLY_INSIDE_VPC: (gettext_lazy("Cannot be checked from here"), "info"),
    Cause.REDIRECTED: (gettext_lazy("Moved"), "warn"),
    Cause.MALFORMED_ANSWER: (gettext_lazy("No usable answer"), "warn"),
    Cause.REGISTRY_ERROR: (gettext_lazy("Registry has trouble"), "warn"),
    Cause.TOO_MANY_CHECKS: (gettext_lazy("Not checked"), "warn"),
}


def words_about(checked: Checked) -> Words | None:
    """Return the words for the answer about this image; None where there is none."""
    answer = checked.answer
    if answer is None:
        return None
    chip, kind = CHIPS[answer.cause]
    if checked.is_left_to_the_cloud:
        return _left_to_the_cloud(answer)
    if answer.cause is Cause.SPEAKS_PLAIN_HTTP and not checked.is_failure and answer.is_current:
        return _declared_plain_http(answer)
    title, text = _SENTENCES[answer.cause](answer)
    return Words(kind, str(chip), title, text, tuple(_rows(answer.result)))


def facts_of(result: AccessResult) -> tuple[str, ...]:
    """Return what an image that can be pulled says about itself, each in a few words."""
    image = result.image
    facts = [
        short_digest(image.digest) if image.digest else "",
        mebibytes(image.total_size_bytes),
        first_few(image.architectures, 4),
        _("created %(day)s") % {"day": day(image.created)} if image.created else "",
    ]
    return tuple(fact for fact in facts if fact)


def asked_as(result: AccessResult) -> str:
    """Return whom the registry answered."""
    return _("as %(user)s") % {"user": result.checked_as} if result.checked_as else _("without a login")


# --- one sentence a cause


def _host(answer: Answer) -> str:
    return str(getattr(answer.result.evidence, "host", "") or answer.result.registry)


def _repository(answer: Answer) -> str:
    """Return the repository as one types it: Docker's official images without the directory that they are in."""
    reference = answer.question.reference
    is_official = source_of(reference) is ImageSource.DOCKER_OFFICIAL
    return reference.path.removeprefix("library/") if is_official else reference.path


def _can_be_pulled(answer: Answer) -> tuple[str, str]:
    facts = " · ".join(facts_of(answer.result))
    if answer.result.proved_anonymous:
        return _("Can be pulled without a login."), facts
    return _("Can be pulled with this login."), facts


def _needs_login(answer: Answer) -> tuple[str, str]:
    title = _("%(host)s asks for a login.") % {"host": answer.result.registry}
    return title, _(
        "It does not let everybody read %(repository)s. Many registries say the same of a repository that is not there."
    ) % {"repository": _repository(answer)}


def _wrong_credential(answer: Answer) -> tuple[str, str]:
    title = _("Wrong user or password.")
    return title, _("%(host)s refused the login of %(user)s.") % {
        "host": _host(answer),
        "user": answer.result.checked_as or answer.question.user_name,
    }


def _not_allowed(answer: Answer) -> tuple[str, str]:
    names = {"host": answer.result.registry, "repository": _repository(answer), "user": answer.result.checked_as}
    if not answer.result.checked_as:
        title = _("Not allowed to read %(repository)s.") % names
        return title, _("%(host)s refuses to show it and offers no login.") % names
    title = _("%(user)s may not read %(repository)s.") % names
    return title, _("%(host)s accepted the login, but not for this repository, or the repository is not there.") % names


def _repository_not_found(answer: Answer) -> tuple[str, str]:
    names = {"host": answer.result.registry, "repository": _repository(answer)}
    return _("There is no repository %(repository)s.") % names, _(
        "%(host)s does not have it; look at its name."
    ) % names


def _tag_not_found(answer: Answer) -> tuple[str, str]:
    evidence = cast(proof.TagEvidence, answer.result.evidence)
    names = {"wanted": evidence.wanted[:80], "repository": _repository(answer)}
    text = _("These are near:") if evidence.near else _("None of its versions looks like it.")
    return _("%(repository)s has no version %(wanted)s.") % names, text


def _no_such_architecture(answer: Answer) -> tuple[str, str]:
    evidence = cast(proof.ArchitectureEvidence, answer.result.evidence)
    available = ", ".join(evidence.available[:8])
    title = _("This image is not made for %(wanted)s machines.") % {"wanted": evidence.wanted}
    return title, _("It is there for %(available)s.") % {"available": available or _("no architecture that it names")}


def _incomplete(answer: Answer) -> tuple[str, str]:
    evidence = cast(proof.ArchitectureEvidence, answer.result.evidence)
    title = _("This version is broken for %(wanted)s machines.") % {"wanted": evidence.wanted}
    return title, _("%(host)s no longer has a part that it names, so every pull fails. Choose another version.") % {
        "host": answer.result.registry
    }


def _host_not_found(answer: Answer) -> tuple[str, str]:
    title = _("%(host)s was not found.") % {"host": answer.result.registry}
    return title, _("No such host. Check the spelling.")


def _no_answer(answer: Answer) -> tuple[str, str]:
    stages = {
        proof.Stage.CONNECT: _("No connection could be made."),
        proof.Stage.TLS: _("The connection ends before it is secure."),
        proof.Stage.ANSWER: _("The connection stands, but no answer came in time."),
    }
    evidence = answer.result.evidence
    stage = evidence.stage if isinstance(evidence, proof.SilenceEvidence) else proof.Stage.ANSWER
    return _("%(host)s does not answer.") % {"host": _host(answer)}, stages[stage]


def _plain_http(answer: Answer) -> tuple[str, str]:
    title = _("%(host)s speaks plain HTTP only.") % {"host": answer.result.registry}
    return title, _(
        "Elastic Container Instance pulls from it once it is listed so; image and password then travel unencrypted."
    )


def _speaks_tls(answer: Answer) -> tuple[str, str]:
    title = _("%(host)s speaks HTTPS, although it is listed as one on plain HTTP.") % {"host": answer.result.registry}
    return title, _("The cloud would ask it without encryption and fail. Take it off the list.")


def _declared_plain_http(answer: Answer) -> Words:
    title = _("%(host)s speaks plain HTTP, as declared.") % {"host": answer.result.registry}
    text = _("More is not asked over an unencrypted connection, so whether the image is there could not be checked.")
    return Words("info", _("Plain HTTP, as declared"), title, text)


def _certificate(problem: Callable[[], str]) -> Callable[[Answer], tuple[str, str]]:
    def sentence(answer: Answer) -> tuple[str, str]:
        return problem() % {"host": _host(answer)}, _(
            "If you know this certificate, list the registry as one whose certificate is not verified. Compare the "
            "fingerprint with its operator first."
        )

    return sentence


def _not_pinned(answer: Answer) -> tuple[str, str]:
    if answer.question.pin:
        title = _("%(host)s shows another certificate than the one you took.")
    else:
        title = _("%(host)s shows a certificate that you have not confirmed.")
    return title % {"host": _host(answer)}, _(
        "Your password was not sent; without a login the registry does not show the image. Compare the fingerprint "
        "with its operator before you take the certificate."
    )


def _rate_limited(answer: Answer) -> tuple[str, str]:
    evidence = answer.result.evidence
    seconds = evidence.retry_after_seconds if isinstance(evidence, proof.StatusEvidence) else None
    told = {"host": _host(answer), "seconds": seconds}
    if seconds:
        title = _("Too many requests to %(host)s; try again in %(seconds)d s.") % told
    else:
        title = _("Too many requests to %(host)s; try again later.") % told
    return title, _("The pull meets the same limit; who logs in usually has a higher one.")


_REFUSALS: Final = {
    Refusal.HOST_NOT_LISTED: gettext_lazy("The administrator has not listed this registry for checks."),
    Refusal.PORT: gettext_lazy("Checks do not go to this port unless the administrator lists it."),
    Refusal.PLAIN_HTTP: gettext_lazy("Checks do not go over plain HTTP unless the administrator lists the registry."),
    Refusal.ADDRESS: gettext_lazy("Checks do not go to this address."),
    Refusal.TOKEN_SERVER: gettext_lazy(
        "The registry sends logins to a server that is neither its own nor a known one; yours was not sent there."
    ),
}


def _refused_by_policy(answer: Answer) -> tuple[str, str]:
    evidence = answer.result.evidence
    title = _("%(host)s was not asked.") % {"host": _host(answer)}
    return title, str(_REFUSALS[evidence.refusal]) if isinstance(evidence, proof.PolicyEvidence) else ""


def _only_inside_vpc(answer: Answer) -> tuple[str, str]:
    title = _("Only reachable inside the VPC, so it cannot be checked from here.")
    return title, _("%(host)s has an address inside your network only.") % {"host": _host(answer)}


def _redirected(answer: Answer) -> tuple[str, str]:
    evidence = answer.result.evidence
    where = evidence.location_host if isinstance(evidence, proof.StatusEvidence) else ""
    title = _("%(host)s sends on to another address.") % {"host": _host(answer)}
    if not where:
        return title, _("A check does not follow; whether the image is there is not known.")
    return title, _("A check does not follow to %(where)s; write that address if you know it.") % {"where": where}


def _malformed_answer(answer: Answer) -> tuple[str, str]:
    return (
        _("%(host)s gave no usable answer.") % {"host": _host(answer)},
        _("It does not answer as an image registry does."),
    )


def _registry_error(answer: Answer) -> tuple[str, str]:
    evidence = answer.result.evidence
    status = evidence.http_status if isinstance(evidence, proof.StatusEvidence) else 0
    title = _("%(host)s has trouble of its own.") % {"host": _host(answer)}
    return title, _("It answered with status %(status)d. Check again in a moment.") % {"status": status}


def _too_many_checks(answer: Answer) -> tuple[str, str]:
    return _("Too many checks are running."), _("Check again in a moment.")


def _left_to_the_cloud(answer: Answer) -> Words:
    title = _("Pulled from %(host)s with your account's own rights.") % {"host": answer.result.registry}
    text = _("No secret is needed. Only the pull itself can prove it.")
    return Words("info", _("Pulled without a secret"), title, text)


_SENTENCES: Final[Mapping[Cause, Callable[[Answer], tuple[str, str]]]] = {
    Cause.CAN_BE_PULLED: _can_be_pulled,
    Cause.NEEDS_LOGIN: _needs_login,
    Cause.WRONG_CREDENTIAL: _wrong_credential,
    Cause.NOT_ALLOWED: _not_allowed,
    Cause.REPOSITORY_NOT_FOUND: _repository_not_found,
    Cause.TAG_NOT_FOUND: _tag_not_found,
    Cause.NO_SUCH_ARCHITECTURE: _no_such_architecture,
    Cause.INCOMPLETE: _incomplete,
    Cause.HOST_NOT_FOUND: _host_not_found,
    Cause.NO_ANSWER: _no_answer,
    Cause.SPEAKS_PLAIN_HTTP: _plain_http,
    Cause.SPEAKS_TLS: _speaks_tls,
    Cause.CERTIFICATE_NOT_TRUSTED: _certificate(lambda: _("The certificate of %(host)s is not trusted.")),
    Cause.CERTIFICATE_WRONG_NAME: _certificate(lambda: _("%(host)s shows a certificate for another name.")),
    Cause.CERTIFICATE_EXPIRED: _certificate(lambda: _("The certificate of %(host)s has expired.")),
    Cause.CERTIFICATE_NOT_PINNED: _not_pinned,
    Cause.RATE_LIMITED: _rate_limited,
    Cause.REFUSED_BY_POLICY: _refused_by_policy,
    Cause.ONLY_INSIDE_VPC: _only_inside_vpc,
    Cause.REDIRECTED: _redirected,
    Cause.MALFORMED_ANSWER: _malformed_answer,
    Cause.REGISTRY_ERROR: _registry_error,
    Cause.TOO_MANY_CHECKS: _too_many_checks,
}


# --- evidence that a stranger wrote


def _rows(result: AccessResult) -> list[Row]:
    evidence = result.evidence
    if not isinstance(evidence, proof.CertificateEvidence):
        return []
    rows = [
        Row(_("Issued to"), evidence.subject),
        Row(_("Names"), ", ".join(evidence.names[:4])),
        Row(_("Issued by"), evidence.issuer),
        Row(_("Valid until"), day(evidence.not_after) if evidence.not_after else ""),
        Row(_("SHA-256"), _in_pairs(evidence.sha256_fingerprint), mono=True),
    ]
    return [row for row in rows if row.value]


def day(moment: datetime) -> str:
    """Return the day as everybody reads it alike."""
    return moment.date().isoformat()


def _in_pairs(text: str) -> str:
    """Return it as fingerprints are compared by eye: pairs in upper case with colons between."""
    return ":".join(text[at : at + 2] for at in range(0, len(text), 2)).upper()
