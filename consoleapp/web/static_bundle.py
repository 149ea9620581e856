"""The one style sheet a page loads: `css/console.css`, joined from the layer files below in this order.

A staticfiles finder, so that `collectstatic`, the development server and whitenoise all get the same file without a
build step; the manifest storage then hashes and compresses it like any other. The sources live in `static/css/`;
a feature's own file is added to `SOURCES`. Scripts are not joined: the wizard's is loaded by the wizard alone.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

BUNDLE = "css/console.css"
SOURCES = (
    *("tokens", "reset", "base", "layout", "forms", "components"),
    *("wizard", "image", "login", "groups", "home", "import", "confirm", "catalogue", "audit"),
    *("governance", "approvals", "credentials", "accounts", "portal", "sample_portal"),
)
# Libraries of the admin's forms, more than all the rest together; nothing is typed there.
LEFT_OUT = ("admin/js/vendor/*", "admin/js/admin/*", "admin/css/vendor/*")

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s*")


def joined(folder: Path) -> str:
    """Return the style sheet's text without comments and indentation; nothing else is touched."""
    text = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in SOURCES)
    return _INDENT.sub("\n", _COMMENT.sub("", text)).strip() + "\n"


class BundleFinder(BaseFinder):
    """Finds `css/console.css`, written anew into the data folder whenever a source file has changed."""

    def __init__(self, app_names: Iterable[str] | None = None) -> None:
        self.source = Path(settings.STATICFILES_DIRS[0]) / "css"
        self.location = Path(settings.DATA_DIR) / "bundle"

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the bundle's path on disk, or nothing if another file is asked for."""
        if path != BUNDLE:
            return []
        found = str(self._written())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield the bundle alone, for `collectstatic`."""
        self._written()
        yield BUNDLE, FileSystemStorage(location=self.location)

    def _written(self) -> Path:
        target = self.location / BUNDLE
        text = joined(self.source)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return target


class AppFinder(AppDirectoriesFinder):
    """Finds the files of the apps; `collectstatic`, which compresses each twice, leaves out what no page loads."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield all but those that are left out."""
        yield from super().list([*(ignore_patterns or ()), *LEFT_OUT])
