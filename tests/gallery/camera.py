"""Takes the pictures of a scene: three widths, light and dark, the whole page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Page

WIDTHS: Final = (390, 768, 1440)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
HEIGHT: Final = 900
HEIGHT_MAX: Final = 8000


@dataclass
class Camera:
    """Keeps the names of the scenes it has taken, in their order."""

    folder: Path
    scenes: list[str] = field(default_factory=list)

    def take(self, page: Page, scene: str) -> None:
        """Leaves the page in its widest form again."""
        page.mouse.move(0, 0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if not page.locator("dialog[open]").count():
                # A window as high as the page, so that what sticks to its foot is at the foot of the picture.
                page.set_viewport_size({"width": width, "height": _height(page)})
                page.evaluate("scrollTo(0, 0)")
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(path=self.folder / picture_name(scene, width, scheme))
        page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
        self.scenes.append(scene)


def _height(page: Page) -> int:
    height: int = page.evaluate("document.documentElement.scrollHeight")
    return min(height, HEIGHT_MAX)


def picture_name(scene: str, width: int, scheme: str) -> str:
    """The file name of one picture."""
    return f"{scene}-{width}-{scheme}.png"
