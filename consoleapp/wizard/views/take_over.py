"""*Take over*: one press fills in what the image says of itself: its ports, a volume for each directory of data, and a
readiness probe. Nothing that somebody has typed is changed, and *Undo* takes back what nobody has changed since.

What was taken is kept under the draft's page data, by the keys of the rows, until it is undone.
"""

import contextlib
import copy
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from consoleapp.domain.limits import ENVIRONMENT_VARS_MAX, PORTS_MAX, VOLUME_MOUNTS_MAX, VOLUMES_MAX
from consoleapp.domain.secret import sounds_secret
from consoleapp.gateways.proof import ImageFacts
from consoleapp.wizard.access.expectations import Reason, declared_ports, expectations_of, facts_about, port_of
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.forms import rows, volumes
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.services.draft_limits import TooMuch
from consoleapp.wizard.shape import (
    Data,
    Fields,
    containers_of,
    find_container,
    is_init,
    record_of,
    rows_of,
    volumes_of,
)
from consoleapp.wizard.views.access_check import PLACE
from consoleapp.wizard.views.submission import Action, Gone, Submission, container_of

TAKEN: Final = "taken_over"
VOLUME_KIND: Final = "EmptyDirVolume"
PROBE: Final = "readiness_probe"
NAMED_MAX: Final = 3


@dataclass(frozen=True)
class Offer:
    """What an image says that the container does not have yet. `probe` is a port, 0 for none."""

    ports: tuple[tuple[int, str], ...] = ()
    paths: tuple[str, ...] = ()
    probe: int = 0

    def __bool__(self) -> bool:
        return bool(self.ports or self.paths or self.probe)

    def __str__(self) -> str:
        """Return it in a few words, such as "port 80/TCP, volume for /data, readiness probe on 80"."""
        ports = [_("port %s") % f"{number}/{protocol}" for number, protocol in self.ports]
        paths = [_("volume for %s") % path for path in self.paths]
        probe = [_("readiness probe on %d") % self.probe] if self.probe else []
        return ", ".join((*_cut(ports), *_cut(paths), *probe))


def _cut(names: list[str]) -> list[str]:
    more = len(names) - NAMED_MAX
    return [*names[:NAMED_MAX], *([_("%d more") % more] if more > 0 else [])]


def offer_of(data: Data, container: Fields, facts: ImageFacts) -> Offer:
    """Return what *Take over* would fill in; pure."""
    exposed = [port for port in map(port_of, facts.exposed_ports) if port is not None]
    ports = [port for port in dict.fromkeys(exposed) if port not in declared_ports(container)]
    ports = ports[: max(0, PORTS_MAX - len(container.get("ports", [])))]
    mounts = container.get("volume_mounts", [])
    mounted = {_plain(raw.word(row, "mount_path")) for row in mounts}
    paths = [path for path in dict.fromkeys(map(_plain, facts.volumes)) if path and path not in mounted]
    room = min(VOLUMES_MAX - len(volumes_of(data)), VOLUME_MOUNTS_MAX - len(mounts))
    first_tcp = next((number for number, protocol in exposed if protocol == "TCP"), 0)
    is_probed = is_init(data, container["_key"]) or bool(raw.word(record_of(container, PROBE), "kind"))
    return Offer(tuple(ports), tuple(paths[: max(0, room)]), 0 if is_probed else first_tcp)


def _plain(path: str) -> str:
    """Return the path without a slash at its end: "" for the root, over which nothing is mounted."""
    return path.rstrip("/")


def taken_by(data: Data, container: Fields) -> Offer | None:
    """Return what was taken over for the container and the image that it has now; None for nothing."""
    kept = data["page"].get(TAKEN, {}).get(container["_key"])
    if not kept or kept["image"] != image_text(container):
        return None
    ports = tuple((int(row["port"]), str(row["protocol"])) for row in kept["ports"].values())
    paths = tuple(str(mount["mount_path"]) for mount in kept["mounts"].values())
    return Offer(ports, paths, int(kept["probe"] or 0))


