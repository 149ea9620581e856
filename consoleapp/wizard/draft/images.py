"""The image of a container as it was typed: its address, and a pin of it to a digest, whose tag is kept beside it in
words."""

from consoleapp.domain.image import ImageReference, ImageReferenceError, join_image, parse_image_reference
from consoleapp.wizard.draft import raw
from consoleapp.wizard.shape import Fields

# The container's raw field that holds the pin as one address with tag and digest.
PINNED = "image_pinned"


def image_text(fields: Fields) -> str:
    """Return the image address as it will be sent: the Image field and its version; "" when no image is given."""
    return join_image(raw.word(fields, "image"), raw.word(fields, "image_version"))


def reference_of(fields: Fields) -> ImageReference | None:
    """Return the image of a container's fields as an address, version included; None for what is none."""
    try:
        return parse_image_reference(image_text(fields))
    except ImageReferenceError:
        return None


def pinned_tag(fields: Fields) -> str:
    """Return the tag that the container's digest was taken from; "" where there is no digest or nobody knows a tag."""
    reference = reference_of(fields)
    if reference is None or reference.digest is None:
        return ""
    if reference.tag is not None:
        return reference.tag
    try:
        pin = parse_image_reference(raw.word(fields, PINNED))
    except ImageReferenceError:
        return ""
    same = (pin.host, pin.repository, pin.digest) == (reference.host, reference.repository, reference.digest)
    return pin.tag or "" if same else ""


def tag_address(fields: Fields) -> str:
    """Return the address of the tag that the container is pinned from; "" where it is not pinned."""
    reference, tag = reference_of(fields), pinned_tag(fields)
    if reference is None or not tag:
        return ""
    return str(ImageReference(reference.host, reference.repository, tag))


def pin(fields: Fields, digest: str, tag: str = "") -> None:
    """Put the digest in the place of the version; the tag is the version so far unless told."""
    reference = reference_of(fields)
    if reference is None:
        return
    kept = tag or pinned_tag(fields) or reference.tag or "latest"
    fields["image_version"] = digest
    fields[PINNED] = str(ImageReference(reference.host, reference.repository, kept, digest))


def unpin(fields: Fields) -> None:
    """Put the tag back in the place of the digest."""
    tag = pinned_tag(fields)
    if tag:
        fields["image_version"] = tag
        fields.pop(PINNED, None)
