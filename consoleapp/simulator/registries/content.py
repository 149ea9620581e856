"""What a registry has: manifests by tag or digest, configurations, the list of tags. Layers it does not have.

Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md (pull, content discovery). Choosing
by Accept, and the manifest for amd64 to clients that know no index: https://github.com/distribution/distribution.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from consoleapp.simulator.images import Repository, Tag
from consoleapp.simulator.manifests import FAMILIES, OCI, Document
from consoleapp.simulator.registries.answers import Refused, Response, json_response

PAGE: Final = 100
MOST: Final = 1000
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_ANYTHING: Final = frozenset({"*/*", "application/*"})


def manifest(repository: Repository, reference: str, accept: str) -> Response:
    """Return the index or manifest that a tag leads to, or that has the digest, in a form that the client accepts."""
    if ":" in reference:
        found = repository.document(_digest(reference))
        if found is None or found.media_type == OCI.config:
            raise _manifest_unknown(reference)
        return _served(found)
    tag = repository.tag(reference)
    if tag is None:
        raise _manifest_unknown(reference)
    return _served(_accepted(tag, accept))


def blob(repository: Repository, digest: str) -> Response:
    """Return the configuration with the digest."""
    found = repository.document(_digest(digest))
    if found is None or found.media_type != OCI.config:
        raise Refused(404, "BLOB_UNKNOWN", "blob unknown to registry", detail={"digest": digest})
    return _served(Document("application/octet-stream", found.body))


def tag_list(repository: Repository, query: Mapping[str, Sequence[str]]) -> Response:
    """Return a page of the tags in the order of their names, with a Link to the next."""
    text = (query.get("n") or (str(PAGE),))[0]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", detail={"n": text})
    size, last = min(int(text), MOST), (query.get("last") or ("",))[0]
    names = sorted(tag.name for tag in repository.tags if tag.name > last)
    page = names[:size]
    headers: tuple[tuple[str, str], ...] = ()
    if page and len(names) > size:
        following = urlencode({"last": page[-1], "n": size})
        headers = (("Link", f'</v2/{repository.path}/tags/list?{following}>; rel="next"'),)
    return json_response({"name": repository.path, "tags": page}, headers)


def _accepted(tag: Tag, accept: str) -> Document:
    image, wanted = tag.image, {word.partition(";")[0].strip().lower() for word in accept.split(",")} - {""}
    families = (image.native, *(types for types in FAMILIES if types != image.native))
    if not wanted or wanted & _ANYTHING:
        return image.top(image.native)
    for types in families:
        if (types.index if len(image.platforms) > 1 else types.manifest) in wanted:
            return image.top(types)
    for types in families:
        if types.manifest in wanted and "amd64" in image.platforms:
            return image.manifest("amd64", types)
    raise Refused(404, "MANIFEST_UNKNOWN", "manifest found, but the accept header does not support its media type")


def _served(document: Document) -> Response:
    return Response(200, document.media_type, document.body, (("Docker-Content-Digest", document.digest),))


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise Refused(400, "DIGEST_INVALID", "invalid checksum digest format")
    return text


def _manifest_unknown(reference: str) -> Refused:
    return Refused(404, "MANIFEST_UNKNOWN", "manifest unknown", detail={"Tag": reference})
