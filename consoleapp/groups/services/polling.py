"""Polling: how often the page of a group asks again: soon after a change, less and less often while nothing changes.

What a page has seen travels with its next question, so that no server has to remember it.
"""

from dataclasses import dataclass
from typing import Final

from consoleapp.groups.services.detail import Detail
from consoleapp.web.polling import mark_of

# Seconds until the first, second, … poll after a change; the last wait repeats.
WAITS: Final = (2, 2, 3, 5, 8, 15)


@dataclass(frozen=True)
class Poll:
    """What a poll has shown, as a mark, and how many polls before it in a row have shown the same."""

    mark: str
    quiet: int = 0

    @property
    def seconds(self) -> int:
        """Return the seconds until the next poll."""
        return WAITS[min(self.quiet, len(WAITS) - 1)]

    def then(self, mark: str) -> "Poll":
        """Return the poll after this one, which shows what has this mark."""
        return Poll(mark, min(self.quiet + 1, len(WAITS) - 1) if mark == self.mark else 0)


def mark_of_group(detail: Detail) -> str:
    """Return a mark that changes as soon as the cloud tells anything else of the group, or the trouble is another."""
    trouble = detail.trouble and (detail.trouble.kind, detail.trouble.code)
    return mark_of(detail.group, trouble, detail.order.delete_requested_at)
