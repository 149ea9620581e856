"""Which image needs which credential: one truth table, one pure function.

The check that asks the registry itself is not here; what it showed comes in as a ``LoginNeed``. Sources: the vendor's
pages on container images and on pulling without a secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.domain.image import AcrNetwork, ImageReference, ImageSource, acr_host, source_of, vpc_host_of
from consoleapp.domain.reachability import needs_internet


class RequirementKind(StrEnum):
    NOTHING = "nothing"
    CREDENTIAL = "credential"
    # AcrRegistryInfo, or a credential instead of it.
    ACR_REGISTRY_INFO = "acr_registry_info"


class RequirementReason(StrEnum):
    COMMON_IMAGE = "common_image"
    DOCKER_OFFICIAL = "docker_official"
    DOCKER_HUB_PUBLIC = "docker_hub_public"
    DOCKER_HUB_PRIVATE = "docker_hub_private"
    ACR_PERSONAL = "acr_personal"
    ACR_ENTERPRISE = "acr_enterprise"
    ACR_ENTERPRISE_CUSTOM_DOMAIN = "acr_enterprise_custom_domain"
    ACR_ENTERPRISE_OTHER_REGION = "acr_enterprise_other_region"
    ACR_ENTERPRISE_OTHER_ACCOUNT = "acr_enterprise_other_account"
    PRIVATE_IMAGE = "private_image"
    LOGIN_ASKED_FOR = "login_asked_for"
    LOGIN_UNKNOWN = "login_unknown"
    SAID_NO_LOGIN = "said_no_login"
    PROVED_ANONYMOUS = "proved_anonymous"


SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        RequirementReason.COMMON_IMAGE: _("Common images of Elastic Container Instance need no credential."),
        RequirementReason.DOCKER_OFFICIAL: _("Docker official images need no credential."),
        RequirementReason.DOCKER_HUB_PUBLIC: _("Public images on Docker Hub need no credential."),
        RequirementReason.DOCKER_HUB_PRIVATE: _("A private repository on Docker Hub needs a user name and a password."),
        RequirementReason.ACR_PERSONAL: _(
            "Container Registry Personal Edition of the same account needs no credential."
        ),
        RequirementReason.ACR_ENTERPRISE: _(
            "Container Registry Enterprise Edition of the same account and region needs no credential."
        ),
        RequirementReason.ACR_ENTERPRISE_CUSTOM_DOMAIN: _(
            "A custom domain of Container Registry Enterprise Edition needs the instance, or a credential."
        ),
        RequirementReason.ACR_ENTERPRISE_OTHER_REGION: _(
            "A Container Registry Enterprise Edition instance in another region needs the instance and its region, "
            "or a credential."
        ),
        RequirementReason.ACR_ENTERPRISE_OTHER_ACCOUNT: _(
            "A Container Registry Enterprise Edition instance of another account needs two role ARNs, or a credential."
        ),
        RequirementReason.PRIVATE_IMAGE: _("A private image needs the user name and password of its registry."),
        RequirementReason.LOGIN_ASKED_FOR: _("Its registry asks for a user name and a password."),
        RequirementReason.LOGIN_UNKNOWN: _("Whether its registry asks for a login is not known yet."),
        RequirementReason.SAID_NO_LOGIN: _("You said that it needs no login; that could not be proved from here."),
        RequirementReason.PROVED_ANONYMOUS: _("The registry lets everybody read this repository."),
    }
)


class LoginNeed(StrEnum):
    """What the registry itself has shown about its need of a login."""

    # Nobody has asked it, or nobody can from here.
    NOT_ASKED = "not_asked"
    # It answered 401 or 403.
    ASKED_FOR = "asked_for"
    # It was asked, and something else went wrong before it could say so.
    UNKNOWN = "unknown"
    # It cannot be asked from here, and the user says that it needs none.
    SAID_NONE = "said_none"
    # It let us read the manifest, or the list of tags, without a login.
    NONE = "none"


class Circumstance(StrEnum):
    """What decides beside the source of the image."""

    ANY = "any"
    PUBLIC = "public"
    PRIVATE = "private"
    DEFAULT_DOMAIN = "default_domain"
    CUSTOM_DOMAIN = "custom_domain"
    OTHER_REGION = "other_region"
    OTHER_ACCOUNT = "other_account"


@dataclass(frozen=True)
class Rule:
    kind: RequirementKind
    reason: RequirementReason
    credential_allowed: bool = True


_K, _R, _S, _C = RequirementKind, RequirementReason, ImageSource, Circumstance

TRUTH_TABLE: Final[Mapping[tuple[ImageSource, Circumstance], Rule]] = MappingProxyType(
    {
        (_S.COMMON, _C.ANY): Rule(_K.NOTHING, _R.COMMON_IMAGE, credential_allowed=False),
        (_S.DOCKER_OFFICIAL, _C.ANY): Rule(_K.NOTHING, _R.DOCKER_OFFICIAL),
        (_S.DOCKER_HUB, _C.PUBLIC): Rule(_K.NOTHING, _R.DOCKER_HUB_PUBLIC),
        (_S.DOCKER_HUB, _C.PRIVATE): Rule(_K.CREDENTIAL, _R.DOCKER_HUB_PRIVATE),
        (_S.ACR_PERSONAL, _C.ANY): Rule(_K.NOTHING, _R.ACR_PERSONAL),
        (_S.ACR_ENTERPRISE, _C.DEFAULT_DOMAIN): Rule(_K.NOTHING, _R.ACR_ENTERPRISE),
        (_S.ACR_ENTERPRISE, _C.CUSTOM_DOMAIN): Rule(_K.ACR_REGISTRY_INFO, _R.ACR_ENTERPRISE_CUSTOM_DOMAIN),
        (_S.ACR_ENTERPRISE, _C.OTHER_REGION): Rule(_K.ACR_REGISTRY_INFO, _R.ACR_ENTERPRISE_OTHER_REGION),
        (_S.ACR_ENTERPRISE, _C.OTHER_ACCOUNT): Rule(_K.ACR_REGISTRY_INFO, _R.ACR_ENTERPRISE_OTHER_ACCOUNT),
        (_S.PRIVATE, _C.ANY): Rule(_K.CREDENTIAL, _R.PRIVATE_IMAGE),
    }
)
# The registry's own word outweighs any rule about hosts: NONE in every row, the others for images of which nothing but
# their host is known.
SHOWN: Final[Mapping[LoginNeed, Rule]] = MappingProxyType(
    {
        LoginNeed.NONE: Rule(_K.NOTHING, _R.PROVED_ANONYMOUS),
        LoginNeed.ASKED_FOR: Rule(_K.CREDENTIAL, _R.LOGIN_ASKED_FOR),
        LoginNeed.UNKNOWN: Rule(_K.NOTHING, _R.LOGIN_UNKNOWN),
        LoginNeed.SAID_NONE: Rule(_K.NOTHING, _R.SAID_NO_LOGIN),
    }
)


@dataclass(frozen=True)
class EnterpriseDomain:
    """The Enterprise Edition instance behind a registry host, default or custom."""

    instance_id: str
    region_id: str
    same_account: bool = True
    instance_name: str = ""
    network: str = AcrNetwork.PUBLIC


@dataclass(frozen=True)
class Requirement:
    """What one image needs. ``server`` is the registry host a credential must name.

    ``vpc_host`` is the host of the same registry inside the VPC, when switching to it makes sense. ``instance_id`` and
    ``region_id`` prefill an AcrRegistryInfo as far as they are known; ``needs_role_arns`` asks it for both ARNs.
    """

    kind: RequirementKind
    server: str
    reason: RequirementReason
    needs_internet: bool
    vpc_host: str | None
    credential_allowed: bool
    instance_id: str = ""
    region_id: str = ""
    needs_role_arns: bool = False

    @property
    def sentence(self) -> str:
        """Return the reason in English."""
        return SENTENCES[self.reason]


def requirement(
    reference: ImageReference,
    *,
    region_id: str,
    private_docker_hub: bool = False,
    enterprise_domains: Mapping[str, EnterpriseDomain] = MappingProxyType({}),
    login: LoginNeed = LoginNeed.NOT_ASKED,
) -> Requirement:
    """Return what this image needs in a container group of this region.

    ``enterprise_domains`` are the hosts known to belong to Enterprise Edition instances, in lower case; ``login`` is
    what the registry has shown about this very image.
    """
    server = reference.registry_host
    domain = enterprise_domains.get(server.lower())
    source = source_of(reference)
    if source is ImageSource.PRIVATE and domain is not None:
        source = ImageSource.ACR_ENTERPRISE
    circumstance = _circumstance(source, server, domain, region_id, private_docker_hub)
    rule = TRUTH_TABLE[source, circumstance]
    if source is ImageSource.PRIVATE or (login is LoginNeed.NONE and rule.kind is not RequirementKind.NOTHING):
        rule = SHOWN.get(login, rule)
    return Requirement(
        kind=rule.kind,
        server=server,
        reason=rule.reason,
        needs_internet=_needs_internet(reference, domain),
        vpc_host=_vpc_host(server, region_id),
        credential_allowed=rule.credential_allowed,
        instance_id=domain.instance_id if domain else "",
        region_id=_registry_region(server, domain),
        needs_role_arns=rule.reason is RequirementReason.ACR_ENTERPRISE_OTHER_ACCOUNT,
    )


def _circumstance(
    source: ImageSource, server: str, domain: EnterpriseDomain | None, region_id: str, private_docker_hub: bool
) -> Circumstance:
    if source is ImageSource.DOCKER_HUB:
        return Circumstance.PRIVATE if private_docker_hub else Circumstance.PUBLIC
    if source is not ImageSource.ACR_ENTERPRISE:
        return Circumstance.ANY
    if domain is not None and not domain.same_account:
        return Circumstance.OTHER_ACCOUNT
    if acr_host(server) is None:
        return Circumstance.CUSTOM_DOMAIN
    if _registry_region(server, domain) != region_id:
        return Circumstance.OTHER_REGION
    return Circumstance.DEFAULT_DOMAIN


def _registry_region(server: str, domain: EnterpriseDomain | None) -> str:
    acr = acr_host(server)
    return acr.region_id if acr else domain.region_id if domain else ""


def _needs_internet(reference: ImageReference, domain: EnterpriseDomain | None) -> bool:
    if domain is not None and domain.network == AcrNetwork.VPC:
        return False
    return needs_internet(reference)


def _vpc_host(server: str, region_id: str) -> str | None:
    """Return what a VPC host needs, which resolves inside its own region only."""
    acr = acr_host(server)
    return vpc_host_of(server) if acr and acr.region_id == region_id else None
