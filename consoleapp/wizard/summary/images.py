"""Each container, its image, what the image needs and what its registry has said about it.

What else is sent of a container is in facts.py.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consoleapp.domain.credentials import (
    EnterpriseDomain,
    Requirement,
    RequirementReason,
    requirement,
)
from consoleapp.domain.image import ImageSource, parse_image_reference, source_of
from consoleapp.domain.spec import ContainerGroupSpec, ContainerParts
from consoleapp.gateways.proof import Cause
from consoleapp.wizard.access.answers import Answer, login_need
from consoleapp.wizard.access.images import Checked, checked_images
from consoleapp.wizard.access.messages import Words, asked_as, facts_of, words_about
from consoleapp.wizard.draft.places import place_of_path
from consoleapp.wizard.shape import Data
from consoleapp.wizard.summary.facts import container_facts, variables_of
from consoleapp.wizard.summary.parts import ImageLine, Text

# What each requirement amounts to where no credential was entered. Green is for what was proved.
_PROOFS: Final[dict[RequirementReason, tuple[Text, str]]] = {
    RequirementReason.COMMON_IMAGE: (gettext_lazy("Offered by ECI"), ""),
    RequirementReason.DOCKER_OFFICIAL: (gettext_lazy("Docker official image"), ""),
    RequirementReason.DOCKER_HUB_PUBLIC: (gettext_lazy("Taken as public, not checked"), "hollow"),
    RequirementReason.ACR_PERSONAL: (gettext_lazy("Same account, no credential needed"), ""),
    RequirementReason.ACR_ENTERPRISE: (gettext_lazy("Same account, no credential needed"), ""),
    RequirementReason.ACR_ENTERPRISE_CUSTOM_DOMAIN: (gettext_lazy("Through its instance, no credential needed"), ""),
    RequirementReason.ACR_ENTERPRISE_OTHER_REGION: (gettext_lazy("Through its instance, no credential needed"), ""),
    RequirementReason.ACR_ENTERPRISE_OTHER_ACCOUNT: (gettext_lazy("Through role ARNs, not checked"), "hollow"),
    RequirementReason.SAID_NO_LOGIN: (gettext_lazy("Needs no login, you said"), "hollow"),
    RequirementReason.PROVED_ANONYMOUS: (gettext_lazy("Everybody may read it"), "ok"),
}


def requirements(spec: ContainerGroupSpec, data: Data) -> Iterator[tuple[str, ContainerParts, Requirement]]:
    """Yield (path, container, what its image needs) of every container of the group; `data` knows what was proved."""
    domains = {
        domain.lower(): EnterpriseDomain(info.instance_id, info.region_id or spec.region_id, not info.arn_user)
        for info in spec.acr_registry_infos
        for domain in info.domains
    }
    hosts = {credential.server for credential in spec.image_registry_credentials}
    for path, container in spec.all_containers:
        reference = parse_image_reference(container.image)
        private = source_of(reference) is ImageSource.DOCKER_HUB and reference.registry_host in hosts
        asked = requirement(
            reference,
            region_id=spec.region_id,
            private_docker_hub=private,
            enterprise_domains=domains,
            login=login_need(data, reference),
        )
        yield path, container, asked


def images_of(spec: ContainerGroupSpec, data: Data) -> Iterator[ImageLine]:
    users = {credential.server: credential.user_name for credential in spec.image_registry_credentials}
    known = {item.container_key: item for item in checked_images(data)}
    for path, container, asked in requirements(spec, data):
        proof, kind = _PROOFS.get(asked.reason, (_("Not checked"), "hollow"))
        detail = ""
        if asked.server in users and asked.credential_allowed:
            proof, kind = _("Credential entered, not checked"), "hollow"
            detail = _("as %(user)s at %(host)s") % {"user": users[asked.server], "host": asked.server}
        line = ImageLine(
            name=container.name,
            is_init=path.startswith("init_"),
            image=container.image,
            proof=proof,
            kind=kind,
            detail=detail,
            facts=tuple(container_facts(container)),
            variables=variables_of(container),
            place=place_of_path(data, f"{path}.image"),
        )
        yield _proved(line, known.get(line.place.container_key))


def _proved(line: ImageLine, checked: Checked | None) -> ImageLine:
    """Return the line with the registry's own answer, where there is one that still holds."""
    words = words_about(checked) if checked is not None else None
    answer = checked.answer if checked is not None else None
    if checked is None or words is None or answer is None or not answer.is_current:
        return line
    if answer.cause is Cause.ONLY_INSIDE_VPC and line.kind != "hollow":
        # What the address says about it is more than the check could tell.
        return line
    return replace(
        line,
        proof=words.chip,
        kind=words.kind,
        detail=asked_as(answer.result),
        checked_at=answer.result.checked_at,
        said=_said(checked, answer, words),
        is_continued=answer.is_continued and checked.is_failure,
    )


def _said(checked: Checked, answer: Answer, words: Words) -> tuple[str, ...]:
    """Return what the registry has said: of an image that can be pulled what it is, of another one what is wrong."""
    if answer.result.can_be_pulled:
        return facts_of(answer.result)
    if not checked.is_failure:
        return ()
    # What is near stands on buttons.
    told = words.title if answer.cause is Cause.TAG_NOT_FOUND else f"{words.title} {words.text}".strip()
    # Nobody takes a certificate without its fingerprint before their eyes.
    return (told, *(f"{row.label} {row.value}" for row in words.rows if row.mono))
