"""Journeys through orders and container groups: what became of a confirmed order, and the pages of errors."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page, Route, expect

from tests.e2e.faults import LOST_ANSWER, NO_STOCK, set_fault
from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import PASSWORD, Visitor, run_private_image
from tests.gallery.journeys import Journey

LIVE = "**/_/live/**"


def _hold(page: Page) -> None:
    """Stops the page from refreshing itself: its next question is never answered."""

    def never(route: Route) -> None:
        """Neither continues nor ends the request."""

    page.route(LIVE, never)


def running_group(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="web-shop").confirm().agree()
    _hold(visitor.page)
    visitor.button("Confirm Order").click()
    visitor.is_created()
    yield "group-new"
    visitor.page.unroute(LIVE)
    visitor.page.reload()
    visitor.is_running()
    yield "group-running"
    for tab in ("Containers", "Logs", "Request"):
        visitor.open_group_tab(tab)
        yield f"group-{tab.lower()}"
    visitor.open_group_tab("Overview").link("Show the order").click()
    expect(visitor.main.get_by_role("heading", name="Created")).to_be_visible()
    yield "order-created"
    visitor.page.goto("/")
    yield "home"
    visitor.page.goto("/?q=nothing-fits-this")
    yield "home-nothing-fits"
    visitor.page.goto("/")
    visitor.link("web-shop").click()
    group = visitor.page.url
    visitor.page.goto(f"{group}delete/")
    yield "group-delete"
    visitor.link("Cancel").click()
    visitor.link("Delete").click()
    expect(visitor.button("Cancel")).to_be_visible()
    yield "group-delete-dialog"
    visitor.button("Delete").click()
    expect(visitor.page.get_by_text("is being deleted")).to_be_visible()
    visitor.page.goto("/?show=ended")
    visitor.link("web-shop").click()
    visitor.is_in_state("Deleted")
    yield "group-deleted"
    visitor.open_group_tab("Logs")
    yield "group-deleted-logs"


def failing_groups(visitor: Visitor) -> Iterator[str]:
    run_private_image(visitor, password="not-the-password")
    visitor.is_event_shown("incorrect username or password")
    expect(visitor.button("Change credentials and retry")).to_be_visible()
    yield "group-wrong-password"
    visitor.open_group_tab("Containers")
    yield "group-wrong-password-containers"
    visitor.button("Change credentials and retry").click()
    expect(visitor.field("Password")).to_be_focused()
    yield "other-retry"
    visitor.field("Password").fill(PASSWORD)
    visitor.confirm()
    expect(visitor.page.get_by_role("checkbox", name=re.compile("When this one runs, delete"))).to_be_checked()
    yield "confirm-retry"
    visitor.order()
    visitor.is_running()
    yield "group-replacing"
    visitor.begin(image="registry-vpc.cn-hangzhou.aliyuncs.com/acme/broken-config:1.0.0", name="broken").confirm()
    visitor.order()
    visitor.is_event_shown("Back-off restarting failed container")
    yield "group-keeps-ending"
    visitor.begin(image="busybox:1.36", name="once").confirm().order()
    expect(visitor.button("Run it once (restart policy Never)")).to_be_visible()
    yield "group-ends-well-again-and-again"
    visitor.begin(image="nginx:1.92", name="wrong-version").confirm(anyway=True)
    visitor.order(anyway=True)
    expect(visitor.button("Use 1.29 and replace")).to_be_visible()
    yield "group-wrong-version"
    visitor.begin(image="nginx:1.27", name="no-way").choose_network("isolated", "isolated-b").confirm().order()
    visitor.is_event_shown("i/o timeout")
    yield "group-no-way-out"
    visitor.page.goto("/")
    yield "home-failures"
    visitor.page.goto("/audit/")
    yield "audit-trail"


def make_orders(server: ConsoleServer) -> Journey:
    """The journey through orders that do not go well, by faults told to the server's simulator."""

    def troubled_orders(visitor: Visitor) -> Iterator[str]:
        visitor.begin(image="nginx:1.27", name="refused").confirm().agree()
        set_fault(server.data_dir, NO_STOCK)
        visitor.button("Confirm Order").click()
        expect(visitor.main.get_by_role("heading", name="Refused")).to_be_visible()
        yield "order-refused"
        visitor.main.locator("#mend").click()
        expect(visitor.page).to_have_url(re.compile("/buy/"))
        yield "basic-after-refusal"
        visitor.begin(image="nginx:1.27", name="unknown").confirm().agree()
        set_fault(server.data_dir, LOST_ANSWER, times=3)
        visitor.button("Confirm Order").click()
        expect(visitor.button("Ask again")).to_be_visible()
        yield "order-unknown"
        visitor.page.goto("/")
        yield "home-orders"

    return troubled_orders


def error_pages(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/groups/eci-sim-nobody-has-this-one/")
    expect(visitor.main.get_by_role("heading", name="There is nothing here")).to_be_visible()
    yield "error-404"
    _post(visitor.page, length=10)
    expect(visitor.main.get_by_role("heading")).to_be_visible()
    yield "error-403"
    visitor.page.goto("/")
    _post(visitor.page, length=400_000)
    expect(visitor.main.get_by_role("heading")).to_be_visible()
    yield "error-413"


def _post(page: Page, length: int) -> None:
    """Posts a form of this length that no page of the console has made."""
    page.evaluate(
        """length => {
            const form = document.createElement("form");
            Object.assign(form, { method: "post", action: "/buy/" });
            const text = document.createElement("textarea");
            Object.assign(text, { name: "text", value: "x".repeat(length) });
            form.append(text);
            document.body.append(form);
            form.submit();
        }""",
        length,
    )


JOURNEYS: tuple[Journey, ...] = (running_group, failing_groups, error_pages)
