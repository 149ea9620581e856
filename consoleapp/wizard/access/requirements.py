"""What the images of a draft need: which registry each comes from, and what that registry asks for.

Pure functions over a draft's raw data; the rule itself is domain/credentials.py, what registries have said answers.py.
Other Settings shows the needs, the steps refuse to go on without them, Confirm explains them. Who uses which host is
decided here once for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from consoleapp.domain.credentials import EnterpriseDomain, Requirement, RequirementKind, RequirementReason, requirement
from consoleapp.domain.image import (
    ImageReference,
    ImageReferenceError,
    ImageSource,
    acr_host,
    parse_image_reference,
    source_of,
)
from consoleapp.web.domain_words import in_words
from consoleapp.wizard.access.answers import is_out_of_reach, login_need, says_no_login
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.shape import (
    CONTAINER_LISTS,
    CREDENTIALS,
    INIT_CONTAINERS,
    Data,
    Fields,
    credential_of,
    typed_rows,
)


@dataclass(frozen=True)
class ImageNeed:
    """What the image of one container needs; `error` says why the text is no image address, then the rest is None."""

    container_key: str
    container_name: str
    is_init: bool
    text: str
    reference: ImageReference | None = None
    error: ImageReferenceError | None = None
    source: ImageSource | None = None
    requirement: Requirement | None = None

    @property
    def wrong(self) -> str:
        """Tell why the text is no image address, as a sentence; "" where it is one, or empty."""
        return in_words(self.error) if self.error is not None else ""

    @property
    def needs_credential(self) -> bool:
        """Tell whether the image cannot be pulled without one, as far as is known."""
        return self.requirement is not None and self.requirement.kind is RequirementKind.CREDENTIAL

    @property
    def may_need_credential(self) -> bool:
        """Tell whether the registry's word decides about a credential and could still be asked for."""
        return self.needs_credential or (
            self.requirement is not None
            and self.requirement.reason in (RequirementReason.LOGIN_UNKNOWN, RequirementReason.SAID_NO_LOGIN)
        )


@dataclass(frozen=True)
class HostNeed:
    """What one registry host asks for; its one credential serves every container in `needs`."""

    host: str
    needs: tuple[ImageNeed, ...]

    @cached_property
    def requirement(self) -> Requirement:
        """Return the strictest of what the images of this host need."""
        found = [need.requirement for need in self.needs if need.requirement is not None]
        return max(found, key=lambda item: _STRICTNESS[item.kind])

    @property
    def is_credential_required(self) -> bool:
        return self.requirement.kind is RequirementKind.CREDENTIAL

    @property
    def is_acr_registry_info_required(self) -> bool:
        """Tell whether it is needed, as it is unless a credential is given instead."""
        return self.requirement.kind is RequirementKind.ACR_REGISTRY_INFO

    @property
    def is_credential_allowed(self) -> bool:
        return self.is_credential_required or any(
            need.requirement is not None and need.requirement.credential_allowed for need in self.needs
        )

    @property
    def may_be_custom_domain(self) -> bool:
        """Tell whether the host could be a custom domain of an Enterprise instance: nothing in its name says so."""
        return self.is_credential_required and any(need.source is ImageSource.PRIVATE for need in self.needs)

    @property
    def login_is_asked_for(self) -> bool:
        """Tell whether the registry itself has asked for a login, about one of its images."""
        reasons = (need.requirement.reason for need in self.needs if need.requirement is not None)
        return RequirementReason.LOGIN_ASKED_FOR in reasons

    @property
    def is_docker_hub(self) -> bool:
        """Tell whether the host has repositories that the user may declare private: Docker Hub outside of library/."""
        return any(need.source is ImageSource.DOCKER_HUB for need in self.needs)

    @property
    def container_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(need.container_name or need.container_key for need in self.needs))


_STRICTNESS = {RequirementKind.NOTHING: 0, RequirementKind.ACR_REGISTRY_INFO: 1, RequirementKind.CREDENTIAL: 2}


def image_needs(data: Data) -> tuple[ImageNeed, ...]:
    """Return one need a container or init container, in their order; a container without an image has none."""
    region_id = str(data["spec"].get("region_id") or "")
    domains = enterprise_domains(data)
    return tuple(
        _need(container, name == INIT_CONTAINERS, data, region_id, domains)
        for name in CONTAINER_LISTS
        for container in data["spec"].get(name, [])
        if image_text(container)
    )


def _need(
    container: Fields, is_init: bool, data: Data, region_id: str, domains: Mapping[str, EnterpriseDomain]
) -> ImageNeed:
    key, text, name = container["_key"], image_text(container), str(container.get("name") or "").strip()
    try:
        reference = parse_image_reference(text)
    except ImageReferenceError as error:
        return ImageNeed(key, name, is_init, text, error=error)
    source = source_of(reference)
    asked = requirement(
        reference,
        region_id=region_id,
        private_docker_hub=source is ImageSource.DOCKER_HUB and says_private(data, reference.registry_host),
        enterprise_domains=domains,
        login=login_need(data, reference),
    )
    return ImageNeed(key, name, is_init, text, reference, None, source, asked)


