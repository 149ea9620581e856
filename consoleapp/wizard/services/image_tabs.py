"""What each tab of the image dialog shows: filters, a page of entries, and the versions of the one that is chosen.

The lists come from the shelf (images.py). A list that cannot be had is part of the answer, not an exception: the tab
then shows what happened and what to do. Templates only print what is decided here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consoleapp.domain.image import ImageReferenceError, ImageSource, parse_image_reference, source_of
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.images import (
    CatalogueImage,
    EnterpriseEndpoint,
    EnterpriseInstance,
    Page,
    Repository,
    Tag,
)
from consoleapp.wizard.services.images import Shelf
from consoleapp.wizard.services.versions import Version, grouped, version_of

T = TypeVar("T")

COMMON, DOCKER, MINE, ENTERPRISE = "common", "docker", "mine", "enterprise"
# The address of whichever tab an image was taken from last.
LAST = "last"
# The vendor's own names of its tabs, in its order.
TITLES = {
    COMMON: gettext_lazy("Common Images"),
    DOCKER: gettext_lazy("Docker Official Images"),
    MINE: gettext_lazy("My Images"),
    ENTERPRISE: gettext_lazy("Container Registry Enterprise Edition"),
}


@dataclass(frozen=True)
class Question:
    """What the address of the page asks for; every text may be anything at all."""

    query: str = ""
    page: int = 1
    image: str = ""
    tags_page: int = 1
    namespace: str = ""
    instance: str = ""
    domain: str = ""
    region: str = ""


@dataclass(frozen=True)
class Filter:
    """A choice above the list; `choices` are (value, label) pairs."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """One line of the list; `key` is what the address names it by."""

    key: str
    name: str
    detail: str = ""
    versions: str = ""
    stars: int = 0
    is_private: bool | None = None
    modified: datetime | None = None


@dataclass(frozen=True)
class Picked:
    """The chosen entry: `address` is what goes into the Image field, a version behind it.

    `endpoints` and the instance are told for the Enterprise Edition only; `needs_acr_registry_info` says that pulling
    from this address takes an AcrRegistryInfo that names the instance.
    """

    name: str
    address: str
    facts: tuple[str, ...] = ()
    tags: Page[Version] | None = None
    trouble: GatewayError | None = None
    endpoints: tuple[EnterpriseEndpoint, ...] = ()
    domain: str = ""
    network: str = ""
    instance: EnterpriseInstance | None = None
    is_custom_domain: bool = False
    needs_acr_registry_info: bool = False

    @property
    def acr_registry_info(self) -> dict[str, str]:
        """Return the fields of the AcrRegistryInfo that pulling takes; {} where it takes none."""
        if self.instance is None or not self.needs_acr_registry_info:
            return {}
        return {
            "instance_id": self.instance.instance_id,
            "instance_name": self.instance.name,
            "region_id": self.instance.region_id,
            "network": self.network,
        }


@dataclass(frozen=True)
class Tab:
    """All that one tab shows. `missing` is the word for what is not there when there are no entries."""

    slug: str
    filters: tuple[Filter, ...] = ()
    entries: Page[Entry] | None = None
    chosen: str = ""
    picked: Picked | None = None
    trouble: GatewayError | None = None
    missing: str = ""
    columns: Mapping[str, bool] = field(default_factory=dict)

    @property
    def previous_page(self) -> int:
        return self.entries.page - 1 if self.entries else 1

    @property
    def next_page(self) -> int:
        return self.entries.page + 1 if self.entries else 1

    @property
    def previous_versions(self) -> int:
        """Return the page of versions before the one that is shown."""
        return self.picked.tags.page - 1 if self.picked and self.picked.tags else 1

    @property
    def next_versions(self) -> int:
        """Return the page of versions after the one that is shown."""
        return self.picked.tags.page + 1 if self.picked and self.picked.tags else 1


TAB_OF_SOURCE = {
    ImageSource.COMMON: COMMON,
    ImageSource.DOCKER_OFFICIAL: DOCKER,
    ImageSource.ACR_PERSONAL: MINE,
    ImageSource.ACR_ENTERPRISE: ENTERPRISE,
}


def tab_of(image: str) -> str:
    """Return the tab where this image would be found; for all others that of the image that was taken last."""
    try:
        return TAB_OF_SOURCE.get(source_of(parse_image_reference(image)), LAST)
    except ImageReferenceError:
        return LAST


def address_in(query: str) -> str:
    """Return the text of the search where it is a whole address, more than the name of an image; else ""."""
    try:
        reference = parse_image_reference(query)
    except ImageReferenceError:
        return ""
    return query if reference.host or reference.tag or reference.digest or "/" in query else ""


def build_tab(slug: str, shelf: Shelf, region_id: str, question: Question) -> Tab:
    """Build the tab's content for a container group in this region; a list that cannot be had is told in `trouble`."""
    try:
        return _BUILDERS[slug](shelf, region_id, question)
    except GatewayError as error:
        return Tab(slug, trouble=error)


