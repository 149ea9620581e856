"""Who acts: finding the signed-in user, making a guest at the first save; and where a person is signed in."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from consoleapp.accounts.models import GuestBucket, User
from consoleapp.audit import services as audit
from consoleapp.web.sources import source_of


class TooManyGuests(Exception):
    """So many guests were made within the hour, here or by the same source, that no other one is."""


@transaction.atomic
def create_guest(source: str = "") -> User:
    """Create a guest user without a password and with an isolated simulated account.

    `source` is where the request comes from, "" where nothing tells it. Raise TooManyGuests. The places are counted in
    the database: a lost cache lifts no limit.
    """
    _take_place(f"from {source}", settings.GUESTS_PER_SOURCE)
    _take_place("", settings.GUESTS_PER_HOUR)
    guest = User(username=f"guest-{uuid.uuid4().hex}", is_guest=True)
    guest.set_unusable_password()
    guest.save()
    return guest


def _take_place(source: str, per_hour: int) -> None:
    """Take a place from a bucket of `per_hour` places that is full again after an hour. Raise TooManyGuests."""
    now, interval = timezone.now(), timedelta(hours=1) / per_hour
    # PostgreSQL locks the row; on SQLite the transaction itself has the lock.
    bucket, _is_new = GuestBucket.objects.select_for_update().get_or_create(
        source=source, defaults={"taken_until": now}
    )
    # Never further ahead than a full hour, so that a clock that was set back closes no door.
    begin = min(max(bucket.taken_until, now), now + timedelta(hours=1))
    if begin - now > timedelta(hours=1) - interval:
        raise TooManyGuests
    bucket.taken_until = begin + interval
    bucket.save(update_fields=["taken_until"])


def drop_full_buckets(**_kwargs: Any) -> None:
    """Delete the buckets that are full again."""
    GuestBucket.objects.filter(taken_until__lte=timezone.now()).delete()


def user_for_saving(request: HttpRequest) -> User:
    """Return the signed-in user; make a guest of a visitor of the demo, and sign them in as such.

    Raise PermissionDenied for a visitor where guests are not welcome, and TooManyGuests.
    """
    if isinstance(request.user, User):
        return request.user
    if settings.SIGN_IN != "guest":
        raise PermissionDenied
    guest = create_guest(source_of(request))
    token = request.META.get("CSRF_COOKIE")
    login(request, guest, backend="django.contrib.auth.backends.ModelBackend")
    if token:
        # Pages that are open in other tabs must still be able to save what was typed into them. Signing in for real
        # makes a new token, as it should.
        request.META["CSRF_COOKIE"] = token
    return guest


@dataclass(frozen=True)
class SignIn:
    """One place where a person is signed in."""

    number: int
    began_at: datetime
    address: str
    browser: str
    is_here: bool


def sign_ins_of(person: User, here: str) -> list[SignIn]:
    """Return where the person is signed in, the newest first; `here` is the key of the session that asks."""
    known = UserSession.objects.filter(user=person).order_by("-created_at", "-pk")
    keys = [session.session_key for session in known]
    alive = set(
        Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now()).values_list("session_key", flat=True)
    )
    return [
        SignIn(session.pk, session.created_at, session.ip, browser_of(session.user_agent), session.session_key == here)
        for session in known
        if session.session_key in alive
    ]


def end_sign_ins(person: User, here: str, which: str) -> int:
    """End the sign-in of this number, or all with `others`, but never the one that asks; return how many ended."""
    chosen = [session for session in _others(person, here) if which in ("others", str(session.pk))]
    with transaction.atomic():
        for session in chosen:
            session.end()
        if chosen:
            audit.record(person, "account.sign-ins-ended", payload={"count": len(chosen)})
    return len(chosen)


def password_changed(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """End all other sign-ins of the person and record the change."""
    with transaction.atomic():
        end_all_sign_ins(user, but=request.session.session_key or "")
        audit.record(user, "account.password-changed")


def end_all_sign_ins(person: User, but: str = "") -> None:
    """End everywhere that the person is signed in, but for the session of this key."""
    for session in _others(person, but):
        session.end()


def _others(person: User, here: str) -> list[UserSession]:
    return list(UserSession.objects.filter(user=person).exclude(session_key=here))


def people(words: str) -> QuerySet[User]:
    """Return everybody with an account whose names hold these words, by user name; no guests."""
    found = User.objects.filter(is_guest=False).order_by("username")
    for word in words.split():
        found = found.filter(Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return found


@transaction.atomic
def close_account(by: User, person: User) -> None:
    """Let the person sign in no more, and end all their sign-ins; what they ordered stays."""
    User.objects.filter(pk=person.pk).update(is_active=False)
    end_all_sign_ins(person)
    audit.record(by, "account.closed", person.username)


@transaction.atomic
def open_account(by: User, person: User) -> None:
    """Let the person sign in again."""
    User.objects.filter(pk=person.pk).update(is_active=True)
    audit.record(by, "account.opened", person.username)


@transaction.atomic
def sign_out_everywhere(by: User, person: User) -> None:
    """End all sign-ins of somebody else."""
    end_all_sign_ins(person)
    audit.record(by, "account.sign-ins-ended", person.username)


# What browsers and systems call themselves, the more special before what it imitates.
_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_of(user_agent: str) -> str:
    """Name browser and system, such as "Firefox, Linux"; return the header itself where it names none that is known."""
    found = [next((name for mark, name in names.items() if mark in user_agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name) or user_agent[:80]


def drop_ended_sign_ins(**_kwargs: Any) -> None:
    """Delete what was noted of sign-ins whose session is gone."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
