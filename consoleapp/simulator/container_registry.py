"""Container Registry: Personal Edition namespaces, Enterprise Edition instances, the accounts that own them.

The seed is data/container_registry.json. How they look on the wire is in actions/cr.py, who may pull in pulls.py,
under which hosts they are served in hosts.py.
Host patterns: https://www.alibabacloud.com/help/en/acr (user-guide, domain names of Personal and Enterprise Edition).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import Any

from consoleapp.simulator.images import ImageReader, Repository

TEMPORARY_USER = "cr_temp_user"


@dataclass(frozen=True, slots=True)
class RegistryAccount:
    """An account that owns repositories, its registry log-in, and the roles that let another account pull."""

    account_id: str
    user_name: str
    password: str
    arn_service: str
    arn_user: str

    def temporary_password(self, expires_at: int) -> str:
        """Return the password of the temporary user, valid until `expires_at` (in seconds)."""
        return f"{expires_at}.{self._proof(expires_at)}"

    def accepts(self, user_name: str, password: str, now: float) -> bool:
        """Tell whether this is the account's own log-in, or a temporary one that has not expired."""
        if user_name != TEMPORARY_USER:
            return (user_name, password) == (self.user_name, self.password)
        expiry, _, proof = password.partition(".")
        if not (expiry.isascii() and expiry.isdigit() and len(expiry) < 12):
            return False
        return proof == self._proof(int(expiry)) and now < int(expiry)

    def _proof(self, expires_at: int) -> str:
        return sha256(f"{self.account_id}/{self.password}/{expires_at}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Namespace:
    name: str
    default_repo_type: str


class RepositoryIndex:
    """The repositories of one owner, found by namespace and by part of the name without looking at all of them."""

    def __init__(self, repositories: Iterable[Repository]) -> None:
        self._all = tuple(repositories)
        self._by_path = {item.path: item for item in self._all}
        self._by_namespace: dict[str, list[Repository]] = {}
        for item in self._all:
            self._by_namespace.setdefault(item.namespace, []).append(item)

    def at(self, path: str) -> Repository | None:
        """Return the repository at namespace/name."""
        return self._by_path.get(path)

    def matching(self, namespace: str = "", name: str = "") -> Sequence[Repository]:
        """Return those in the namespace (all when it is empty) whose name contains the text."""
        rows = self._by_namespace.get(namespace, ()) if namespace else self._all
        return [item for item in rows if name in item.name] if name else rows


@dataclass(frozen=True)
class PersonalEdition:
    """The Personal Edition namespaces behind one set of hosts in one region."""

    account_id: str
    region_id: str
    instance: str
    namespaces: tuple[Namespace, ...]
    repositories: tuple[Repository, ...]

    @cached_property
    def index(self) -> RepositoryIndex:
        return RepositoryIndex(self.repositories)

    @property
    def hosts(self) -> dict[str, str]:
        """Return host by network: public, vpc, internal; instances with their own domain have no classic network."""
        if self.instance:
            domain = f"{self.region_id}.personal.cr.aliyuncs.com"
            return {"public": f"{self.instance}.{domain}", "vpc": f"{self.instance}-vpc.{domain}", "internal": ""}
        return {
            "public": f"registry.{self.region_id}.aliyuncs.com",
            "vpc": f"registry-vpc.{self.region_id}.aliyuncs.com",
            "internal": f"registry-internal.{self.region_id}.aliyuncs.com",
        }


PersonalRow = tuple[PersonalEdition, Repository]


@dataclass(frozen=True)
class EnterpriseInstance:
    account_id: str
    instance_id: str
    instance_name: str
    region_id: str
    specification: str
    custom_domains: tuple[str, ...]
    linked_vpc_ids: tuple[str, ...]
    namespaces: tuple[Namespace, ...]
    repositories: tuple[Repository, ...]

    @property
    def public_domain(self) -> str:
        return f"{self.instance_name}-registry.{self.region_id}.cr.aliyuncs.com"

    @property
    def vpc_domain(self) -> str:
        return f"{self.instance_name}-registry-vpc.{self.region_id}.cr.aliyuncs.com"

    @cached_property
    def index(self) -> RepositoryIndex:
        return RepositoryIndex(self.repositories)

    @cached_property
    def _repositories_by_id(self) -> dict[str, Repository]:
        return {repository_id(item): item for item in self.repositories}

    def repository(self, repo_id: str) -> Repository | None:
        return self._repositories_by_id.get(repo_id)


def repository_id(repository: Repository) -> str:
    """Return the id of an Enterprise Edition repository."""
    return f"crr-sim{repository.serial}"


@dataclass(frozen=True)
class ContainerRegistry:
    accounts: tuple[RegistryAccount, ...]
    personal: tuple[PersonalEdition, ...]
    enterprise: tuple[EnterpriseInstance, ...]

    @property
    def own_account_id(self) -> str:
        """Return the account that the container groups belong to: the first of the file."""
        return self.accounts[0].account_id

    def may_assume(self, owner_id: str, arn_service: str, arn_user: str) -> bool:
        """Tell whether ECI may pull the owner's images by this chain of roles: one of ours, then one of the owner's."""
        owner = self.account(owner_id)
        return owner is not None and (arn_service, arn_user) == (self.accounts[0].arn_service, owner.arn_user)

    @cached_property
    def own_personal(self) -> dict[str, tuple[PersonalEdition, ...]]:
        """Return region id → our Personal Edition there; every region of ours under the empty id."""
        found: dict[str, tuple[PersonalEdition, ...]] = {}
        for item in self.personal:
            if item.account_id == self.own_account_id:
                for region_id in ("", item.region_id):
                    found[region_id] = (*found.get(region_id, ()), item)
        return found

    def own_personal_rows(self, region_id: str, namespace: str = "") -> Sequence[PersonalRow]:
        """Return our Personal Edition repositories of a region (of all under the empty id), each with its edition."""
        editions = self.own_personal.get(region_id)
        if editions is None:
            return ()
        key = (region_id, namespace)
        if key not in self._personal_rows:
            self._personal_rows[key] = tuple((item, row) for item in editions for row in item.index.matching(namespace))
        return self._personal_rows[key]

    @cached_property
    def _personal_rows(self) -> dict[tuple[str, str], Sequence[PersonalRow]]:
        return {}

    def own_instance(self, instance_id: str) -> EnterpriseInstance | None:
        """Return the Enterprise Edition instance, if it is ours."""
        instance = self.instance(instance_id)
        return instance if instance is not None and instance.account_id == self.own_account_id else None

    def account(self, account_id: str) -> RegistryAccount | None:
        return next((item for item in self.accounts if item.account_id == account_id), None)

    def instance(self, instance_id: str) -> EnterpriseInstance | None:
        return next((item for item in self.enterprise if item.instance_id == instance_id), None)


def read_container_registry(
    document: dict[str, Any], reader: ImageReader, *, extra_repositories: int
) -> ContainerRegistry:
    """Read all of data/container_registry.json; `extra_repositories` more go into the first edition of each kind."""
    personal, enterprise = [], []
    for position, row in enumerate(document["personal"]):
        rows = chain(row["repositories"], _generated(0 if position else extra_repositories))
        origin = f"personal/{row['region_id']}/{row['instance']}"
        personal.append(
            PersonalEdition(
                account_id=row["account_id"],
                region_id=row["region_id"],
                instance=row["instance"],
                namespaces=_namespaces(row, bool(extra_repositories) and not position),
                repositories=_repositories(origin, row["account_id"], rows, reader),
            )
        )
    for position, row in enumerate(document["enterprise"]):
        rows = chain(row["repositories"], _generated(0 if position else extra_repositories))
        enterprise.append(
            EnterpriseInstance(
                account_id=row["account_id"],
                instance_id=row["instance_id"],
                instance_name=row["instance_name"],
                region_id=row["region_id"],
                specification=row["specification"],
                custom_domains=tuple(row["custom_domains"]),
                linked_vpc_ids=tuple(row["linked_vpc_ids"]),
                namespaces=_namespaces(row, bool(extra_repositories) and not position),
                repositories=_repositories(row["instance_id"], row["account_id"], rows, reader),
            )
        )
    accounts = tuple(RegistryAccount(**row) for row in document["accounts"])
    return ContainerRegistry(accounts, tuple(personal), tuple(enterprise))


def _namespaces(row: dict[str, Any], has_generated: bool) -> tuple[Namespace, ...]:
    names = [Namespace(*item) for item in row["namespaces"]]
    return (*names, Namespace("generated", "PRIVATE")) if has_generated else tuple(names)


def _repositories(origin: str, account_id: str, rows: Iterator[Any], reader: ImageReader) -> tuple[Repository, ...]:
    return tuple(
        reader.repository(
            f"{origin}/{namespace}/{name}",
            f"{namespace}/{name}",
            tuple(row),
            is_private=repo_type == "PRIVATE",
            account_id=account_id,
        )
        for namespace, name, repo_type, *row in rows
    )


def _generated(count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(1, count + 1):
        name = f"service-{number:05}"
        yield "generated", name, "PRIVATE", f"Generated service {number}", "app", 64, "common", "1.1.0 1.0.0", ""
