"""A look-alike of Docker Hub's public catalogue: repositories of a namespace and their tags, in JSON, without log-in.

Source of the shape: https://docs.docker.com/reference/api/hub/latest/ and the answers of hub.docker.com.
Only lists are here; pulling from docker.io is decided in pulls.py.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.images import Repository, Tag

ADDRESS: Final = "https://hub.docker.com"
PREFIX: Final = "/v2/repositories/"
DEFAULT_SIZE: Final = 10
MOST: Final = 100


def answer(catalog: Catalog, path: str, query: str) -> tuple[int, dict[str, Any]]:
    """Return HTTP status and JSON body for a GET under /v2/repositories/; `query` is the raw query string."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    segments = path.removeprefix(PREFIX).strip("/").split("/")
    if len(segments) == 1:
        found = [item for item in _public(catalog) if item.namespace == segments[0]]
        return _repositories(found, path, asked) if found else _not_found()
    repository = next((item for item in _public(catalog) if item.path == "/".join(segments[:2])), None)
    if repository is None or segments[2:] not in ([], ["tags"]):
        return _not_found()
    return _tags(repository, path, asked) if segments[2:] else (200, _repository(repository))


def _public(catalog: Catalog) -> Sequence[Repository]:
    """Return what anonymous visitors see: the official images first, the most pulled before the others."""
    official = catalog.docker_official
    others = catalog.hosts["docker.io"].repositories.values()
    return [*official, *(item for item in others if not item.is_private and item.namespace != "library")]


def _repositories(found: Sequence[Repository], path: str, asked: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    name = asked.get("name", "").lower()
    return _paged([item for item in found if name in item.name], path, asked, _repository)


def _tags(repository: Repository, path: str, asked: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    name = asked.get("name", "").lower()
    return _paged([tag for tag in repository.tags if name in tag.name.lower()], path, asked, _tag)


def _paged(rows: Sequence[Any], path: str, asked: Mapping[str, str], form: Any) -> tuple[int, dict[str, Any]]:
    number, size = _whole(asked.get("page", ""), 1), min(_whole(asked.get("page_size", ""), DEFAULT_SIZE), MOST)
    start = (number - 1) * size
    if number > 1 and start >= len(rows):
        return 404, {"message": "Not found: no such page", "errinfo": {}}
    body = {
        "count": len(rows),
        "next": _link(path, asked, number + 1) if start + size < len(rows) else None,
        "previous": _link(path, asked, number - 1) if number > 1 else None,
        "results": [form(row) for row in rows[start : start + size]],
    }
    return 200, body


def _link(path: str, asked: Mapping[str, str], number: int) -> str:
    return f"{ADDRESS}{path}?{urlencode({**asked, 'page': number})}"


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0 else default


def _repository(repository: Repository) -> dict[str, Any]:
    return {
        "name": repository.name,
        "namespace": repository.namespace,
        "repository_type": "image",
        "status": 1,
        "status_description": "active",
        "description": repository.summary,
        "is_private": False,
        "star_count": repository.star_count,
        "pull_count": repository.pull_count,
        "last_updated": _moment(repository.updated),
        "date_registered": "2014-06-06T00:00:00Z",
        "media_types": ["application/vnd.oci.image.index.v1+json"],
        "content_types": ["image"],
    }


def _tag(tag: Tag) -> dict[str, Any]:
    return {
        "id": int(tag.digest[7:15], 16),
        "name": tag.name,
        "full_size": tag.size_bytes,
        "last_updated": _moment(tag.created),
        "tag_last_pushed": _moment(tag.created),
        "tag_status": "active",
        "content_type": "image",
        "v2": True,
        "digest": tag.digest,
        "images": [_image(tag, platform) for platform in tag.platforms],
    }


def _image(tag: Tag, platform: str) -> dict[str, Any]:
    architecture, _, variant = platform.partition("/")
    return {
        "architecture": architecture,
        "variant": variant or None,
        "os": "linux",
        "size": tag.size_bytes,
        "digest": tag.digest_of(platform),
        "status": "active",
        "last_pushed": _moment(tag.created),
    }


def _not_found() -> tuple[int, dict[str, Any]]:
    return 404, {"message": "object not found", "errinfo": {}}


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
