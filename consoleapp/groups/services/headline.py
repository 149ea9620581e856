"""The headline of a group's page: the truth about it in words that need no glossary, and the presses that help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.gateways.ports.container_groups import FINAL_STATUSES, ContainerGroup
from consoleapp.groups.services import words
from consoleapp.groups.services.detail import Detail
from consoleapp.groups.services.diagnosis import Cause, Diagnosis, Remedy
from consoleapp.groups.services.progress import ends_at_once, next_try, not_ready, started_last, wait_of
from consoleapp.web.formats import STATUS_KINDS, elapsed, listed, seconds_between, short_image

# Near versions that are offered beside the one on the button.
VERSIONS_SHOWN = 4


@dataclass(frozen=True)
class Button:
    """One press on a failing group: what changes in the new draft."""

    label: str
    remedy: Remedy
    container: str = ""
    version: str = ""


@dataclass(frozen=True)
class Headline:
    """What is going on. `title` changes only with the state; what ticks stands beside it.

    `since` is when that began which goes on, `clock` a moment of the day, `next_try_seconds` counts down, `facts` are
    said behind the title; `text` is the second line.
    """

    kind: str
    title: str
    text: str = ""
    since: datetime | None = None
    clock: datetime | None = None
    next_try_seconds: int | None = None
    facts: tuple[str, ...] = ()
    evidence: str = ""
    is_busy: bool = False
    buttons: tuple[Button, ...] = ()
    versions: tuple[Button, ...] = ()
    log_of: str = ""
    shows_cost: bool = True
    pays: bool = False

    @property
    def waited(self) -> str:
        """Return for how long it has been going on."""
        return elapsed(self.since, timezone.now())

    @property
    def waited_seconds(self) -> int | None:
        """Return the same as seconds that tick; None once nobody counts them."""
        return seconds_between(self.since, timezone.now())

    @property
    def next_try(self) -> str:
        """Return how long it is to the next try."""
        now = timezone.now()
        return "" if self.next_try_seconds is None else elapsed(now, now + timedelta(seconds=self.next_try_seconds))


def headline_of(detail: Detail, near: Sequence[str] = (), now: datetime | None = None) -> Headline:
    """Return the headline; `near` are versions that the registry has, of an image whose version it has not."""
    if detail.trouble is not None:
        return Headline("warn", _("State not known"), _("What was ordered is below."), shows_cost=False)
    if detail.group is None:
        return _gone(detail)
    if detail.order.delete_requested_at and detail.group.status not in FINAL_STATUSES:
        return Headline("", _("Being deleted"), _("Its containers are stopped."), is_busy=True)
    if detail.diagnosis is not None:
        return _failing(detail, detail.group, detail.diagnosis, near, now or timezone.now())
    return going_on(detail.group)


def _gone(detail: Detail) -> Headline:
    if not detail.order.delete_requested_at:
        text = _("Ended groups are known for about an hour. Its events and logs were not kept, what was ordered was.")
        return Headline("", _("No longer known to the cloud"), text)
    if detail.last_look is None:
        text = _("Its events and logs could not be kept. What was ordered stays here.")
    else:
        text = _("Its events and the end of its logs were kept as they were when it was deleted.")
    return Headline("", _("Deleted"), text, clock=detail.order.delete_requested_at)


def going_on(group: ContainerGroup) -> Headline:
    """Return what is said of a group that is there and with which nothing is wrong."""
    kind = STATUS_KINDS.get(group.status, "")
    if group.status == "Running" and group.containers:
        return _running(group)
    wait = wait_of(group) if group.status == "Pending" else None
    if wait is None:
        text = str(words.STATUS_SENTENCES.get(group.status, ""))
        title = str(words.STATUS_TITLES.get(group.status, group.status))
        return Headline(kind, title, text, is_busy=kind == "info", pays=group.status in words.BILLED)
    text = ngettext(
        "%(others)s starts when it has ended.", "%(others)s start when it has ended.", len(wait.waiting)
    ) % {"others": listed(wait.waiting)}
    title = _("Waiting for %s") % wait.init_container.name
    return Headline("info", title, text, wait.since, is_busy=True, log_of=wait.init_container.name, pays=True)


def _running(group: ContainerGroup) -> Headline:
    text = _("It is billed until it has ended or is deleted.")
    if names := not_ready(group):
        said = ngettext("%(names)s is not ready yet", "%(names)s are not ready yet", len(names))
        facts = (said % {"names": listed(names)},)
        return Headline("info", _("Running, not ready"), text, facts=facts, is_busy=True, log_of=names[0], pays=True)
    since = started_last(group)
    return Headline("ok", _("Running, ready") if since else _("Running and ready"), text, clock=since, pays=True)


def _failing(
    detail: Detail, group: ContainerGroup, diagnosis: Diagnosis, near: Sequence[str], now: datetime
) -> Headline:
    is_over = group.status in FINAL_STATUSES
    again = None if is_over else next_try(group, diagnosis)
    seconds = int((again - now) / timedelta(seconds=1)) if again and again > now else None
    return Headline(
        "bad",
        _title_of(group, diagnosis),
        _text_of(group, diagnosis),
        next_try_seconds=seconds,
        facts=_facts_of(diagnosis) if diagnosis.cause == Cause.KEEPS_ENDING else (),
        evidence=diagnosis.evidence,
        buttons=buttons_of(group, diagnosis, near),
        versions=tuple(_version(diagnosis, each) for each in near[1:VERSIONS_SHOWN]),
        log_of=diagnosis.container_name if diagnosis.cause in (Cause.KEEPS_ENDING, Cause.ENDED_BADLY) else "",
        pays=not is_over and group.status in words.BILLED,
    )


def _title_of(group: ContainerGroup, diagnosis: Diagnosis) -> str:
    if diagnosis.cause in words.PULL_CAUSES:
        return _("Pull fails: %s") % words.pull_cause_of(diagnosis)
    if diagnosis.cause != Cause.KEEPS_ENDING:
        return words.sentence_of(diagnosis).rstrip(".")
    is_alone = len(group.all_containers) == 1
    at_once = ends_at_once(group, diagnosis.container_name)
    if diagnosis.exit_code is None:
        said = _("Ends at once") if at_once else _("Keeps ending")
    else:
        said = (_("Ends at once with code %d") if at_once else _("Keeps ending with code %d")) % diagnosis.exit_code
    return said if is_alone else f"{diagnosis.container_name}: {said}"


def _facts_of(diagnosis: Diagnosis) -> tuple[str, ...]:
    if not diagnosis.failures:
        return ()
    count = {"count": diagnosis.failures}
    if diagnosis.cause == Cause.KEEPS_ENDING:
        return (ngettext("started again %(count)d time", "started again %(count)d times", diagnosis.failures) % count,)
    return (ngettext("%(count)d attempt failed", "%(count)d attempts failed", diagnosis.failures) % count,)


def _text_of(group: ContainerGroup, diagnosis: Diagnosis) -> str:
    if diagnosis.cause in words.PULL_CAUSES:
        where = {"container": diagnosis.container_name, "image": short_image(diagnosis.image)}
        return ", ".join((_("%(container)s: %(image)s") % where, *_facts_of(diagnosis)))
    if diagnosis.cause == Cause.KEEPS_ENDING and diagnosis.exit_code == 0:
        return _("Its work is done each time; the restart policy %s starts it again.") % (
            group.restart_policy or "Always"
        )
    return str(words.STATUS_SENTENCES.get(group.status, "")) if group.status in FINAL_STATUSES else ""


def buttons_of(group: ContainerGroup, diagnosis: Diagnosis, near: Sequence[str] = ()) -> tuple[Button, ...]:
    """Return the two presses that help best, the best first."""
    remedies = [remedy for remedy in (diagnosis.remedy, diagnosis.second_remedy) if remedy]
    buttons = [Button(str(words.REMEDY_LABELS[each]), each, diagnosis.container_name) for each in remedies]
    if near:
        buttons.insert(0, _version(diagnosis, near[0], str(words.REMEDY_LABELS[Remedy.VERSION])))
    is_work_done = diagnosis.cause == Cause.KEEPS_ENDING and diagnosis.exit_code == 0
    if is_work_done and group.restart_policy in ("", "Always"):
        label = str(words.REMEDY_LABELS[Remedy.RUN_ONCE])
        buttons.insert(0, Button(label, Remedy.RUN_ONCE, diagnosis.container_name))
    return tuple(buttons[:2])


def _version(diagnosis: Diagnosis, version: str, label: str = "%(version)s") -> Button:
    return Button(label % {"version": version}, Remedy.VERSION, diagnosis.container_name, version)