def _common(shelf: Shelf, region_id: str, question: Question) -> Tab:
    images = shelf.common_images(region_id, question.query, question.page)
    facts = (_("Offered by ECI"), _("pulled over the VPC"), _("no credential"))
    # The versions of these images need no further call, so one of them can be shown without being asked for.
    chosen = _chosen(images.items, question.image) or next(iter(images.items), None)
    picked = None
    if chosen:
        named = Picked(chosen.name, chosen.address_prefix, facts)
        picked = _with_tags(named, lambda: shelf.common_tags(region_id, named.name))
    return _catalogue_tab(COMMON, images, chosen, picked)


def _docker(shelf: Shelf, region_id: str, question: Question) -> Tab:
    images = shelf.docker_images(question.query, question.page)
    facts = (_("Official image on Docker Hub"), _("pulled over the Internet"), _("no credential"))
    chosen = _chosen(images.items, question.image)
    picked = None
    if chosen:
        named = Picked(chosen.name, chosen.address_prefix, facts)
        picked = _with_tags(named, lambda: shelf.docker_tags(named.name, question.tags_page))
    return _catalogue_tab(DOCKER, images, chosen, picked)


def _chosen(images: tuple[CatalogueImage, ...], name: str) -> CatalogueImage | None:
    return next((image for image in images if image.name == name), None)


def _catalogue_tab(
    slug: str, images: Page[CatalogueImage], chosen: CatalogueImage | None, picked: Picked | None
) -> Tab:
    entries = _entries(
        images,
        lambda image: Entry(
            image.name, image.name, image.description, _versions(image), image.stars, modified=image.updated
        ),
    )
    return Tab(
        slug,
        entries=entries,
        chosen=chosen.name if chosen else "",
        picked=picked,
        missing="image",
        columns={
            "versions": any(entry.versions for entry in entries.items),
            "stars": any(entry.stars for entry in entries.items),
            "modified": any(entry.modified for entry in entries.items),
        },
    )


def _versions(image: CatalogueImage) -> str:
    return str(len(image.tag_names)) if image.tag_names else ""


def _mine(shelf: Shelf, region_id: str, question: Question) -> Tab:
    regions = _region_filter(shelf, region_id, question)
    region = regions.value
    namespaces = tuple(space.name for space in shelf.namespaces(region))
    namespace = question.namespace if question.namespace in namespaces else ""
    filters = (regions, _namespace_filter(namespaces, namespace))
    if not namespaces:
        return Tab(MINE, filters, missing="namespace")
    found = shelf.repositories(region, namespace, question.query, question.page)
    chosen = _chosen_repository(found.items, question.image)
    picked = _pick_mine(shelf, region_id, question, chosen) if chosen else None
    return _repository_tab(MINE, filters, found, chosen, picked)


def _pick_mine(shelf: Shelf, region_id: str, question: Question, chosen: Repository) -> Picked:
    name = _full_name(chosen)
    host = host_of_repository(chosen, region_id)
    return _with_tags(
        Picked(name, f"{host}/{name}" if host else "", (_access(chosen), _network(chosen, region_id))),
        lambda: shelf.repository_tags(chosen.region_id, chosen.namespace, chosen.name, question.tags_page),
    )


def host_of_repository(repository: Repository, region_id: str) -> str:
    """Return the host to pull a Personal Edition repository from: inside the VPC when the container group runs in the
    repository's region, else over the Internet."""
    order = ("vpc", "public") if repository.region_id == region_id else ("public", "vpc")
    return next((repository.hosts[network] for network in order if repository.hosts.get(network)), "")


def _network(repository: Repository, region_id: str) -> str:
    if repository.region_id == region_id and repository.hosts.get("vpc"):
        return _("pulled over the VPC")
    return _("pulled over the Internet, from %(region)s") % {"region": repository.region_id}


def _access(repository: Repository) -> str:
    return _("Private") if repository.is_private else _("Public")


