"""The name in its control follows the image while somebody types, and is the name that is ordered."""

import re

from playwright.sync_api import expect

from tests.e2e.visitor import Visitor


def test_the_name_follows_the_image_and_is_what_is_ordered(visitor: Visitor) -> None:
    visitor.begin()
    name = visitor.field("Name")
    expect(name).to_have_value(re.compile(r"^group-[0-9a-f]{4}$"))
    digits = name.input_value()[-4:]
    visitor.type_image("nginx:1.27")
    expect(name).to_have_value(f"nginx-{digits}")
    visitor.type_image("redis:8").settled()
    expect(name).to_have_value(f"redis-{digits}")
    visitor.go_on().go_back()
    visitor.type_image("busybox:1.37")
    expect(name).to_have_value(f"busybox-{digits}")
    visitor.confirm()
    expect(visitor.main.get_by_role("heading", name=f"busybox-{digits}")).to_be_visible()


def test_a_name_that_is_being_typed_is_left_alone(visitor: Visitor) -> None:
    visitor.begin().type_image("nginx:1.27")
    name = visitor.field("Name")
    name.press_sequentially("x")
    typed = name.input_value()
    visitor.settled().type_image("redis:8").settled()
    expect(name).to_have_value(typed)
    visitor.go_on().go_back()
    expect(name).to_have_value(typed)
