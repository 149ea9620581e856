"""What is measured with: one realistic container group, in our words, and in the official SDK's in `official.py`."""

from decimal import Decimal

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    Container,
    ContainerGroupSpec,
    ContainerPort,
    EnvironmentVar,
    HttpGet,
    ImageRegistryCredential,
    Probe,
)

REGION, VPC, VSWITCH, SECURITY_GROUP = "cn-hangzhou", "vpc-simhzdefault", "vsw-simhzdefaulth", "sg-simhzdefault"
COMMON_IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"
# Registries of the fixed group, one image each; the other containers run a common image.
HOSTS = ("registry.example.com", "registry.example.org:5000", "images.example.net")
VARIABLES = (("GREETING", "hello, world & more"), ("DATABASE_URL", "postgres://db.internal/shop"), ("MODE", "web"))


def image(number: int) -> str:
    """The image of the container with this number, from 0."""
    return f"{HOSTS[number]}/team/app-{number}:1.4.2" if number < len(HOSTS) else COMMON_IMAGE


def container(number: int) -> Container:
    """A container with four variables (one secret), a port, a command and a probe."""
    return Container(
        name=f"app-{number}",
        image=image(number),
        image_pull_policy="IfNotPresent",
        working_dir="/srv",
        commands=("/bin/sh", "-c"),
        args=('echo "ready" && exec app --serve',),
        environment_vars=(
            *(EnvironmentVar(key, value) for key, value in VARIABLES),
            EnvironmentVar("TOKEN", Secret(f"s3cr3t value {number}")),
        ),
        ports=(ContainerPort(8000 + number, "TCP"),),
        readiness_probe=Probe(
            http_get=HttpGet(port=8000 + number, path="/healthz", scheme="HTTP"), period_seconds=5, timeout_seconds=2
        ),
    )


def group(containers: int, name: str = "shop-frontend") -> ContainerGroupSpec:
    """A group of this many containers that can be ordered; with 5 it has 3 credentials and 20 variables."""
    return ContainerGroupSpec(
        region_id=REGION,
        container_group_name=name,
        vswitch_ids=(VSWITCH,),
        security_group_id=SECURITY_GROUP,
        restart_policy="Always",
        cpu=Decimal(2),
        memory_gib=Decimal(4),
        auto_match_image_cache=True,
        containers=tuple(container(number) for number in range(containers)),
        image_registry_credentials=tuple(
            ImageRegistryCredential(host, "alice@example.com", Secret(f"p+w /=&%#?{host}"))
            for host in HOSTS[:containers]
        ),
    )
