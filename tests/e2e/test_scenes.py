"""Every page in every state (the journeys of tests/gallery/): no violation of axe's rules in light, in dark and in the
reader's own colours, nothing wider than the window of a phone or a desk, and no text that sticks out of its cell or
heading."""

import shutil
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.e2e.conftest import NewVisitor
from tests.e2e.server import ConsoleServer
from tests.e2e.watch import Watch
from tests.gallery import journeys, journeys_after, journeys_apart, journeys_portal, journeys_request
from tests.gallery.journeys import Journey

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 900}
# All rules, best practice included; this one is off by itself.
EVERY_RULE: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
# What other colours, and the borders that the reader's own make thicker, can break: the other rules read what no scheme
# changes.
RULES_OF_COLOURS: dict[str, Any] = {"runOnly": ["color-contrast", "link-in-text-block", "target-size"]}
Scheme = tuple[Literal["light", "dark"], Literal["none", "active"], dict[str, Any]]
LIGHT: Scheme = ("light", "none", EVERY_RULE)
# Dark, and the reader's own colours: of four scenes one is examined in the one and one in the other, as what has
# colours stands in many scenes.
OTHERS: tuple[tuple[Scheme, ...], ...] = (
    (("dark", "none", RULES_OF_COLOURS),),
    (),
    (("dark", "active", RULES_OF_COLOURS),),
    (),
)


def _violations(page: Page, rules: dict[str, Any]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # Told of all that passed, too, it takes twice as long.
    results: dict[str, Any] = page.evaluate("options => axe.run(options)", {**rules, "resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {rule['help']} at {node['target']} {node['html'][:160]}"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]


def _overflowing(page: Page) -> list[str]:
    """What is wider than the window, unless it scrolls by itself; and cells and headings narrower than their text."""
    found: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            const tooWide = root.scrollWidth > root.clientWidth
                ? [...document.body.querySelectorAll("*")]
                    .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
                : [];
            const tooNarrow = [...document.querySelectorAll("td, th, h1, h2, h3")]
                .filter((element) => element.clientWidth && element.scrollWidth > element.clientWidth + 1)
                .filter((element) => !element.closest(".vh"));
            return [...tooWide.slice(-5), ...tooNarrow].map((element) => element.outerHTML.slice(0, 160));
        }"""
    )
    return found


def _examine(new_visitor: NewVisitor, journey: Journey, **options: Any) -> None:
    visitor = new_visitor(bypass_csp=True, **options)
    wrong: list[str] = []
    for number, scene in enumerate(journey(visitor)):
        page = visitor.page
        for scheme, forced, rules in (LIGHT, *OTHERS[number % len(OTHERS)]):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce", forced_colors=forced)
            wrong += [f"{scene}, {scheme}, forced {forced}: {found}" for found in _violations(page, rules)]
        page.emulate_media(forced_colors="none")
        for window in (PHONE, DESK):
            page.set_viewport_size(window)
            wrong += [f"{scene}, {window['width']} px: {found}" for found in _overflowing(page)]
    assert wrong == []


@pytest.mark.parametrize(
    "journey",
    [*journeys.JOURNEYS, *journeys_after.JOURNEYS, *journeys_portal.JOURNEYS, *journeys_request.JOURNEYS],
    ids=lambda journey: journey.__name__,
)
def test_every_scene_is_accessible_and_fits_a_phone(new_visitor: NewVisitor, journey: Journey) -> None:
    _examine(new_visitor, journey)


def test_orders_that_do_not_go_well_are_accessible_and_fit_a_phone(
    new_visitor: NewVisitor, server: ConsoleServer
) -> None:
    _examine(new_visitor, journeys_after.make_orders(server))


def test_what_a_full_disk_leaves_undone_is_accessible_and_fits_a_phone(
    new_visitor: NewVisitor, server: ConsoleServer, watch: Watch
) -> None:
    _examine(new_visitor, journeys_apart.fill_disk(server))
    watch.forgive("503")


@pytest.fixture
def other_server(request: pytest.FixtureRequest) -> Iterator[ConsoleServer]:
    console: ConsoleServer = request.param()
    console.start()
    yield console
    console.stop()
    shutil.rmtree(console.data_dir, ignore_errors=True)


@pytest.mark.parametrize(
    ("other_server", "journey"),
    [
        (journeys_apart.server_without_cloud, journeys_apart.silent_cloud),
        (journeys_apart.server_with_sign_in, journeys_apart.signing_in),
        (journeys_apart.server_with_sign_in, journeys_apart.guessing),
        (journeys_apart.server_with_second_factor, journeys_apart.second_factor),
        (journeys_apart.server_with_provider, journeys_apart.silent_provider),
    ],
    indirect=["other_server"],
    ids=["silent_cloud", "signing_in", "guessing", "second_factor", "silent_provider"],
)
def test_scenes_of_other_servers_are_accessible_and_fit_a_phone(
    new_visitor: NewVisitor, other_server: ConsoleServer, journey: Journey
) -> None:
    _examine(new_visitor, journey, base_url=other_server.url)
