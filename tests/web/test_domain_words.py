"""What the domain names, in the words of the pages."""

import pytest

from consoleapp.domain.spec import (
    ContainerPort,
    DnsConfig,
    EmptyDirVolume,
    EnvironmentVar,
    HttpGet,
    Probe,
    Tag,
)
from consoleapp.web.domain_words import region_name, where_in_words
from tests.domain.builders import container, group, init_container


def test_a_region_is_called_by_its_name_or_else_by_its_id() -> None:
    assert [region_name(each) for each in ("cn-hangzhou", "cn-new-1", "")] == ["China (Hangzhou)", "cn-new-1", ""]


SPEC = group(
    containers=(
        container(
            environment_vars=(EnvironmentVar("TOKEN", "1"),),
            liveness_probe=Probe(http_get=HttpGet(80, "/up")),
            ports=(ContainerPort(80),),
        ),
    ),
    init_containers=(init_container(),),
    volumes=(EmptyDirVolume("data", "Memory"),),
    tags=(Tag("team", "qa"),),
    dns_config=DnsConfig(("10.0.0.1",)),
)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("host_name", "Host name"),
        ("auto_create_eip", "New Elastic IP"),
        ("containers.0", "Container web"),
        ("containers.0.working_dir", "Container web: Working directory"),
        ("containers.0.security_context.run_as_user", "Container web: User ID"),
        ("containers.0.security_context.privileged", "Container web: Privileged (All rights of the host)"),
        ("containers.0.environment_vars.0.value", "Container web: Environment variables TOKEN"),
        ("containers.0.liveness_probe.http_get.port", "Container web: Liveness, Port"),
        ("containers.0.liveness_probe", "Container web: Liveness"),
        ("containers.0.ports.0.protocol", "Container web: Ports 80, Protocol"),
        ("init_containers.0.tty", "Init container prepare"),
        ("volumes.0.medium", "Volume data: Medium"),
        ("tags.0.value", "Tags team"),
        ("tags", "Tags"),
        ("dns_config.name_servers.0", "Name servers 10.0.0.1"),
        ("containers.7.image", "Container 8: Image"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_path_is_told_by_the_labels_of_the_forms_and_what_it_belongs_to(path: str, words: str) -> None:
    assert where_in_words(SPEC, path) == words


def test_a_container_with_the_name_that_the_wizard_gave_is_called_by_it() -> None:
    spec = group(containers=(container(name="container-1"),))
    assert where_in_words(spec, "containers.0.working_dir") == "container-1: Working directory"
