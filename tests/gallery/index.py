"""The gallery's table of contents: one row a scene, its six pictures side by side; plain HTML without script."""

import html
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.gallery.camera import SCHEMES, WIDTHS, picture_name

STYLE = Path(__file__).with_name("gallery.css")


def write_index(folder: Path, scenes: Sequence[str]) -> Path:
    """The page, beside the pictures that it links to."""
    shutil.copy(STYLE, folder / STYLE.name)
    rows = "\n".join(_row(scene) for scene in scenes)
    index = folder / "index.html"
    index.write_text(
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>Gallery</title>\n<link rel="stylesheet" href="{STYLE.name}">\n'
        f"<h1>Gallery <small>{len(scenes)} scenes</small></h1>\n{rows}\n</html>\n"
    )
    return index


def _row(scene: str) -> str:
    name = html.escape(scene)
    pictures = "".join(
        f'<a href="{picture_name(name, width, scheme)}"><img src="{picture_name(name, width, scheme)}" loading="lazy"'
        f' alt="{name}, {width} px, {scheme}"><small>{width} {scheme}</small></a>'
        for scheme in SCHEMES
        for width in WIDTHS
    )
    return f'<section id="{name}"><h2><a href="#{name}">{name}</a></h2><div>{pictures}</div></section>'
