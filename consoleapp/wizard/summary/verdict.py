"""The verdict over a draft's images: the worst of what their registries have said heads the Confirm page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.web.formats import mebibytes
from consoleapp.wizard.access.images import Checked, checked_images
from consoleapp.wizard.access.messages import words_about
from consoleapp.wizard.shape import Data


@dataclass(frozen=True)
class Verdict:
    """`kind` is "bad" where an image was proved not to run, "warn" where one was not proved, else "ok"."""

    kind: str
    title: str
    text: str = ""

    @property
    def is_bad(self) -> bool:
        """Tell whether an order needs a tick of its own."""
        return self.kind == "bad"


def verdict_of(data: Data) -> Verdict:
    """Return the verdict over all images of the draft."""
    known = checked_images(data)
    if failing := [item for item in known if item.is_failure]:
        return _bad(failing)
    if unproved := [item for item in known if not _is_proved(item)]:
        count = len(unproved)
        title = ngettext("%(count)d image was not proved.", "%(count)d images were not proved.", count)
        if not any(item.is_worth_asking for item in unproved):
            title = ngettext(
                "%(count)d image could not be proved from here.",
                "%(count)d images could not be proved from here.",
                count,
            )
        text = _("Whether it can be pulled would show only once the group is billed.")
        return Verdict("warn", title % {"count": count}, text)
    return Verdict("ok", _("Everything was proved."), _weight(known))


def _weight(known: Iterable[Checked]) -> str:
    """Tell how much is pulled."""
    sizes = {item.need.text: item.answer.result.image.total_size_bytes for item in known if item.answer}
    total = sum(size or 0 for size in sizes.values())
    told = _("Every image can be pulled")
    return f"{told}: {mebibytes(total)}." if total else f"{told}."


def _is_proved(item: Checked) -> bool:
    return item.answer is not None and item.answer.is_current and item.answer.result.can_be_pulled


def _bad(failing: list[Checked]) -> Verdict:
    names = ", ".join(dict.fromkeys(item.need.container_name or item.need.text for item in failing[:3]))
    words = words_about(failing[0])
    count = len({item.need.text for item in failing})
    if count == 1 and words:
        return Verdict("bad", _("%(names)s cannot be pulled: %(why)s") % {"names": names, "why": words.title})
    more = " …" if len(failing) > 3 else ""
    title = ngettext("%(names)s cannot be pulled.", "%(count)d images cannot be pulled: %(names)s.", count)
    return Verdict("bad", title % {"names": names + more, "count": count})
