"""The cloud that the console is configured to work in. Accounts that a team was granted are in cloud_accounts/, and how
calls are made is in gateways/."""

import functools
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches

from consoleapp.gateways import connect

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from consoleapp.accounts.models import User
    from consoleapp.gateways.ports.images import ImageAccess

# The simulated world of people who look around and have saved nothing yet.
VISITOR_WORLD = "visitor"
SHARED_CACHE = "shared"


class SharedCache:
    """The cache that all processes of the console see, as the gateways want it: see breaker.SharedStore."""

    def get(self, key: str) -> Any:
        return caches[SHARED_CACHE].get(key)

    def set(self, key: str, value: Any, timeout: float) -> None:
        caches[SHARED_CACHE].set(key, value, timeout)

    def add(self, key: str, value: Any, timeout: float) -> bool:
        return bool(caches[SHARED_CACHE].add(key, value, timeout))

    def delete(self, key: str) -> None:
        caches[SHARED_CACHE].delete(key)


@functools.cache
def cloud_settings() -> connect.CloudSettings:
    """Return the connection settings, from Django's."""
    return connect.CloudSettings(
        mode=settings.CLOUD,
        endpoint=settings.ALIBABA_ENDPOINT,
        parameters_in=settings.ALIBABA_PARAMETERS,
        regions=frozenset(settings.REGIONS),
        connect_timeout_seconds=settings.CLOUD_CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds=settings.CLOUD_READ_TIMEOUT_SECONDS,
        simulator_state=settings.SIMULATOR_STATE,
        simulator_key=settings.SIMULATOR_KEY,
        simulator_speed=settings.SIMULATOR_SPEED,
        shared=SharedCache(),
    )


@functools.cache
def access_policy() -> connect.AccessPolicy:
    """Return what the admin has decided about checks of images, from Django's settings."""
    return connect.AccessPolicy(
        networks=tuple(connect.ListedNetwork.of(*entry) for entry in settings.REGISTRY_NETWORKS),
        token_servers=tuple(settings.REGISTRY_TOKEN_SERVERS),
        authorities=tuple(settings.REGISTRY_AUTHORITIES),
        allows_unlisted_hosts=settings.CHECK_UNLISTED_HOSTS,
        allows_loopback=settings.CHECK_LOOPBACK,
        own_addresses=tuple(settings.OWN_ADDRESSES),
    )


def image_access_of(user: "User | AnonymousUser") -> "ImageAccess":
    """Return the check of images for this user; each may run only so many at once."""
    return connect.image_access_for(f"user/{user.pk}", cloud_settings(), access_policy())


def environment_account() -> connect.Account:
    """Return the account whose key stands in the environment."""
    return connect.Account(
        settings.ALIBABA_ACCESS_KEY_ID, settings.ALIBABA_ACCESS_KEY_SECRET, settings.ALIBABA_SECURITY_TOKEN
    )


def cloud_of(world: str) -> connect.Cloud:
    """Return the cloud of a person or a team: the configured account, or with the simulator a world of their own."""
    if settings.CLOUD == "alibaba":
        account = environment_account()
    else:
        account = connect.simulator_account(settings.SIMULATOR_KEY, world or VISITOR_WORLD)
    return connect.cloud_for(account, cloud_settings())
