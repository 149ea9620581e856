"""`python -m tests.gallery` writes screenshots of every page in every state into var/gallery/, with an index.

Names of scenes or beginnings of them choose some: `python -m tests.gallery home basic-empty`. With `--screenshot` only
the picture of the README is made. With `--lighthouse` Lighthouse judges them instead (needs Node), and what misses a
bar is told.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browser import ARGUMENTS, find_browser
from tests.e2e.server import ROOT, ConsoleServer, temporary_server
from tests.e2e.visitor import PRIVATE_IMAGE, Visitor
from tests.gallery import journeys, journeys_after, journeys_portal, journeys_request
from tests.gallery.camera import HEIGHT, WIDTHS, Camera
from tests.gallery.index import write_index
from tests.gallery.journeys_apart import (
    fill_disk,
    guessing,
    second_factor,
    server_with_provider,
    server_with_second_factor,
    server_with_sign_in,
    server_without_cloud,
    signing_in,
    silent_cloud,
    silent_provider,
)
from tests.gallery.lighthouse import Lighthouse

FOLDER = ROOT / "var" / "gallery"
README_PICTURE = ROOT / ".github" / "screenshot.jpeg"
PATIENCE = 20_000
SPEED = "4"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("scenes", nargs="*", help="beginnings of the names of scenes; none: all")
    parser.add_argument("--screenshot", action="store_true", help="make the picture of the README alone")
    parser.add_argument("--lighthouse", action="store_true", help="have Lighthouse judge the scenes instead")
    options = parser.parse_args(arguments)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        if options.screenshot:
            take_readme_picture(browser)
        elif options.lighthouse:
            judge_all(browser, tuple(options.scenes))
        else:
            take_all(browser, tuple(options.scenes))
        browser.close()


def take_all(browser: Browser, wanted: tuple[str, ...]) -> None:
    """Every journey, its server and its visitor; a journey that breaks off is reported and does not stop the others."""
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    camera = Camera(FOLDER)
    broken = visit_all(browser, camera, wanted)
    index = write_index(FOLDER, camera.scenes)
    sys.stdout.write(f"{len(camera.scenes)} scenes: {index}\n")
    if broken:
        sys.exit("Broken off:\n" + "\n".join(broken))


def judge_all(browser: Browser, wanted: tuple[str, ...]) -> None:
    """Every scene's address as Lighthouse judges it; ends with an error where a bar is missed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    lighthouse = Lighthouse()
    broken = visit_all(browser, lighthouse, wanted)
    missed = [audit for audit in lighthouse.audits if not audit.is_good]
    sys.stdout.write(f"{len(lighthouse.audits)} audits, {len(missed)} miss a bar\n")
    for audit in missed:
        sys.stdout.write(f"{audit}\n")
    if missed or broken:
        sys.exit("\n".join(["", *broken]))


def visit_all(browser: Browser, camera: Camera | Lighthouse, wanted: tuple[str, ...]) -> list[str]:
    """Have every scene taken, and return which journeys broke off."""
    broken: list[str] = []
    with running(temporary_server(CONSOLE_SIMULATOR_SPEED=SPEED)) as server:
        made = (journeys_after.make_orders(server), fill_disk(server))
        shown = (journeys, journeys_after, journeys_portal, journeys_request)
        for journey in (*(each for module in shown for each in module.JOURNEYS), *made):
            _travel(browser, server, journey, camera, wanted, broken)
    apart = (
        (server_without_cloud(), silent_cloud),
        (server_with_sign_in(), signing_in),
        (server_with_sign_in(), guessing),
        (server_with_second_factor(), second_factor),
        (server_with_provider(), silent_provider),
    )
    for other, journey in apart:
        with running(other) as server:
            _travel(browser, server, journey, camera, wanted, broken)
    return broken


def _travel(
    browser: Browser,
    server: ConsoleServer,
    journey: journeys.Journey,
    camera: Camera | Lighthouse,
    wanted: tuple[str, ...],
    broken: list[str],
) -> None:
    with new_visitor(browser, server) as visitor:
        try:
            for scene in journey(visitor):
                if not wanted or scene.startswith(wanted):
                    camera.take(visitor.page, scene)
        except Exception as error:
            broken.append(f"{journey.__name__}: {str(error)[:1000]}")
            visitor.page.screenshot(path=FOLDER / f"broken-{journey.__name__}.png", full_page=True)


def take_readme_picture(browser: Browser) -> None:
    """Basic Settings with a private image whose registry asks for a login."""
    with running(temporary_server()) as server, new_visitor(browser, server) as visitor:
        visitor.begin(image=PRIVATE_IMAGE, name="team-api").go_on().go_back()
        visitor.button("Check access").click()
        expect(visitor.main.get_by_text("asks for a login").first).to_be_visible()
        visitor.page.set_viewport_size({"width": 1280, "height": 860})
        visitor.page.evaluate("document.getElementById('containers').scrollIntoView(); scrollBy(0, -330)")
        visitor.page.mouse.move(0, 0)
        README_PICTURE.parent.mkdir(exist_ok=True)
        visitor.page.screenshot(path=README_PICTURE, type="jpeg", quality=80)
    sys.stdout.write(f"{README_PICTURE.relative_to(ROOT)}: {README_PICTURE.stat().st_size // 1000} kB\n")


@contextmanager
def running(server: ConsoleServer) -> Iterator[ConsoleServer]:
    """The server while the block lasts."""
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.data_dir, ignore_errors=True)


@contextmanager
def new_visitor(browser: Browser, server: ConsoleServer) -> Iterator[Visitor]:
    """Somebody who has never been here."""
    context = browser.new_context(base_url=server.url, viewport={"width": WIDTHS[-1], "height": HEIGHT})
    context.set_default_timeout(PATIENCE)
    yield Visitor(context.new_page())
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
