"""The team's saved credentials that a draft names, as far as its pages know them. Pure functions over a draft's data.

They are joined into the data under `checks`, by the host, when its secrets are read (services/saved_logins.py). Which
host one is for, which path, and whether a way without proof may be taken to it, is the credential's word alone: nothing
that is typed or posted counts beside it.
"""

from dataclasses import asdict, dataclass
from typing import Any

from consoleapp.domain.errors import Reason
from consoleapp.domain.image import ImageReference
from consoleapp.domain.image_pattern import is_below
from consoleapp.wizard.access.registry_lists import INSECURE, PLAIN_HTTP, is_listed
from consoleapp.wizard.draft.images import reference_of
from consoleapp.wizard.shape import SAVED, Data, containers_of, credential_of


@dataclass(frozen=True)
class SavedLogin:
    """A saved credential without its password. `mark` changes whenever another one is stored.

    `over_plain_http` and `without_certificate`: the admin of the console vouches for that way to the registry.
    """

    id: int
    name: str
    host: str
    path_prefix: str
    user_name: str
    mark: str
    over_plain_http: bool = False
    without_certificate: bool = False


def join(data: Data, host: str, saved: SavedLogin | None) -> None:
    """Let the data know what the credential says that it names for this host; None for nothing."""
    known: dict[str, Any] = data.setdefault("checks", {}).setdefault("saved", {})
    known.pop(host, None)
    if saved is not None:
        known[host] = asdict(saved)


def saved_of(data: Data, host: str) -> SavedLogin | None:
    """Return the saved credential that the draft names for this host; None where it names none, or one that is gone."""
    told = data.get("checks", {}).get("saved", {}).get(host)
    if not told or told["id"] != credential_of(data, host).get(SAVED):
        return None
    return SavedLogin(**told)


def saved_for(data: Data, reference: ImageReference) -> SavedLogin | None:
    """Return the same, where it may be used for this image."""
    saved = saved_of(data, reference.registry_host)
    return saved if saved is not None and _trouble(saved, data, [reference]) is None else None


def trouble_of(data: Data, host: str) -> Reason | None:
    """Return why the saved credential that the draft names for this host cannot be used; None where it can."""
    saved = saved_of(data, host)
    return Reason.SAVED_LOGIN_GONE if saved is None else _trouble(saved, data, images_of(data, host))


def may_be_offered(saved: SavedLogin, data: Data) -> bool:
    """Tell whether it can be used for all of the draft's images of its host."""
    return _trouble(saved, data, images_of(data, saved.host)) is None


def images_of(data: Data, host: str) -> list[ImageReference]:
    """Return the draft's images of this host."""
    found = (reference_of(each) for each in containers_of(data))
    return [each for each in found if each is not None and each.registry_host == host]


def _trouble(saved: SavedLogin, data: Data, images: list[ImageReference]) -> Reason | None:
    if not images or not all(is_below(each, saved.host, saved.path_prefix) for each in images):
        return Reason.SAVED_LOGIN_ELSEWHERE
    is_open = is_listed(data, PLAIN_HTTP, saved.host) and not saved.over_plain_http
    is_unproved = is_listed(data, INSECURE, saved.host) and not saved.without_certificate
    return Reason.SAVED_LOGIN_UNSAFE if is_open or is_unproved else None
