"""What campaigns do as people do it: drafts, signed-in sessions, presses over HTTP. Django must be set up before."""

import json
import sqlite3
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

CSRF = "c" * 32


def new_user(name: str = "") -> Any:
    """A signed-up user."""
    from consoleapp.accounts.models import User

    user = User(username=name or f"campaign-{uuid.uuid4().hex[:12]}")
    user.set_unusable_password()
    user.save()
    return user


def new_team(admin: Any) -> Any:
    """A team with its admin."""
    from consoleapp.teams import services as teams

    slug = f"team-{uuid.uuid4().hex[:12]}"
    return teams.create_team(admin, slug, slug, admin)


def cookie_of(user: Any) -> str:
    """The Cookie header of a browser in which the user has signed in."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from consoleapp.accounts.middleware import seen_now

    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    cookies = {
        settings.SESSION_COOKIE_NAME: session.session_key,
        settings.IDLE_COOKIE_NAME: seen_now(session.session_key),
        settings.CSRF_COOKIE_NAME: CSRF,
    }
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def new_draft(user: Any, name: str) -> Any:
    """A draft that may be ordered, with a password."""
    from tests.wizard.complete import draft, private_spec

    return draft(user, private_spec(container_group_name=name))


def onlooker(base: str) -> tuple[str, tuple[str, ...]]:
    """The cookie of somebody signed in, and pages of theirs, each of which this server has made once: what a process
    loads with its first pages is not what is measured."""
    user = new_user()
    cookie, draft = cookie_of(user), new_draft(user, "looked-at")
    paths = ("/", "/buy/drafts/", f"/buy/{draft.pk}/basic/")
    for path in paths:
        ask(base, path, cookie)
    return cookie, paths


@dataclass(frozen=True)
class Answer:
    """What a server said, 0 where it said nothing."""

    status: int
    location: str
    body: bytes
    seconds: float


def ask(base: str, path: str, cookie: str, form: dict[str, str] | None = None, timeout: float = 60) -> Answer:
    """GET, or POST of the form. Never raises for what a network does."""
    started = time.monotonic()
    connection = HTTPConnection(base.removeprefix("http://"), timeout=timeout)
    headers = {"Cookie": cookie}
    body = None
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": CSRF, **form})
    try:
        connection.request("GET" if form is None else "POST", path, body, headers)
        response = connection.getresponse()
        content = response.read()
        return Answer(response.status, response.getheader("Location") or "", content, time.monotonic() - started)
    except (OSError, HTTPException):
        return Answer(0, "", b"", time.monotonic() - started)
    finally:
        connection.close()


def press(base: str, draft: Any, key: str, cookie: str) -> Answer:
    """The press of *Confirm order* on the draft's page."""
    return ask(base, f"/buy/{draft.pk}/confirm/", cookie, {"do": "order", "terms": "on", "form_key": key})


def at_once(calls: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """The answers to all calls, begun in the same moment."""
    waiting = list(calls)
    gate = threading.Barrier(len(waiting))

    def one(call: Callable[[], Answer]) -> Answer:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(one, waiting))


def groups_by_name(state: Path) -> dict[str, int]:
    """How many container groups of each name the simulator has, in all worlds."""
    if not state.exists():
        return {}
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as database:
        return dict(database.execute("SELECT name, count(*) FROM groups WHERE deleted IS NULL GROUP BY name"))


def order_faults(state: Path, faults: dict[str, int]) -> None:
    """Lets each fault happen in every n-th call of everybody; 0 ends it."""
    from consoleapp.simulator.store import ALWAYS, EVERYBODY, Store

    store = Store(state)
    with store.transaction(time.time()) as transaction:
        for fault, every in faults.items():
            transaction.set_fault(EVERYBODY, fault, ALWAYS if every else 0, every=max(every, 1))
    store.close()


def time_passes(seconds: float) -> None:
    """Moves what orders wait for so far into the past."""
    from datetime import timedelta

    from django.db.models import F

    from consoleapp.orders.models import Order, TokenBucket

    by = timedelta(seconds=seconds)
    Order.objects.filter(next_try_at__isnull=False).update(next_try_at=F("next_try_at") - by)
    Order.objects.filter(claimed_at__isnull=False).update(claimed_at=F("claimed_at") - by)
    Order.objects.filter(slot_at__isnull=False).update(slot_at=F("slot_at") - by)
    TokenBucket.objects.update(taken_until=F("taken_until") - by)


def wait_until(is_done: Callable[[], bool], seconds: float) -> float:
    """Seconds until it was so; raises TimeoutError when it is not in time."""
    started = time.monotonic()
    while not is_done():
        if time.monotonic() - started > seconds:
            raise TimeoutError(json.dumps({"waited": seconds}))
        time.sleep(0.1)
    return time.monotonic() - started
