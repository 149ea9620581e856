"""The same group of five as content.py's, as a request of the official SDK."""

from typing import Any

from alibabacloud_eci20180808 import models

from tests.bench import content


def request(containers: int = 5) -> Any:
    """A CreateContainerGroupRequest."""
    return models.CreateContainerGroupRequest(
        region_id=content.REGION,
        client_token="token-1",
        container_group_name="shop-frontend",
        v_switch_id=content.VSWITCH,
        security_group_id=content.SECURITY_GROUP,
        restart_policy="Always",
        cpu=2.0,
        memory=4.0,
        auto_match_image_cache=True,
        container=[_container(number) for number in range(containers)],
        image_registry_credential=[
            models.CreateContainerGroupRequestImageRegistryCredential(
                server=host, user_name="alice@example.com", password=f"p+w /=&%#?{host}"
            )
            for host in content.HOSTS[:containers]
        ],
    )


def _container(number: int) -> Any:
    variables = (*content.VARIABLES, ("TOKEN", f"s3cr3t value {number}"))
    probe = models.CreateContainerGroupRequestContainerReadinessProbe(
        http_get=models.CreateContainerGroupRequestContainerReadinessProbeHttpGet(
            port=8000 + number, path="/healthz", scheme="HTTP"
        ),
        period_seconds=5,
        timeout_seconds=2,
    )
    return models.CreateContainerGroupRequestContainer(
        name=f"app-{number}",
        image=content.image(number),
        image_pull_policy="IfNotPresent",
        working_dir="/srv",
        command=["/bin/sh", "-c"],
        arg=['echo "ready" && exec app --serve'],
        environment_var=[
            models.CreateContainerGroupRequestContainerEnvironmentVar(key=key, value=value) for key, value in variables
        ],
        port=[models.CreateContainerGroupRequestContainerPort(port=8000 + number, protocol="TCP")],
        readiness_probe=probe,
    )
