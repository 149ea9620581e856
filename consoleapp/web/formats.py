"""How moments, money, sizes and digests are written; templates use them as filters and tags."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.image import ImageReferenceError, parse_image_reference

# So many names stand in a sentence.
NAMES_SHOWN = 3
# What a state means for whoever looks at the list. Source of the states: the vendor's page on the life cycle.
STATUS_KINDS = {
    "Scheduling": "info",
    "Pending": "info",
    "Running": "ok",
    "Succeeded": "",
    "Failed": "bad",
    "ScheduleFailed": "bad",
    "Restarting": "info",
    "Updating": "info",
    "Terminating": "warn",
    "Expired": "warn",
}


def amount(number: Decimal | float | int | str | None) -> str:
    """Write a number without needless zeros or an exponent: 2, 0.25, 16."""
    if number is None or number == "":
        return ""
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size(cpu: Decimal | str | None, memory_gib: Decimal | str | None) -> str:
    """Write both sizes ("2 vCPU · 4 GiB"); what is not set is left out."""
    parts = ((amount(cpu), "vCPU"), (amount(memory_gib), "GiB"))
    return " · ".join(f"{number} {unit}" for number, unit in parts if number)


def mebibytes(size_bytes: int | None) -> str:
    """Write an image's size for people: "10 KiB", "0.7 MiB", "43 MiB", "1.2 GiB"; nothing when it is not known."""
    if not size_bytes:
        return ""
    mib = size_bytes / 2**20
    if mib < 0.1:
        return f"{size_bytes / 2**10:.0f} KiB"
    if mib >= 1024:
        return f"{mib / 1024:.1f} GiB"
    return f"{mib:.0f} MiB" if mib >= 10 else f"{mib:.1f} MiB"


def money(value: Decimal | str | None, currency: str = "CNY", digits: int = 4) -> str:
    """Write a sum behind the code of its currency, rounded half up; nothing when there is none. The sign would not do:
    that of CNY is that of JPY as well."""
    text = figure(value, digits)
    return f"{currency}\N{NO-BREAK SPACE}{text}".strip() if text else ""


def figure(value: Decimal | str | None, digits: int = 4) -> str:
    """Write a sum without its currency, for where that stands beside it once for many; nothing when there is none."""
    if value is None or value == "":
        return ""
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"


def short_digest(digest: str | None) -> str:
    """Return enough of a digest to compare by eye ("sha256:9f2c5e01…41aa")."""
    algorithm, colon, value = (digest or "").partition(":")
    return f"{algorithm}:{value[:8]}…{value[-4:]}" if colon and len(value) > 16 else digest or ""


def listed(names: Sequence[str]) -> str:
    """Return the names as a sentence has them: "a", "a and b", "a, b, c and 4 more"."""
    if len(names) > NAMES_SHOWN:
        more = _("%(count)d more") % {"count": len(names) - NAMES_SHOWN}
        names = (*names[:NAMES_SHOWN], more)
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def first_few(names: Sequence[str], most: int = NAMES_SHOWN, between: str = ", ") -> str:
    """Return the first names, and that there are more: "a", "a, b", "a, b, c …"."""
    return between.join(names[:most]) + (" …" if len(names) > most else "")


def at_most(text: object, limit: int) -> str:
    """Cut a longer text with an ellipsis; Django's truncatechars costs twenty times as much a call."""
    whole = str(text)
    return whole if len(whole) <= limit else f"{whole[: limit - 1]}…"


def readable(text: str, limit: int) -> str:
    """Return what somebody has typed without what cannot be printed, its lines kept, cut where it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter.isprintable() or letter == "\n").strip()[:limit]


def short_image(image: str) -> str:
    """Write an image reference without its registry host and with a short digest, for lists that are narrow."""
    try:
        reference = parse_image_reference(image)
    except ImageReferenceError:
        return image
    return str(replace(reference, host=None, digest=short_digest(reference.digest) or None))


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Tell how long ago, in a `<time>` with the exact moment; console.js gives that in the reader's time zone."""
    if moment is None:
        return ""
    text = _distance(moment, now or timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', _stamp(moment), _exact(moment), text)


def elapsed(begin: datetime | None, end: datetime | None) -> str:
    """Return how long it took: "4 s", "32 min", "5 h"; "" where that is not known."""
    if begin is None or end is None:
        return ""
    seconds = max(0, int((end - begin).total_seconds()))
    if seconds < 90:
        return _("%(count)d s") % {"count": seconds}
    if seconds < 90 * 60:
        return _("%(count)d min") % {"count": seconds // 60}
    return _("%(count)d h") % {"count": seconds // 3600}


def seconds_between(begin: datetime | None, end: datetime | None) -> int | None:
    """Return whole seconds that may be counted on while `elapsed` writes seconds; None for what takes longer."""
    seconds = max(0, int((end - begin).total_seconds())) if begin and end else 90
    return seconds if seconds < 90 else None


def clock(moment: datetime | None) -> str:
    """Write the time of day to the second, in a `<time>`; console.js puts the reader's own in its place."""
    if moment is None:
        return ""
    text = timezone.localtime(moment).strftime("%H:%M:%S")
    return format_html('<time datetime="{}" title="{}" data-clock>{}</time>', _stamp(moment), _exact(moment), text)


def _exact(moment: datetime) -> str:
    here = timezone.localtime(moment)
    return f"{formats.date_format(here, 'DATETIME_FORMAT')} {here.tzname()}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _distance(moment: datetime, now: datetime) -> str:
    passed = now - moment
    seconds = int(passed.total_seconds())
    if seconds < 45:
        return _("just now")
    if seconds < 3600:
        minutes = max(1, round(seconds / 60))
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    if passed < timedelta(days=1):
        hours = max(1, round(seconds / 3600))
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    if passed < timedelta(days=2):
        return _("yesterday")
    if passed < timedelta(days=30):
        return ngettext("%(count)d day ago", "%(count)d days ago", passed.days) % {"count": passed.days}
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")
