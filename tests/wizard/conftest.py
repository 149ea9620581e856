"""What the wizard's tests share: a cloud that can be made to fail."""

from dataclasses import dataclass, field

import pytest
from django.test import Client

from consoleapp.gateways.connect import Cloud
from consoleapp.web import clouds
from tests.fakes import FakeCatalogue, FakeContainerGroups, FakeNetworks, FakeRegistries
from tests.wizard.page_form import StepForm, open_step


@dataclass
class FakeCloud:
    """All ports, with their fakes at hand."""

    container_groups: FakeContainerGroups = field(default_factory=FakeContainerGroups)
    networks: FakeNetworks = field(default_factory=FakeNetworks)
    registries: FakeRegistries = field(default_factory=FakeRegistries)
    catalogue: FakeCatalogue = field(default_factory=FakeCatalogue)


@pytest.fixture
def fake_cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """A cloud in memory in place of the simulator; prime its fakes to fail."""
    fake = FakeCloud()
    cloud = Cloud(fake.container_groups, fake.networks, fake.registries, fake.catalogue)
    monkeypatch.setattr(clouds, "cloud_of", lambda user: cloud)
    return fake


@pytest.fixture
def started(alice_client: Client) -> StepForm:
    """Basic Settings of a stored draft of alice with one container that runs a common image."""
    image = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"
    return open_step(alice_client, f"/buy/?image={image}").go("save")
