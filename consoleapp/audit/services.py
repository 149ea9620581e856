"""Adding rows to the audit trail, finding those about one object, and verifying its chain.

What a chain alone cannot prove: that no rows were cut off its end together with the head, and that it was not made anew
from some row on. For that it is compared with an anchor that was written down where nobody who changes rows can write.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import QuerySet

from consoleapp.audit.models import AuditHead, AuditRow
from consoleapp.audit.triggers import FIRST_HASH
from consoleapp.web import logs

logger = logging.getLogger(__name__)

SECOND_RECIPE: Final = 2
# The ways in which something is done: in a request, or by the worker and the commands of an operator.
PAGE: Final = "page"
WORKER: Final = "worker"
# The team that the request at hand is about, by its number; None in somebody's own space.
acting_for: ContextVar[int | None] = ContextVar("acting_for", default=None)


COLUMNS: Final = tuple(field.attname for field in AuditRow._meta.concrete_fields)


@dataclass(frozen=True)
class Anchor:
    """How many rows there are and the hash of the newest, to be written down elsewhere; `time` is ISO 8601 in UTC."""

    count: int
    hash: str
    time: str = ""

    def as_json(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Broken:
    """The first row at which the chain does not hold; `row_id` is None where rows are missing at its end."""

    row_id: int | None
    reason: str


def row_hash(row: AuditRow) -> str:
    """Return the SHA-256 (hex) over everything the row says and its predecessor's hash.

    Rows of before team and way were kept have neither, and are hashed as they were.
    """
    said = [
        row.previous_hash,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.actor_id,
        row.actor_name,
        row.action,
        row.object_id,
        row.request_id,
        row.payload,
    ]
    if row.via is not None:
        said += [SECOND_RECIPE, row.team_id, row.via]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    actor: AbstractBaseUser | AnonymousUser | None,
    action: str,
    object_id: object = "",
    payload: Mapping[str, Any] | None = None,
    *,
    team_id: int | None = None,
) -> AuditRow:
    """Add a row at the chain's end and return it.

    It is the given team's; without one that of whom the request acts for, see `acting_for`.
    Call it inside the transaction that makes the change: both are stored, or neither. The payload must hold no secret.
    """
    request_id = logs.request_id.get().strip("-")
    name = actor.get_username() if isinstance(actor, AbstractBaseUser) else "visitor"
    with transaction.atomic(savepoint=False):
        head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1, defaults={"hash": FIRST_HASH})
        row = AuditRow(
            at=datetime.now(UTC),
            actor_id=getattr(actor, "pk", None),
            actor_name=name,
            action=action,
            object_id=str(object_id),
            request_id=request_id,
            team_id=team_id if team_id is not None else acting_for.get(),
            via=PAGE if request_id else WORKER,
            payload=dict(payload or {}),
            previous_hash=head.hash,
        )
        row.hash = row_hash(row)
        row.save(force_insert=True)
        head.hash, head.count = row.hash, head.count + 1
        head.save(update_fields=["hash", "count"])
    return row


def rows_about(object_id: str, actions: Collection[str]) -> QuerySet[AuditRow]:
    """Return the rows of these actions on one object, newest first."""
    return AuditRow.objects.filter(object_id=object_id, action__in=actions)


def rows_about_any(object_ids: Collection[str], actions: Collection[str]) -> QuerySet[AuditRow]:
    """Return the rows of these actions on any of the objects, newest first."""
    return AuditRow.objects.filter(object_id__in=object_ids, action__in=actions)


def rows_for(user: AbstractBaseUser, team_id: int | None) -> QuerySet[AuditRow]:
    """Return the team's rows, newest first; without a team those of the user's own space."""
    if team_id is not None:
        return AuditRow.objects.filter(team_id=team_id)
    return AuditRow.objects.filter(actor_id=user.pk, team_id=None)


def as_records(rows: QuerySet[AuditRow]) -> Iterator[dict[str, Any]]:
    """Return each row as plain values under the names of its columns, with what proves its place in the chain."""
    for row in rows.iterator(chunk_size=2000):
        yield {name: getattr(row, name) for name in COLUMNS} | {"at": row.at.astimezone(UTC).isoformat()}


def anchor() -> Anchor:
    """Return the chain's end, as the head names it now."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(hash=FIRST_HASH, count=0)
    return Anchor(head.count, head.hash, datetime.now(UTC).isoformat(timespec="seconds"))


_anchor_logged_on: date | None = None


def log_anchor(**_kwargs: Any) -> None:
    """Write the anchor into the log as one JSON line, once a day and worker."""
    global _anchor_logged_on
    today = datetime.now(UTC).date()
    if _anchor_logged_on != today:
        logger.info("%s", anchor().as_json())
        _anchor_logged_on = today


def verify(written_down: Anchor | None = None) -> Broken | None:
    """Return nothing where every row's hash fits its text and its predecessor, and the last is the one the head names.

    With an anchor the chain must also lead through it. Rows may be added meanwhile.
    """
    head = anchor()
    previous, count = FIRST_HASH, 0
    for row in AuditRow.objects.order_by("id").iterator(chunk_size=2000):
        if row.previous_hash != previous:
            return Broken(row.pk, "its predecessor is missing or was changed")
        if row_hash(row) != row.hash:
            return Broken(row.pk, "its text was changed")
        previous, count = row.hash, count + 1
        if count == head.count and row.hash != head.hash:
            return Broken(row.pk, "the head names another hash for it")
        if written_down and count == written_down.count and row.hash != written_down.hash:
            return Broken(row.pk, "another hash was written down for it, so the chain was made anew")
    if written_down and count < written_down.count:
        return Broken(None, f"{written_down.count} rows were written down and {count} are there")
    if not head.count <= count <= anchor().count:
        return Broken(None, f"{head.count} rows were written and {count} are there")
    return None
