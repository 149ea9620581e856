"""Can this container group pull this image, and if not, what does the container runtime say?

The order is that of a real pull: name, host, network, TLS, log-in, repository, tag, platform. The texts are those of
containerd and of the registries; how the vendor words them is not documented beyond the reason ErrImagePull.
Rules for Container Registry without a secret:
https://help.aliyun.com/zh/eci/user-guide/pull-images-from-a-container-registry-enterprise-edition-instance-without-using-a-secret
An Enterprise Edition host of another region counts like a custom domain: it needs the instance named.
"""

import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from consoleapp.simulator.container_registry import ContainerRegistry
from consoleapp.simulator.hosts import RegistryHost
from consoleapp.simulator.images import Repository, Tag
from consoleapp.simulator.references import Reference, split_reference

RESOLVER: Final = "100.100.2.136:53"
_DOTTED_QUAD: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_DENIED: Final = "pull access denied, repository does not exist or may require authorization: server message: "


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What the container group brings along.

    `credentials` is server → (user, password). An item of `acr_registry_infos` is one AcrRegistryInfo as it was sent:
    InstanceId, RegionId, Domain (a list), ArnService, ArnUser, each of which may be absent.
    """

    region_id: str
    vpc_reaches_internet: bool
    credentials: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    acr_registry_infos: Sequence[Mapping[str, Any]] = ()
    plain_http: Collection[str] = ()
    insecure: Collection[str] = ()
    architecture: str = "amd64"
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class Pull:
    """The outcome; after a failure only `error`, `reason` and `cause` say something.

    `error` is what follows `Failed to pull image "…": `, `reason` the waiting container's (ErrImagePull,
    InvalidImageName), `cause` a word for programs. The last three tell what the image does without a command.
    """

    ok: bool
    error: str = ""
    reason: str = ""
    cause: str = ""
    size_bytes: int = 0
    digest: str = ""
    exits_at_once: bool = False
    exit_code: int = 0
    log_lines: tuple[str, ...] = ()


class _Refused(Exception):
    def __init__(self, cause: str, text: str, code: str = "Unknown") -> None:
        super().__init__(text)
        self.cause, self.text, self.code = cause, text, code


def pull(image: str, request: PullRequest, hosts: Mapping[str, RegistryHost], registry: ContainerRegistry) -> Pull:
    """Return the outcome of pulling the image over these hosts."""
    reference = split_reference(image)
    if reference is None:
        text = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": '
        return Pull(False, f"{text}invalid reference format", "InvalidImageName", "invalid_reference")
    try:
        host = _find_host(reference, request, hosts)
        # A container runtime follows redirects; what was moved is pulled from the new place.
        host = hosts[host.moved_to] if host.moved_to else host
        _check_network(reference, host, request)
        _check_transport(reference, host, request)
        repository = host.repositories.get(reference.path)
        _check_access(reference, host, repository, request, registry)
        found, tag = _find_tag(reference, repository)
        _check_platform(tag, reference.digest, request.architecture)
    except _Refused as refused:
        target = f'"{reference}"'
        text = (
            f"rpc error: code = {refused.code} desc = failed to pull and unpack image {target}: "
            f"failed to resolve reference {target}: {refused.text}"
        )
        return Pull(False, text, "ErrImagePull", refused.cause)
    behaviour = found.behaviour
    return Pull(
        ok=True,
        size_bytes=tag.size_bytes,
        digest=reference.digest or tag.digest,
        exits_at_once=behaviour.exits_at_once,
        exit_code=behaviour.exit_code,
        log_lines=tag.log_lines(found.name, behaviour),
    )


def _find_host(reference: Reference, request: PullRequest, hosts: Mapping[str, RegistryHost]) -> RegistryHost:
    name = reference.host.lower()
    host = hosts.get(name) or hosts.get(name.removesuffix(":443"))
    if host is not None and host.vpc_region_id in ("", request.region_id):
        return host
    bare, _, port = name.partition(":")
    dialled = f"{_head(reference)}: dial tcp {_address(bare)}:{port or 443}"
    if host is None and any(known.partition(":")[0] == bare for known in hosts):
        if not request.vpc_reaches_internet:
            raise _Refused("no_way_out", f"{dialled}: i/o timeout")
        raise _Refused("connection_refused", f"{dialled}: connect: connection refused")
    if _DOTTED_QUAD.fullmatch(bare):
        raise _Refused("no_answer", f"{dialled}: i/o timeout")
    raise _Refused("unknown_host", f"{_head(reference)}: dial tcp: lookup {bare} on {RESOLVER}: no such host")


def _check_network(reference: Reference, host: RegistryHost, request: PullRequest) -> None:
    if host.fault != "silent" and (host.vpc_region_id or request.vpc_reaches_internet):
        return
    name, _, port = host.api_host.partition(":")
    cause = "no_answer" if request.vpc_reaches_internet else "no_way_out"
    raise _Refused(cause, f"{_head(reference, host)}: dial tcp {_address(name)}:{port or 443}: i/o timeout")


def _check_transport(reference: Reference, host: RegistryHost, request: PullRequest) -> None:
    named = {reference.host, host.host}
    is_plain = not named.isdisjoint(request.plain_http)
    if host.scheme == "http":
        if not is_plain:
            text = f"{_head(reference, host)}: http: server gave HTTP response to HTTPS client"
            raise _Refused("plain_http", text)
    elif is_plain:
        text = f"unexpected status from HEAD request to http://{_manifest(reference, host)}: 400 Bad Request"
        raise _Refused("not_plain_http", text)
    elif host.certificate is not None and named.isdisjoint(request.insecure):
        complaint = host.certificate.complaint(host.host, request.now)
        raise _Refused("untrusted_certificate", f"{_head(reference, host)}: {complaint}")


def _check_access(
    reference: Reference,
    host: RegistryHost,
    repository: Repository | None,
    request: PullRequest,
    registry: ContainerRegistry,
) -> None:
    if host.access == "anonymous":
        return
    login = _login(reference, host, request)
    if host.access == "acr":
        _check_container_registry(reference, host, repository, login, request, registry)
        return
    if login is not None and host.users.get(login[0]) != login[1]:
        raise _wrong_password(host, reference)
    if login is None and host.fault == "busy":
        text = f"unexpected status from HEAD request to https://{_manifest(reference, host)}: 429 Too Many Requests"
        raise _Refused("rate_limited", f"{text}: toomanyrequests: You have reached your pull rate limit")
    needs_login = host.access == "login" or (repository is not None and repository.is_private)
    if needs_login and login is None:
        raise _no_credential()
    if host.access == "hub" and repository is None:
        raise _Refused("repository_not_found", f"{_DENIED}insufficient_scope: authorization failed")
    if login is not None and repository is not None and repository.readers and login[0] not in repository.readers:
        raise _not_allowed()


def _login(reference: Reference, host: RegistryHost, request: PullRequest) -> tuple[str, str] | None:
    names = {reference.host.lower(), host.host, host.api_host}
    if host.host == "docker.io":
        names.add("index.docker.io")
    return next((pair for server, pair in request.credentials.items() if server.lower() in names), None)


def _check_container_registry(
    reference: Reference,
    host: RegistryHost,
    repository: Repository | None,
    login: tuple[str, str] | None,
    request: PullRequest,
    registry: ContainerRegistry,
) -> None:
    owner = repository.account_id if repository is not None else host.account_id
    if login is not None:
        accepted = [item for item in registry.accounts if item.accepts(*login, request.now)]
        if not accepted:
            raise _wrong_password(host, reference)
        if repository is not None and repository.is_private and owner != accepted[0].account_id:
            raise _not_allowed()
    elif repository is not None and repository.is_private:
        _check_without_secret(host, owner, request, registry)
    if repository is None and host.instance is None:
        raise _Refused("repository_not_found", f"{_DENIED}insufficient_scope: authorization failed")


def _check_without_secret(host: RegistryHost, owner: str, request: PullRequest, registry: ContainerRegistry) -> None:
    infos = [item for item in request.acr_registry_infos if _is_about(item, host, request)]
    is_own = owner == registry.own_account_id
    if is_own and (host.instance is None or (not host.is_custom_domain and _is_in_region(host, request))):
        return
    named = [item for item in infos if host.instance is None or item.get("InstanceId") == host.instance.instance_id]
    if is_own:
        if not named:
            raise _no_credential()
        return
    candidates = named if host.is_custom_domain else infos
    roles = [(str(item.get("ArnService", "")), str(item.get("ArnUser", ""))) for item in candidates]
    roles = [(service, user) for service, user in roles if service and user]
    if not roles:
        raise _no_credential()
    if not any(registry.may_assume(owner, service, user) for service, user in roles):
        raise _Refused(
            "role_refused", "failed to authorize: AssumeRole: NoPermission: You are not authorized to do this action."
        )


def _is_about(info: Mapping[str, Any], host: RegistryHost, request: PullRequest) -> bool:
    """Tell whether the AcrRegistryInfo may concern the host: nothing that it names speaks against it."""
    domains = info.get("Domain") or ()
    if domains and host.host not in ((domains,) if isinstance(domains, str) else domains):
        return False
    if host.instance is None:
        return not info.get("InstanceId")
    region_id = info.get("RegionId") or request.region_id
    return info.get("InstanceId", host.instance.instance_id) == host.instance.instance_id and (
        not info.get("InstanceId") or region_id == host.instance.region_id
    )


def _is_in_region(host: RegistryHost, request: PullRequest) -> bool:
    return host.instance is not None and host.instance.region_id == request.region_id


def _find_tag(reference: Reference, repository: Repository | None) -> tuple[Repository, Tag]:
    if repository is None:
        text = f"{reference}: not found: name unknown: repository name not known to registry"
        raise _Refused("repository_not_found", text, "NotFound")
    tag = repository.tag_of_digest(reference.digest) if reference.digest else repository.tag(reference.tag)
    if tag is None:
        raise _Refused("tag_not_found", f"{reference}: not found: manifest unknown: manifest unknown", "NotFound")
    return repository, tag


def _check_platform(tag: Tag, digest: str, architecture: str) -> None:
    if architecture not in (tag.image.platforms_of(digest) if digest else tag.platforms):
        text = f"no matching manifest for linux/{architecture} in the manifest list entries"
        raise _Refused("no_platform", f"{text}: no match for platform in manifest: not found", "NotFound")


def _wrong_password(host: RegistryHost, reference: Reference) -> _Refused:
    asked, address = "failed to authorize: failed to fetch oauth token: unexpected status from GET request", host.realm
    if not address:
        asked, address = "unexpected status from HEAD request", f"{host.scheme}://{_manifest(reference, host)}"
    text = f"{asked} to {address}: 401 Unauthorized: unauthorized: incorrect username or password"
    return _Refused("wrong_password", text)


def _no_credential() -> _Refused:
    return _Refused("no_credential", f"{_DENIED}unauthorized: authentication required")


def _not_allowed() -> _Refused:
    return _Refused("not_allowed", f"{_DENIED}denied: requested access to the resource is denied")


def _manifest(reference: Reference, host: RegistryHost | None) -> str:
    name = host.api_host if host else reference.host
    return f"{name}/v2/{reference.path}/manifests/{reference.digest or reference.tag}"


def _head(reference: Reference, host: RegistryHost | None = None) -> str:
    return f'failed to do request: Head "https://{_manifest(reference, host)}"'


def _address(name: str) -> str:
    """Return an address itself; for a name one of the documentation range 198.51.100.0/24, always the same."""
    return name if _DOTTED_QUAD.fullmatch(name) else f"198.51.100.{zlib.crc32(name.encode()) % 254 + 1}"
