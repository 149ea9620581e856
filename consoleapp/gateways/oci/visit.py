"""The conversation of one check with a registry that may be asked: in which order, and what each answer means.

Every way to end is a ``Finding``; reaching the end is an image that can be pulled. How the registry is reached, how
long all of it may take and what is told to the caller is in ``access.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from consoleapp.domain.image import ImageReference
from consoleapp.gateways.oci import documents
from consoleapp.gateways.oci.client import Client, Finding, Login, Offer, status_finding
from consoleapp.gateways.oci.dial import Answer, BadCertificate, DialError
from consoleapp.gateways.oci.documents import BadDocument, Index, Manifest
from consoleapp.gateways.oci.near import near_tags
from consoleapp.gateways.oci.policy import AccessPolicy
from consoleapp.gateways.proof import (
    ArchitectureEvidence,
    Cause,
    Credential,
    Fault,
    FaultEvidence,
    ImageFacts,
    LoginEvidence,
    StatusEvidence,
    TagEvidence,
)

OK: Final = 200
NOT_FOUND: Final = 404


@dataclass
class Visit:
    """What has been learned so far; ``checked_as`` and ``proved_anonymous`` hold also when the check ends early."""

    client: Client
    policy: AccessPolicy
    credential: Credential | None = None
    checked_as: str = ""
    proved_anonymous: bool = False

    # --- the image

    def check(self, reference: ImageReference, architecture: str) -> ImageFacts:
        """Return the facts of an image that can be pulled; raise Finding or DialError otherwise."""
        wanted = reference.digest or reference.tag or "latest"
        answer, login = self._manifest(wanted)
        if answer.status == NOT_FOUND:
            raise self._missing(answer, wanted, login)
        if answer.status != OK:
            raise self._not_readable(answer)
        return self._facts(answer, login, reference.digest, architecture)

    def _manifest(self, wanted: str) -> tuple[Answer, Login | None]:
        """Return the deciding answer: the anonymous one without a credential, else the one given to the user."""
        answer = self.client.manifest(wanted, None)
        if answer.status != 401:
            self.proved_anonymous = answer.status == OK
            return answer, None
        offer = self.client.offer(answer)
        anonymous = self.client.log_in(offer, None)
        if anonymous is not None:
            answer = self.client.manifest(wanted, anonymous)
            self.proved_anonymous = answer.status == OK
            if answer.status == NOT_FOUND and self.credential is not None and self._is_open(anonymous):
                # Everybody may read the repository: a login would only hide that this version is not in it.
                return answer, anonymous
        if self.credential is None:
            if answer.status in {401, 403}:
                raise Finding(Cause.NEEDS_LOGIN, LoginEvidence(self.client.host, offer.scheme))
            return answer, anonymous
        try:
            return self._manifest_for_user(wanted, offer)
        except BadCertificate:
            # The login was sent to nobody: the certificate is not the one that it may go to.
            self.checked_as = ""
            if not self.proved_anonymous:
                raise
            return answer, anonymous

    def _is_open(self, anonymous: Login) -> bool:
        """Tell whether everybody may read the list of tags."""
        return self.client.tag_page(anonymous).status == OK

    def _manifest_for_user(self, wanted: str, offer: Offer) -> tuple[Answer, Login | None]:
        assert self.credential is not None  # noqa: S101
        self.checked_as = self.credential.user_name
        login = self.client.log_in(offer, self.credential)
        answer = self.client.manifest(wanted, login)
        if answer.status == 401 and offer.scheme == "basic":
            raise Finding(Cause.WRONG_CREDENTIAL, LoginEvidence(self.client.host, offer.scheme))
        if answer.status in {401, 403}:
            raise Finding(Cause.NOT_ALLOWED, LoginEvidence(self.client.host, offer.scheme))
        return answer, login

    def _not_readable(self, answer: Answer) -> Finding:
        if answer.status in {401, 403}:
            return Finding(Cause.NOT_ALLOWED, StatusEvidence(self.client.host, answer.status))
        return status_finding(answer, self.client.host)

    # --- what is missing

    def _missing(self, answer: Answer, wanted: str, login: Login | None) -> Finding:
        """Tell repository from tag as missing: registries do not agree on the code, so the list of tags decides."""
        codes = documents.read_error_codes(answer.body)
        listed = self.client.tag_page(login)
        listed_codes = documents.read_error_codes(listed.body)
        if listed.status == OK:
            self.proved_anonymous = login is None or not login.user_name
            names = self._tags_in(listed)
            return Finding(Cause.TAG_NOT_FOUND, TagEvidence(wanted, near_tags(wanted, names)))
        if codes is None and listed_codes is None:
            return Finding(Cause.MALFORMED_ANSWER, FaultEvidence(self.client.host, Fault.NOT_A_REGISTRY))
        is_repository = listed.status == NOT_FOUND or (codes is not None and "NAME_UNKNOWN" in codes)
        return (
            Finding(Cause.REPOSITORY_NOT_FOUND) if is_repository else Finding(Cause.TAG_NOT_FOUND, TagEvidence(wanted))
        )

    def _tags_in(self, answer: Answer) -> tuple[str, ...]:
        try:
            return documents.read_tags(answer.body)[: self.policy.tags]
        except BadDocument:
            return ()

    # --- what is there

    def _facts(self, answer: Answer, login: Login | None, digest: str | None, architecture: str) -> ImageFacts:
        try:
            self._check_digest(answer.body, digest)
            facts = ImageFacts(digest=digest or documents.digest_of(answer.body))
            document = documents.read_manifest(answer.body)
            if isinstance(document, Index):
                facts = replace(facts, architectures=document.architectures)
                document = self._chosen(document, login, architecture)
            return self._with_configuration(facts, document, login, architecture)
        except BadDocument as error:
            raise self._fault(error.fault) from error

    def _chosen(self, index: Index, login: Login | None, architecture: str) -> Manifest:
        platform = next((item for item in index.platforms if item.architecture == architecture), None)
        if platform is None:
            raise Finding(Cause.NO_SUCH_ARCHITECTURE, ArchitectureEvidence(architecture, index.architectures))
        answer = self.client.manifest(platform.digest, login)
        if answer.status == NOT_FOUND:
            raise Finding(Cause.INCOMPLETE, ArchitectureEvidence(architecture, index.architectures))
        if answer.status != OK:
            raise self._not_readable(answer)
        self._check_digest(answer.body, platform.digest)
        document = documents.read_manifest(answer.body)
        if isinstance(document, Index):
            raise self._fault(Fault.NOT_AN_IMAGE)
        return document

    def _with_configuration(
        self, facts: ImageFacts, manifest: Manifest, login: Login | None, architecture: str
    ) -> ImageFacts:
        told_architecture, told = self._configuration(manifest, login, architecture)
        architectures = facts.architectures or ((told_architecture,) if told_architecture else ())
        if architectures and architecture not in architectures:
            raise Finding(Cause.NO_SUCH_ARCHITECTURE, ArchitectureEvidence(architecture, architectures))
        return replace(
            told, digest=facts.digest, total_size_bytes=manifest.total_size_bytes, architectures=architectures
        )

    def _configuration(self, manifest: Manifest, login: Login | None, architecture: str) -> tuple[str, ImageFacts]:
        """Return what the configuration tells; raise Finding where the registry says that it is gone.

        Not reading it for another reason proves nothing: most registries keep it at another host.
        """
        if manifest.configuration_size_bytes > self.policy.document_bytes:
            return "", ImageFacts()
        try:
            answer = self.client.blob(manifest.configuration_digest, login)
            if answer.status == NOT_FOUND:
                raise Finding(Cause.INCOMPLETE, ArchitectureEvidence(architecture, ()))
            if answer.status == OK and documents.has_digest(answer.body, manifest.configuration_digest):
                return documents.read_configuration(answer.body)
        except (DialError, BadDocument):
            pass
        return "", ImageFacts()

    def _check_digest(self, body: bytes, digest: str | None) -> None:
        if digest is not None and not documents.has_digest(body, digest):
            raise self._fault(Fault.DIGEST)

    def _fault(self, fault: Fault) -> Finding:
        return Finding(Cause.MALFORMED_ANSWER, FaultEvidence(self.client.host, fault))

    # --- the versions

    def tags(self) -> tuple[tuple[str, ...], bool, Finding | None]:
        """Return names, whether they are all, and what stopped the reading when they are not."""
        answer, login = self._first_tags()
        names: list[str] = []
        target = f"/v2/{self.client.repository}/tags/list"
        stopped: Finding | None = None
        try:
            for page in range(self.policy.tag_pages):
                if page:
                    answer = self.client.tag_page(login, target)
                names += self._tag_names(answer)
                target = self.client.next_page(answer, target)
                if not target or len(names) > self.policy.tags:
                    break
        except Finding as finding:
            stopped = finding
        is_complete = stopped is None and not target and len(names) <= self.policy.tags
        return tuple(names[: self.policy.tags]), is_complete, stopped

    def _first_tags(self) -> tuple[Answer, Login | None]:
        answer = self.client.tag_page(None)
        if answer.status != 401:
            return answer, None
        offer = self.client.offer(answer)
        if self.credential is not None:
            self.checked_as = self.credential.user_name
        login = self.client.log_in(offer, self.credential)
        if login is None:
            raise Finding(Cause.NEEDS_LOGIN, LoginEvidence(self.client.host, offer.scheme))
        answer = self.client.tag_page(login)
        if answer.status not in {401, 403}:
            return answer, login
        if self.credential is None:
            cause = Cause.NEEDS_LOGIN
        else:
            cause = Cause.WRONG_CREDENTIAL if offer.scheme == "basic" and answer.status == 401 else Cause.NOT_ALLOWED
        raise Finding(cause, LoginEvidence(self.client.host, offer.scheme))

    def _tag_names(self, answer: Answer) -> tuple[str, ...]:
        if answer.status == NOT_FOUND:
            is_registry = documents.read_error_codes(answer.body) is not None
            raise Finding(Cause.REPOSITORY_NOT_FOUND) if is_registry else self._fault(Fault.NOT_A_REGISTRY)
        if answer.status != OK:
            raise self._not_readable(answer)
        try:
            return documents.read_tags(answer.body)
        except BadDocument as error:
            raise self._fault(error.fault) from error
