"""How many actions a form takes: each press, each choice and each text that is typed or pasted is one."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.e2e.visitor import Visitor

ENV_FILE = "MODE=fast\nDB_HOST=db.internal\nDB_PASSWORD=hunter2hunter2\n"


@dataclass
class Counted:
    """A visitor whose actions are counted."""

    visitor: Visitor
    actions: int = 0

    def press(self, target: Locator) -> None:
        target.click()
        self.actions += 1

    def type(self, field: Locator, text: str) -> None:
        field.fill(text)
        self.actions += 1

    def add(self, button: str, focused: Locator) -> None:
        """Presses a button that adds something, whose first field gets the focus."""
        self.press(self.visitor.button(button))
        expect(focused).to_be_focused()


def test_an_init_container_two_containers_an_env_file_a_port_a_probe_and_a_volume_take_twenty_actions(
    visitor: Visitor,
) -> None:
    page, fold = visitor.begin().page, visitor.fold
    expect(visitor.field("Image")).to_be_focused()
    counted = Counted(visitor)
    # 1-5: three images.
    counted.type(visitor.field("Image"), "nginx:1.27")
    counted.add("Add init container", visitor.field("Image"))
    counted.type(visitor.field("Image"), "busybox:1.37")
    counted.press(visitor.button("Add container"))
    expect(visitor.field("Image")).to_have_value("")
    counted.type(visitor.field("Image"), "redis:8")
    # 6-7: a volume.
    counted.press(fold("Advanced"))
    counted.press(visitor.button("Empty directory"))
    # 8-9: the .env file, which any press takes in.
    counted.press(fold("Environment variables"))
    counted.type(visitor.field("Paste a .env file"), ENV_FILE)
    # 10-12: a port.
    counted.press(fold("Ports"))
    counted.press(visitor.button("Add port"))
    port = page.get_by_role("group", name="Port 1").get_by_role("textbox")
    expect(port).to_be_focused()
    counted.type(port, "6379")
    # 13-15: a mount of the only volume.
    counted.press(fold("Volume mounts"))
    counted.press(visitor.button("Add mount"))
    mount = page.get_by_role("group", name="Mount 1")
    expect(mount.get_by_role("combobox", name="Volume")).to_have_value("volume-1")
    counted.type(mount.get_by_role("textbox", name="Mount path"), "/data")
    # 16-17: a probe of the declared port.
    counted.press(fold("Health checks"))
    readiness = page.get_by_role("radiogroup", name=re.compile("Readiness"))
    counted.press(readiness.locator("label", has_text="TCP"))
    # 18: on.
    counted.press(visitor.button("Confirm Configuration"))
    visitor.is_at("Confirm")
    assert counted.actions <= 20
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
