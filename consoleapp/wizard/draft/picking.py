"""What choosing an image in the dialog does to a draft's data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from consoleapp.domain.image import parse_image_reference
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import pin
from consoleapp.wizard.draft.new import move_version
from consoleapp.wizard.shape import Data, Fields, new_key, rows_of, typed_rows


@dataclass(frozen=True)
class Pick:
    """A chosen image: its address without version, and its tag or digest.

    `instance` has the fields of an AcrRegistryInfo row when pulling from this host must name an Enterprise instance.
    `tag` is what a digest stands for, where it was chosen by a tag.
    """

    address: str
    version: str
    host: str
    instance: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""


def pick_of(address: str) -> Pick:
    """Return the pick of a whole address; raise ImageReferenceError."""
    fields: Fields = {"image": address}
    host = parse_image_reference(address).registry_host
    move_version(fields)
    return Pick(raw.word(fields, "image"), raw.word(fields, "image_version"), host)


def use_image(data: Data, container: Fields, pick: Pick) -> None:
    """Fill Image and Image version of the container, and prepare the AcrRegistryInfo row of the image's host."""
    container["image"] = pick.address
    container["image_version"] = pick.version
    if pick.tag and pick.tag != pick.version:
        pin(container, pick.version, pick.tag)
    if pick.instance:
        _prepare_acr_row(data, pick)


def _prepare_acr_row(data: Data, pick: Pick) -> None:
    for row in typed_rows(data, "acr_registry_infos"):
        if row.get("instance_id") == pick.instance["instance_id"]:
            # A custom domain is known for one of Container Registry only by being named here.
            domains = raw.entries(row, "domains")
            if pick.host not in domains:
                row["domains"] = "\n".join((*domains, pick.host))
            return
    rows = rows_of(data["spec"], "acr_registry_infos")
    rows.append({"_key": new_key(data, "a"), **pick.instance, "domains": pick.host})
