"""How many actions a task takes: the bars of few_actions.py."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.few_actions import ROWS, Row, big_form
from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import Visitor


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.bar and row.count is not big_form], ids=lambda row: row.what
)
def test_takes_no_more_actions_than(visitor: Visitor, server: ConsoleServer, row: Row) -> None:
    assert row.bar
    assert row.count(visitor, server.data_dir) <= row.bar


def test_an_init_container_two_containers_an_env_file_a_port_a_probe_and_a_volume_take_twenty_actions(
    visitor: Visitor, server: ConsoleServer
) -> None:
    assert big_form(visitor, server.data_dir) <= 20
    for sent in (
        "InitContainer.1.Image",
        "Container.2.Image",
        "Container.2.Port.1.Port",
        "Container.2.VolumeMount.1.Name",
    ):
        expect(visitor.main.get_by_text(sent, exact=True)).to_be_attached()
    expect(
        visitor.main.get_by_text(re.compile(r"Container\.2\.ReadinessProbe\.TcpSocket\.Port")).first
    ).to_be_attached()
    expect(visitor.main.get_by_text("Container.2.EnvironmentVar.3.Key", exact=True)).to_be_attached()