def take(data: Data, key: str) -> bool:
    """Fill in what the image of the container with this key says; tell whether anything was."""
    container = find_container(data, key)
    facts = facts_about(data, container) if container is not None else None
    offer = offer_of(data, container, facts) if container is not None and facts is not None else None
    if not container or not offer:
        return False
    kept: dict[str, Any] = {"image": image_text(container), "ports": {}, "mounts": {}, "volumes": {}, "probe": ""}
    for number, protocol in offer.ports:
        row = rows.add_row(data, container, "ports")
        kept["ports"][row["_key"]] = told = {"port": str(number), "protocol": protocol}
        row.update(told)
    for path in offer.paths:
        volume = volumes.add_volume(data, VOLUME_KIND)
        kept["volumes"][volume["_key"]] = {"name": volume["name"]}
        row = rows.add_row(data, container, "volume_mounts")
        kept["mounts"][row["_key"]] = told = {"name": volume["name"], "mount_path": path}
        row.update(told)
    if offer.probe:
        kept["probe"] = str(offer.probe)
        probe = container.setdefault(PROBE, {})
        probe["kind"] = "tcp"
        probe.setdefault("tcp_socket", {})["port"] = kept["probe"]
    data["page"].setdefault(TAKEN, {})[key] = kept
    return True


def take_late(draft: Draft, key: str) -> None:
    """Take over for a draft whose registries were asked just now, and store it."""
    data = copy.deepcopy(draft.typed)
    if take(data, key):
        with contextlib.suppress(drafts.StaleDraft, TooMuch):
            # Another tab has saved meanwhile, or there is no room: the button stays.
            drafts.save_draft(draft, data, expected_version=draft.version)


def take_back(data: Data, key: str) -> None:
    """Take out what was taken over, as far as nobody has changed it since."""
    container = find_container(data, key)
    kept = data["page"].get(TAKEN, {}).pop(key, None)
    if container is None or kept is None:
        return
    for name in ("ports", "mounts"):
        listed = rows_of(container, "volume_mounts" if name == "mounts" else name)
        listed[:] = [row for row in listed if not _is_as_taken(row, kept[name].get(row["_key"]))]
    mounted = {raw.word(row, "name") for card in containers_of(data) for row in card.get("volume_mounts", [])}
    group = rows_of(data["spec"], "volumes")
    group[:] = [
        row
        for row in group
        if raw.word(row, "name") in mounted or not _is_as_taken(row, kept["volumes"].get(row["_key"]))
    ]
    probe = record_of(container, PROBE)
    if kept["probe"] and _is_probe_as_taken(probe, kept["probe"]):
        container.pop(PROBE, None)


def _is_as_taken(row: Fields, told: Fields | None) -> bool:
    """Tell whether the row says what was taken over, and nothing was added to it."""
    if told is None:
        return False
    is_same = all(raw.word(row, name) == value for name, value in told.items())
    return is_same and not any(value for name, value in row.items() if name not in told and name[0] != "_")


def _is_probe_as_taken(probe: Fields, port: str) -> bool:
    times = (value for name, value in probe.items() if name not in ("kind", "tcp_socket", "http_get"))
    return (
        raw.word(probe, "kind") == "tcp" and raw.word(record_of(probe, "tcp_socket"), "port") == port and not any(times)
    )


# --- what the buttons do


def _take_over(change: Submission, key: str) -> None:
    """Take over at once where the image's configuration is known, else as soon as its registry was asked."""
    container = container_of(change, key)
    change.open, change.at = key, f"{PLACE}{key}"
    if facts_about(change.data, container) is None:
        change.checks.append(key)
        change.takes = key
    else:
        take(change.data, key)


def _undo(change: Submission, key: str) -> None:
    container_of(change, key)
    take_back(change.data, key)
    change.open, change.at = key, f"{PLACE}{key}"


def _never_restart(change: Submission, key: str) -> None:
    """Have what ends by itself run once."""
    container_of(change, key)
    change.data["spec"]["restart_policy"] = "Never"
    change.open, change.at = key, f"{PLACE}{key}"


def _allow_root(change: Submission, key: str) -> None:
    record_of(container_of(change, key), "security_context").pop("run_as_non_root", None)
    change.open, change.at = key, f"{PLACE}{key}"


def _add_variable(change: Submission, key: str, name: str) -> None:
    """Add the variable that the image wants; its value is still to be typed."""
    container = container_of(change, key)
    expected = (each for each in expectations_of(change.data) if each.reason is Reason.WANTS_VARIABLE)
    wanted = [each.what for each in expected if key in each.keys]
    if name not in wanted or len(container.get(rows.VARIABLES, [])) >= ENVIRONMENT_VARS_MAX:
        raise Gone
    row = rows.add_row(change.data, container, rows.VARIABLES)
    row |= {"key": name, "value": "", "source": "value", "value_secret": sounds_secret(name)}
    change.open, change.at = key, f"{key}-{row['_key']}-value"


ACTIONS: dict[str, Action] = {
    "take-over": _take_over,
    "take-back": _undo,
    "never-restart": _never_restart,
    "allow-root": _allow_root,
    "variable-add": _add_variable,
}