def _enterprise(shelf: Shelf, region_id: str, question: Question) -> Tab:
    regions = _region_filter(shelf, region_id, question)
    region = regions.value
    instances = shelf.instances(region)
    if not instances:
        return Tab(ENTERPRISE, (regions,), missing="instance")
    instance = next((item for item in instances if item.instance_id == question.instance), instances[0])
    namespaces = tuple(space.name for space in shelf.enterprise_namespaces(region, instance.instance_id))
    namespace = question.namespace if question.namespace in namespaces else ""
    filters = (
        regions,
        Filter("instance", _("Instance"), instance.instance_id, tuple((i.instance_id, i.name) for i in instances)),
        _namespace_filter(namespaces, namespace),
    )
    found = shelf.enterprise_repositories(region, instance.instance_id, namespace, question.query, question.page)
    chosen = _chosen_repository(found.items, question.image)
    picked = _pick_enterprise(shelf, region_id, question, instance, chosen) if chosen else None
    return _repository_tab(ENTERPRISE, filters, found, chosen, picked)


def _pick_enterprise(
    shelf: Shelf, region_id: str, question: Question, instance: EnterpriseInstance, chosen: Repository
) -> Picked:
    name, region = _full_name(chosen), instance.region_id
    try:
        endpoints = shelf.domains(region, instance.instance_id)
    except GatewayError as error:
        return Picked(name, "", trouble=error)
    endpoint = choose_endpoint(endpoints, question.domain, is_same_region=region == region_id)
    if endpoint is None:
        return Picked(name, "", (_access(chosen),), instance=instance)
    network = _("pulled over the VPC") if endpoint.network == "vpc" else _("pulled over the Internet")
    picked = Picked(
        name,
        f"{endpoint.domain}/{name}",
        (_access(chosen), network),
        endpoints=endpoints,
        domain=endpoint.domain,
        network=endpoint.network,
        instance=instance,
        is_custom_domain=endpoint.custom,
        needs_acr_registry_info=endpoint.custom or region != region_id,
    )
    return _with_tags(
        picked,
        lambda: shelf.enterprise_tags(region, instance.instance_id, chosen.repository_id, question.tags_page),
    )


def choose_endpoint(
    endpoints: tuple[EnterpriseEndpoint, ...], domain: str, *, is_same_region: bool
) -> EnterpriseEndpoint | None:
    """Return the asked-for endpoint; else inside the region the VPC's, and a custom one only if need be."""

    def rank(endpoint: EnterpriseEndpoint) -> tuple[bool, bool]:
        return endpoint.custom, (endpoint.network == "vpc") != is_same_region

    asked = next((endpoint for endpoint in endpoints if endpoint.domain == domain), None)
    return asked or min(endpoints, key=rank, default=None)


def _region_filter(shelf: Shelf, region_id: str, question: Question) -> Filter:
    """Return the regions whose registries can be looked into; without the list of all, the group's own alone."""
    try:
        regions = shelf.regions()
    except GatewayError:
        regions = ()
    if region_id not in regions:
        regions = (region_id, *regions)
    value = question.region if question.region in regions else region_id
    return Filter("region", _("Region"), value, tuple((name, name) for name in regions))


def _namespace_filter(namespaces: tuple[str, ...], namespace: str) -> Filter:
    choices = (("", _("All namespaces")), *((name, name) for name in namespaces))
    return Filter("namespace", _("Namespace"), namespace, choices)


def _full_name(repository: Repository) -> str:
    return f"{repository.namespace}/{repository.name}"


def _chosen_repository(repositories: tuple[Repository, ...], name: str) -> Repository | None:
    return next((repository for repository in repositories if _full_name(repository) == name), None)


def _repository_tab(
    slug: str,
    filters: tuple[Filter, ...],
    found: Page[Repository],
    chosen: Repository | None,
    picked: Picked | None,
) -> Tab:
    entries = _entries(
        found,
        lambda item: Entry(
            _full_name(item), _full_name(item), item.summary, is_private=item.is_private, modified=item.modified
        ),
    )
    return Tab(
        slug,
        filters,
        entries,
        _full_name(chosen) if chosen else "",
        picked,
        missing="repository",
        columns={"access": True, "modified": True},
    )


def _entries(page: Page[T], entry_of: Callable[[T], Entry]) -> Page[Entry]:
    return Page(tuple(entry_of(item) for item in page.items), page.page, page.page_size, page.total)


def _with_tags(picked: Picked, ask: Callable[[], Page[Tag]]) -> Picked:
    try:
        page = ask()
    except GatewayError as error:
        return replace(picked, trouble=error)
    return replace(picked, tags=Page(grouped(map(version_of, page.items)), page.page, page.page_size, page.total))


_BUILDERS: dict[str, Callable[[Shelf, str, Question], Tab]] = {
    COMMON: _common,
    DOCKER: _docker,
    MINE: _mine,
    ENTERPRISE: _enterprise,
}