def says_private(data: Data, host: str) -> bool:
    """Tell whether the user said that the repositories on this Docker Hub host are private ones."""
    return bool(credential_of(data, host).get("private_docker_hub"))


def may_say_no_login(data: Data, need: HostNeed) -> bool:
    """Tell whether the user may say that this registry needs no login: it cannot be asked from here, and never did
    ask for one."""
    private = [each.reference for each in need.needs if each.source is ImageSource.PRIVATE]
    is_silent = any(is_out_of_reach(data, reference) for reference in private if reference is not None)
    return not need.login_is_asked_for and (is_silent or says_no_login(data, need.host))


def hosts_without_login(data: Data) -> tuple[str, ...]:
    """Return the registries that are taken to need no login because the user said so."""
    said = (
        need.reference.registry_host
        for need in image_needs(data)
        if need.reference and need.requirement and need.requirement.reason is RequirementReason.SAID_NO_LOGIN
    )
    return tuple(dict.fromkeys(said))


def acr_rows(data: Data) -> list[Fields]:
    """Return the AcrRegistryInfo rows of the draft into which anything was typed."""
    return typed_rows(data, "acr_registry_infos")


def acr_row_for(host: str) -> Fields:
    """Return the fields of an AcrRegistryInfo row for this host, as far as its name tells them."""
    acr = acr_host(host)
    return {"region_id": acr.region_id if acr else "", "domains": host}


def covering_row(need: HostNeed, data: Data) -> Fields | None:
    """Return the AcrRegistryInfo row of the draft that speaks for this host, finished or not."""
    acr = acr_host(need.host)
    region_id = acr.region_id if acr else ""
    return next((row for row in acr_rows(data) if _covers(row, need.host, region_id)), None)


def is_covered(need: HostNeed, data: Data) -> bool:
    """Tell whether an AcrRegistryInfo row of the draft speaks for this host."""
    return covering_row(need, data) is not None


def _covers(fields: Fields, host: str, region_id: str) -> bool:
    domains = [domain.lower() for domain in raw.entries(fields, "domains")]
    return host.lower() in domains or (not domains and bool(region_id) and fields.get("region_id") == region_id)


def enterprise_domains(data: Data) -> dict[str, EnterpriseDomain]:
    """Return the custom domains that the AcrRegistryInfo rows of the draft name, each with its instance."""
    return {
        domain: EnterpriseDomain(
            instance_id=str(fields.get("instance_id") or ""),
            region_id=str(fields.get("region_id") or data["spec"].get("region_id") or ""),
            same_account=not fields.get("arn_user"),
            # Told by the dialog that the domain was chosen in; a typed one is taken for public.
            network="vpc" if fields.get("network") == "vpc" else "public",
        )
        for fields in acr_rows(data)
        for domain in map(str.lower, raw.entries(fields, "domains"))
    }


def host_needs(needs: tuple[ImageNeed, ...]) -> tuple[HostNeed, ...]:
    """Return the needs by registry host, in the order in which the hosts are first used."""
    by_host: dict[str, list[ImageNeed]] = {}
    for need in needs:
        if need.requirement is not None:
            by_host.setdefault(need.requirement.server, []).append(need)
    return tuple(HostNeed(host, tuple(found)) for host, found in by_host.items())


def unused_hosts(data: Data) -> frozenset[str]:
    """Return the hosts with a credential row that no image of the draft uses any more.

    Empty while an image address cannot be read: it may be one of these hosts in the middle of being typed.
    """
    needs = image_needs(data)
    if any(need.error is not None for need in needs):
        return frozenset()
    return frozenset(row["_key"] for row in data["spec"].get(CREDENTIALS, [])) - {
        need.host for need in host_needs(needs)
    }


def drop_unused(data: Data) -> frozenset[str]:
    """Take the credential rows that no image uses out of the data and return their hosts; their passwords must be
    forgotten with them."""
    hosts = unused_hosts(data)
    if hosts:
        data["spec"][CREDENTIALS] = [row for row in data["spec"][CREDENTIALS] if row["_key"] not in hosts]
    return hosts


def hosts_of_images(needs: tuple[ImageNeed, ...]) -> tuple[str, ...]:
    """Return the registry hosts that could be self-managed: those of private images, each once."""
    return tuple(
        dict.fromkeys(
            need.requirement.server
            for need in needs
            if need.requirement is not None and need.source is ImageSource.PRIVATE
        )
    )
