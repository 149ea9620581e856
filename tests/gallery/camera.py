"""Takes the pictures of a scene: three widths, light and dark, the whole page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Page

WIDTHS: Final = (390, 768, 1440)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
HEIGHT: Final = 900


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
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(path=self.folder / picture_name(scene, width, scheme), full_page=True)
        self.scenes.append(scene)


def picture_name(scene: str, width: int, scheme: str) -> str:
    """The file name of one picture."""
    return f"{scene}-{width}-{scheme}.png"
