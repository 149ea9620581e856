"""What happened to a group, told forwards: one sentence for each thing, equal ones merged. Pure functions.

The cloud's own words stay with each sentence. Reasons and texts are the kubelet's, see diagnosis.py.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.gateways.ports.container_groups import ContainerStatus, Event
from consoleapp.groups.services import words
from consoleapp.groups.services.detail import DELETED, Detail, activity_of, press_of
from consoleapp.groups.services.phases import image_bytes
from consoleapp.orders.summary import duration
from consoleapp.web.formats import at_most, mebibytes, short_image

_IMAGE: Final = re.compile(r'[Ii]mage "([^"]{1,512})"')
_TOOK: Final = re.compile(r" in ([0-9.]{1,12})(ms|s)\b")
_CONTAINER: Final = re.compile(r"[Cc]ontainer:? ([a-z0-9.-]{1,63})")
# Told by the sentence about the same image or container already.
_SILENT: Final = frozenset({"Created", "ImageCacheNotFound"})
_PULL_ERRORS: Final = re.compile(r"Error: (?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)")
TEXT_MAX: Final = 300


@dataclass(frozen=True)
class Line:
    """One sentence; `until` and `count` where the same has happened again. `key` is what makes lines the same."""

    moment: datetime
    text: str
    key: str
    kind: str = ""
    until: datetime | None = None
    count: int = 1
    request_id: str = ""

    @property
    def is_repeated(self) -> bool:
        return self.count > 1 and self.until is not None and self.until > self.moment


def story_of(detail: Detail) -> list[Line]:
    """Return everything that happened, oldest first, the order on top."""
    group = detail.seen
    lines = [line for line in map(_Teller(detail).line_of, group.events if group else ()) if line is not None]
    if group is not None:
        lines += [line for each, _is_init in detail.containers if (line := _end_of(each)) is not None]
    lines += [
        Line(
            entry.at, _("You had it deleted.") if entry.action == DELETED else _("You had it restarted."), str(entry.at)
        )
        for entry in reversed(activity_of(detail.order))
    ]
    # The cloud tells whole seconds: what it did in the second of a press came after the press.
    lines = sorted(_merged(lines), key=lambda line: (line.moment.replace(microsecond=0), line.key.startswith("at ")))
    press = press_of(detail.order)
    if press is not None:
        said = _("You ordered it. The cloud took it in %s.") % duration(press.seconds)
        if press.count > 1:
            said += " " + _("It was sent %d times.") % press.count
        lines.insert(0, Line(press.started_at, said, "ordered", request_id=press.request_id))
    return lines


def raw_events(detail: Detail) -> list[Event]:
    """Return the cloud's events in its own words, oldest first."""
    return sorted(detail.seen.events if detail.seen else (), key=lambda event: event.last_timestamp)


def _merged(lines: Iterable[Line]) -> list[Line]:
    """Return the lines, those with the same key as one that counts."""
    found: dict[str, Line] = {}
    for line in lines:
        known = found.get(line.key)
        if known is None:
            found[line.key] = line
            continue
        moments = (known.moment, known.until or known.moment, line.moment, line.until or line.moment)
        found[line.key] = replace(line, moment=min(moments), until=max(moments), count=known.count + line.count)
    return list(found.values())


class _Teller:
    """Puts events into sentences, knowing all of them."""

    def __init__(self, detail: Detail) -> None:
        self._detail = detail
        events = detail.seen.events if detail.seen else ()
        self._pulled = {_image(event) for event in events if event.reason == "Pulled"}
        self._fetched = {_image(event) for event in events if event.reason == "Pulled" and _TOOK.search(event.message)}
        self._failed = {_image(event) for event in events if _is_failed_pull(event)}

    def line_of(self, event: Event) -> Line | None:
        """Return the sentence; None for an event that another sentence has told."""
        reason, image, name = event.reason, _image(event), _container(event)
        if reason in _SILENT or _PULL_ERRORS.fullmatch(event.message):
            return None
        if reason == "Pulled" and image in self._fetched and not _TOOK.search(event.message):
            return None
        if reason in ("Pulling", "BackOff", "InspectFailed") and image and not _is_failed_pull(event):
            is_told = image in self._pulled or image in self._failed
            return None if is_told else _said(event, _("%s is being pulled.") % short_image(image), f"pull {image}")
        if _is_failed_pull(event):
            return _said(event, self._failure(event, image), f"failed {image}", "bad")
        text, key = self._text(event, image, name)
        kind = "ok" if reason in ("Started", "Pulled") else "bad" if _is_trouble(event) else ""
        return _said(event, text, key, kind)

    def _failure(self, event: Event, image: str) -> str:
        found = self._detail.diagnosis
        if found is not None and found.image == image and found.cause in words.PULL_CAUSES:
            cause = words.pull_cause_of(found)
            return _("%(image)s could not be pulled: %(cause)s.") % {"image": short_image(image), "cause": cause}
        return _("%s could not be pulled.") % short_image(image)

    def _text(self, event: Event, image: str, name: str) -> tuple[str, str]:
        zone = self._detail.seen.zone_id if self._detail.seen else ""
        match event.reason:
            case "UserInstanceTypeSpec":
                return (_("Placed in zone %s.") % zone if zone else _("A place was found."), "placed")
            case "ImageCacheMissed":
                return _("No image cache had its images."), "cache"
            case "SuccessfulHitImageCache":
                return _("An image cache had its images."), "cache"
            case "Pulled" if image:
                return _pulled(event, image), f"pulled {image} {'present' in event.message}"
            case "Started" if name:
                return _("%s started.") % name, f"started {name}"
            case "Killing" if name:
                return _("%s was stopped.") % name, f"killed {name}"
            case "BackOff":
                return _("A container that ended is started again after a pause."), "back off"
        said = at_most(event.message, TEXT_MAX)
        return f"{event.reason}: {said}" if said else event.reason, f"{event.reason} {event.message}"


def _said(event: Event, text: str, key: str, kind: str = "") -> Line:
    return Line(event.first_timestamp, text, f"at {key}", kind, event.last_timestamp, event.count)


def _pulled(event: Event, image: str) -> str:
    size, took = image_bytes(event.message), _TOOK.search(event.message)
    facts = {"image": short_image(image), "size": mebibytes(size)}
    if took is None:
        return _("%(image)s was there already.") % facts
    facts["time"] = duration(float(took[1]) / (1000 if took[2] == "ms" else 1)) if _is_number(took[1]) else took[1]
    return (_("%(image)s pulled, %(size)s in %(time)s.") if size else _("%(image)s pulled in %(time)s.")) % facts


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _end_of(container: ContainerStatus) -> Line | None:
    """Return that a container has ended for good; the events do not tell it."""
    state = container.state
    if state.state != "Terminated" or state.finish_time is None:
        return None
    facts = {"name": container.name, "code": state.exit_code or 0}
    kind = "bad" if state.exit_code else ""
    return Line(state.finish_time, _("%(name)s ended with code %(code)d.") % facts, f"at end of {container.name}", kind)


def _is_failed_pull(event: Event) -> bool:
    return event.reason in ("Failed", "InspectFailed", "ErrImageNeverPull") and bool(_image(event))


def _is_trouble(event: Event) -> bool:
    return event.reason == "BackOff" or (event.type == "Warning" and event.reason != "ImageCacheMissed")


def _image(event: Event) -> str:
    found = _IMAGE.search(event.message)
    return found[1] if found else ""


def _container(event: Event) -> str:
    found = _CONTAINER.search(event.message)
    return found[1] if found else ""
