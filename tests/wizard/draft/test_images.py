"""consoleapp/wizard/draft/images.py: the digest is sent, the tag kept in words."""

from consoleapp.wizard.draft.images import image_text, pin, pinned_tag, tag_address, unpin
from consoleapp.wizard.shape import Fields

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64


def _pinned() -> Fields:
    fields: Fields = {"image": "registry.example.com/team/api", "image_version": "1.4.2"}
    pin(fields, DIGEST)
    return fields


def test_the_digest_is_sent_and_the_tag_is_known() -> None:
    fields = _pinned()
    assert image_text(fields) == f"registry.example.com/team/api@{DIGEST}"
    assert pinned_tag(fields) == "1.4.2"
    assert tag_address(fields) == "registry.example.com/team/api:1.4.2"


def test_an_image_without_a_version_is_pinned_from_latest() -> None:
    fields: Fields = {"image": "nginx"}
    pin(fields, DIGEST)
    assert pinned_tag(fields) == "latest"


def test_pinning_anew_keeps_the_tag() -> None:
    fields = _pinned()
    pin(fields, OTHER)
    assert (image_text(fields), pinned_tag(fields)) == (f"registry.example.com/team/api@{OTHER}", "1.4.2")


def test_another_image_or_digest_is_no_longer_the_pinned_one() -> None:
    for name, value in (("image", "registry.example.com/team/web"), ("image_version", OTHER), ("image_version", "2")):
        fields = _pinned()
        fields[name] = value
        assert (pinned_tag(fields), tag_address(fields)) == ("", "")


def test_a_pasted_address_with_tag_and_digest_knows_its_tag() -> None:
    assert pinned_tag({"image": "nginx", "image_version": f"1.27@{DIGEST}"}) == "1.27"


def test_unpinning_puts_the_tag_back() -> None:
    fields = _pinned()
    unpin(fields)
    assert image_text(fields) == "registry.example.com/team/api:1.4.2"


def test_what_is_no_address_is_left_alone() -> None:
    fields: Fields = {"image": "Not An Image", "image_version": "1"}
    pin(fields, DIGEST)
    assert fields == {"image": "Not An Image", "image_version": "1"}
