"""What a registry takes for a user name and a password, in a sentence: few of them take those that people sign in with.

The hosts are data about public products, told apart by the patterns of their names. Sources, read in November 2026:
docs.docker.com (access tokens), docs.github.com (Container registry), docs.quay.io (robot accounts), Amazon ECR's
GetAuthorizationToken (12 hours), docs.gitlab.com (deploy tokens), learn.microsoft.com (Azure Container Registry),
docs.cloud.google.com/artifact-registry/docs/docker/authentication, and for Alibaba Cloud
alibabacloud.com/help/en/acr/user-guide/configure-access-credentials.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.image import AcrEdition, acr_host

_DOCKER_HUB: Final = _("Docker Hub: your Docker ID, and an access token in place of the password.")
_ECR: Final = _("Amazon ECR: the user name is AWS, the password a token that ends after 12 hours.")
_GITLAB: Final = _("GitLab: the user name and the token of a deploy token that may read the registry.")
_GOOGLE: Final = _("Google: _json_key with the whole key file, or oauth2accesstoken with a token of an hour.")

# Of several patterns that fit the first one counts.
HINTS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "docker.io": _DOCKER_HUB,
        "index.docker.io": _DOCKER_HUB,
        "registry-1.docker.io": _DOCKER_HUB,
        "registry.hub.docker.com": _DOCKER_HUB,
        "ghcr.io": _("GitHub: your user name, and a personal access token (classic) with read:packages."),
        "quay.io": _("Quay: the name of a robot account, such as team+reader, and its token."),
        "public.ecr.aws": _ECR,
        "*.dkr.ecr.*.amazonaws.com": _ECR,
        "*.dkr.ecr.*.amazonaws.com.cn": _ECR,
        "registry.gitlab.com": _GITLAB,
        "registry.gitlab.*": _GITLAB,
        "*.azurecr.io": _("Azure: a token of the registry or a service principal; the admin user where it is on."),
        "gcr.io": _GOOGLE,
        "*.gcr.io": _GOOGLE,
        "*-docker.pkg.dev": _GOOGLE,
    }
)
ACR_HINTS: Final[Mapping[AcrEdition, str | Promise]] = MappingProxyType(
    {
        AcrEdition.PERSONAL: _(
            "Container Registry Personal Edition: your account's name, and the password that was set for the registry, "
            "not that of the account."
        ),
        AcrEdition.ENTERPRISE: _(
            "Container Registry Enterprise Edition: your account's name, and the permanent password of the instance; "
            "each RAM user has one of its own. A temporary one ends after an hour, and a group that is started again "
            "later needs it still."
        ),
    }
)


def login_hint(host: str) -> str:
    """Return what this registry takes for a login; "" where nothing is known of it."""
    acr = acr_host(host)
    if acr is not None:
        return str(ACR_HINTS[acr.edition])
    name = host.lower().partition(":")[0]
    return next((str(hint) for pattern, hint in HINTS.items() if fnmatchcase(name, pattern)), "")
