"""The ports that images are found and tried by: Container Registry, the catalogue, and the registries themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from consoleapp.domain.image import ImageReference
    from consoleapp.gateways.proof import AccessResult, Credential, TagList

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Page(Generic[T_co]):
    """One page of a longer list; ``page`` counts from 1, ``total`` is the number of items on all pages."""

    items: tuple[T_co, ...]
    page: int
    page_size: int
    total: int

    @property
    def pages(self) -> int:
        """Return the number of pages, at least 1."""
        return max(1, -(-self.total // self.page_size))

    @property
    def has_previous(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages


@dataclass(frozen=True)
class Namespace:
    name: str


@dataclass(frozen=True)
class Repository:
    """``hosts`` has the keys public, vpc and internal where the edition tells them; Enterprise repositories have none
    of their own, their instance's domains count."""

    repository_id: str
    namespace: str
    name: str
    is_private: bool
    region_id: str
    summary: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None


@dataclass(frozen=True)
class Tag:
    """One version of an image; ``size_bytes`` 0 and () where the registry does not tell."""

    name: str
    digest: str = ""
    size_bytes: int = 0
    architectures: tuple[str, ...] = ()
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True)
class EnterpriseInstance:
    instance_id: str
    name: str
    region_id: str
    status: str = ""
    specification: str = ""


@dataclass(frozen=True)
class EnterpriseEndpoint:
    """A domain an Enterprise instance answers on; ``network`` is public or vpc, ``custom`` a domain of the customer."""

    domain: str
    network: str
    custom: bool


class Registries(Protocol):
    """Container Registry: the Personal Edition and Enterprise instances of the account. Pages hold 20 items."""

    def personal_namespaces(self, region_id: str) -> tuple[Namespace, ...]: ...

    def personal_repositories(
        self, region_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]:
        """Return the repositories whose name contains ``query``."""
        ...

    def personal_tags(self, region_id: str, namespace: str, name: str, page: int = 1) -> Page[Tag]: ...

    def enterprise_instances(self, region_id: str) -> tuple[EnterpriseInstance, ...]: ...

    def enterprise_domains(self, region_id: str, instance_id: str) -> tuple[EnterpriseEndpoint, ...]:
        """Return open domains only, those in the VPC first."""
        ...

    def enterprise_namespaces(self, region_id: str, instance_id: str) -> tuple[Namespace, ...]: ...

    def enterprise_repositories(
        self, region_id: str, instance_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]: ...

    def enterprise_tags(self, region_id: str, instance_id: str, repository_id: str, page: int = 1) -> Page[Tag]: ...


@dataclass(frozen=True)
class CatalogueImage:
    """``address_prefix`` + ":" + a tag is what goes into Container.N.Image; ``source`` is ALI_HUB or DOCKER_HUB.

    ``tag_names`` is () where versions must be asked for; ``stars`` 0 and ``updated`` None where nobody tells.
    """

    name: str
    description: str
    address_prefix: str
    tag_names: tuple[str, ...]
    source: str
    stars: int = 0
    updated: datetime | None = None


class Catalogue(Protocol):
    """Common Images (offered by ECI) and Docker Official Images. Pages hold 20 items; the best known come first."""

    def common_images(self, region_id: str, query: str = "", page: int = 1) -> Page[CatalogueImage]: ...

    def common_tags(self, region_id: str, name: str) -> tuple[Tag, ...]:
        """Return the tags, the one to offer first ahead; raise ``NotFound`` for a name that ECI does not offer."""
        ...

    def docker_official_images(self, query: str = "", page: int = 1) -> Page[CatalogueImage]: ...

    def docker_official_tags(self, name: str, page: int = 1) -> Page[Tag]:
        """Return 100 of the tags, newest first as Docker Hub orders them; raise ``NotFound``."""
        ...


class ImageAccess(Protocol):
    """The registry's own answer about an image (``proof.py``). It never raises: what went wrong is a cause.

    The credential must be for the reference's registry (else ValueError). ``plain_http`` are host[:port];
    ``insecure`` maps host[:port] of registries whose certificate need not hold to the SHA-256 fingerprint, in
    hexadecimal, of the one certificate that is sent a login ("": none is).
    """

    def check(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        architecture: str = "amd64",
        plain_http: Collection[str] = (),
        insecure: Mapping[str, str] | None = None,
    ) -> AccessResult:
        """Tell whether exactly this image can be pulled, anonymously first, then with the credential."""

    def tags(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        plain_http: Collection[str] = (),
        insecure: Mapping[str, str] | None = None,
    ) -> TagList:
        """Return the versions of the reference's repository; its tag and digest mean nothing here."""
