"""Drafts that may be ordered, in the simulator's first region."""

from decimal import Decimal
from typing import Any

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ConfigFile,
    ConfigFileVolume,
    Container,
    ContainerGroupSpec,
    EnvironmentVar,
    ImageRegistryCredential,
)
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts

CANARY = "canary-%41+ пароль😀-confirm"
VPC = "vpc-simhzdefault"
COMMON = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"
PRIVATE = "registry.example.com/team/api:1.4.2"


def spec(**changed: Any) -> ContainerGroupSpec:
    """A small group with an image that ECI offers, unless told otherwise."""
    values: dict[str, Any] = {
        "region_id": "cn-hangzhou",
        "vswitch_ids": ("vsw-simhzdefaulth",),
        "security_group_id": "sg-simhzdefault",
        "container_group_name": "shop-frontend",
        "restart_policy": "Always",
        "cpu": Decimal(2),
        "memory_gib": Decimal(4),
        "containers": (Container(name="web", image=COMMON, image_pull_policy="IfNotPresent"),),
    }
    return ContainerGroupSpec(**{**values, **changed})


def private_spec(password: str = "demo-password", image: str = PRIVATE, **changed: Any) -> ContainerGroupSpec:
    """A group whose image needs a login, with a secret variable besides."""
    api = Container(
        name="api",
        image=image,
        image_pull_policy="IfNotPresent",
        environment_vars=(EnvironmentVar("TOKEN", Secret(CANARY)), EnvironmentVar("PLAIN", "1")),
    )
    login = ImageRegistryCredential("registry.example.com", "demo", Secret(password))
    return spec(**{"containers": (api,), "image_registry_credentials": (login,), **changed})


def config_file(content: str) -> ConfigFileVolume:
    """A volume with one file."""
    return ConfigFileVolume("conf", (ConfigFile("app.conf", Secret(content), "0600"),))


def draft(owner: User, group: ContainerGroupSpec | None = None, vpc_id: str = VPC) -> Draft:
    """A stored draft of this group with its secrets in the vault."""
    made = to_draft(group or spec(), vpc_id)
    return drafts.create_draft(Actor(owner), made.data, secrets=made.secrets)
