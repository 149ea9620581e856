"""Canary secrets, and an exception forced at call after call of ours: a search of every place where they could end.

The simulator loses answers meanwhile, so that retries run too. Then each sink is given a leak on purpose.
"""

import base64
import html
import io
import json
import logging
import pickle
import secrets
import sys
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote, quote_plus

from tests.campaigns import people
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report
from tests.topology import Topology

OURS = str(Path(__file__).resolve().parent.parent.parent / "consoleapp")
SIMULATOR = OURS + "/simulator"


def run(*, is_short: bool) -> Report:
    """The report."""
    wanted = 12 if is_short else 300
    report = Report("canary secrets through every sink", "one leak in each sink")
    database = "sqlite" if is_short else "postgresql"
    faults, loud = ("--fault", "lost-answer:3"), {"CONSOLE_LOG_LEVEL": "DEBUG"}
    here = Topology(
        database=database,
        has_cache=False,
        servers=0,
        workers=0,
        simulator=(*LIMITS, *faults),
        settings={**ROOM, **loud},
    )
    with here:
        search = Search(here)
        calls = search.forced(0)
        for number in range(wanted):
            search.forced(1 + number * calls // wanted)
        hits = search.hits()
        report.add("calls of ours in the journey, exceptions forced", f"{calls}, {search.exceptions}")
        report.add("groups made with a saved login", search.groups_of_the_team())
        report.add("bytes searched", sum(len(text) for text in search.sinks().values()))
        for sink, count in hits.items():
            report.exactly(f"{sink}: hits", count, 0)
        found = {sink: leak() for sink, leak in search.leaks().items()}
        missed = ", ".join(sink for sink, is_found in found.items() if not is_found)
        report.add("seeded leaks found", f"{sum(found.values())} of {len(found)}{missed and f', not in: {missed}'}")
        report.finds_defect = all(found.values()) and set(found) == set(hits)
    return report


class Forced(Exception):
    """The exception that is forced."""


class Search:
    """The journey of a secret, and the search for it."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._canary = f"canary-%41+ пароль😀-{secrets.token_hex(6)}"
        self._pages, self._headers, self._texts = bytearray(), bytearray(), bytearray()
        self.exceptions = 0
        self._log = io.StringIO()
        root = logging.getLogger()
        # What the console logs goes here, and not to the terminal.
        handler = logging.StreamHandler(self._log)
        handler.setFormatter(root.handlers[0].formatter)
        handler.filters = root.handlers[0].filters
        root.handlers[:] = [handler]
        self._user = people.new_user()
        self._team = people.new_team(self._user)
        self._listen()

    def _listen(self) -> None:
        from django.core.signals import got_request_exception

        def note(**_told: Any) -> None:
            self._note_exception()

        self._note = note
        got_request_exception.connect(note)

    def _note_exception(self) -> None:
        self._texts.extend("".join(traceback.format_exception(*sys.exc_info())).encode())

    def forced(self, nth: int) -> int:
        """Goes through the journey with an exception at our n-th call (0: none); how many calls of ours there were."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        client.force_login(self._user)
        calls = 0
        for step in self._journey(client):
            with _force(nth - calls) as counted:
                try:
                    self._keep(step())
                except Exception:
                    self._note_exception()
            calls += counted.calls
            self.exceptions += counted.was_forced
        return calls

    def _journey(self, client: Any) -> Iterator[Callable[[], Any]]:
        from consoleapp.orders.worker import Worker
        from consoleapp.web import sealing
        from consoleapp.wizard.models import Draft
        from consoleapp.wizard.services import ordering

        yield self._draft
        draft = Draft.objects.filter(owner=self._user).order_by("-created_at").first()
        if draft is None:
            return
        at = f"/buy/{draft.pk}"
        for page in ("basic", "other", "confirm"):
            yield partial(client.get, f"{at}/{page}/")
        yield lambda: client.post(f"{at}/confirm/", {"do": "dry-run"})
        key = ordering.form_key(draft)
        yield lambda: client.post(f"{at}/confirm/", {"do": "order", "terms": "on", "anyway": "on", "form_key": key})
        order = self._order(draft)
        if order is not None:
            yield lambda: client.get(f"/orders/{order.pk}/")
            yield lambda: client.post(f"/orders/{order.pk}/again/")
            yield lambda: client.post(f"/buy/mend/{order.pk}/", {"field": "ImageRegistryCredential.1.Password"})
        people.time_passes(60)
        yield Worker().turn
        yield sealing.rotate
        yield from self._saved_login(client)
        for page in ("/", "/audit/", "/buy/drafts/", "/nowhere/"):
            yield partial(client.get, page)

    def _saved_login(self, client: Any) -> Iterator[Callable[[], Any]]:
        """The way of a password that is saved for a team, checked, ordered with, replaced and deleted."""
        from consoleapp.credentials import checks
        from consoleapp.credentials.models import RegistryCredential
        from consoleapp.orders.worker import Worker
        from consoleapp.wizard.services import ordering

        pages, name = f"/teams/{self._team.slug}/credentials/", f"canary-{secrets.token_hex(4)}"
        login = {"name": name, "user_name": "demo", "password": self._canary}
        yield lambda: client.post(f"{pages}new/", {**login, "host": "registry.example.com", "path_prefix": "team"})
        credential = RegistryCredential.objects.filter(name=name).first()
        if credential is None:
            return
        at = f"{pages}{credential.pk}"
        yield lambda: client.post(f"{at}/check/", {"image": "registry.example.com/team/api:1.4.2"})
        draft = self._draft_with(credential)
        for page in ("basic", "other", "confirm"):
            yield partial(client.get, f"/buy/{draft.pk}/{page}/")
        yield lambda: client.post(f"/buy/{draft.pk}/_/check/c1/")
        key = ordering.form_key(draft)
        press = {"do": "order", "terms": "on", "anyway": "on", "form_key": key}
        yield lambda: client.post(f"/buy/{draft.pk}/confirm/", press)
        people.time_passes(60)
        yield Worker().turn
        RegistryCredential.objects.filter(pk=credential.pk).update(checked_at=None)
        yield checks.check_those_in_use
        yield lambda: client.post(f"{at}/replace/", login)
        for page in (pages, f"{at}/check/", f"{at}/replace/", f"{at}/delete/"):
            yield partial(client.get, page)
        yield lambda: client.post(f"{at}/delete/", {"do": "delete"})

    def _draft_with(self, credential: Any) -> Any:
        from consoleapp.domain.spec import Container
        from consoleapp.teams.actors import Actor
        from consoleapp.wizard.draft.encoding import to_draft
        from consoleapp.wizard.services import drafts, saved_logins
        from tests.wizard.complete import PRIVATE, VPC, spec

        name = f"canary-{secrets.token_hex(4)}"
        made = to_draft(spec(container_group_name=name, containers=(Container(name="api", image=PRIVATE),)), VPC)
        saved_logins.choose(made.data, credential.host, credential)
        return drafts.create_draft(Actor(self._user, self._team), made.data)

    def groups_of_the_team(self) -> int:
        """How many groups were made with a saved login."""
        from consoleapp.orders.models import Order

        return Order.objects.filter(team=self._team, state="created").count()

    def _draft(self) -> None:
        from tests.wizard.complete import config_file, draft, private_spec

        name, volumes = f"canary-{secrets.token_hex(4)}", (config_file(self._canary),)
        draft(self._user, private_spec(self._canary, container_group_name=name, volumes=volumes))

    @staticmethod
    def _order(draft: Any) -> Any:
        from consoleapp.orders.models import Order

        return Order.objects.filter(draft_id=draft.pk).first()

    def _keep(self, answer: Any) -> None:
        if hasattr(answer, "headers"):
            self._pages.extend(answer.content)
            self._headers.extend(f"{answer.headers!r}{answer.cookies.output()}".encode())

    def sinks(self) -> dict[str, bytes]:
        """Every place that is searched, as bytes."""
        from consoleapp.audit.models import AuditRow
        from tests.stored import stored_bytes

        rows = AuditRow.objects.values_list("actor_name", "object_id", "payload")
        return {
            "database": stored_bytes(self._topology.folder / "console.sqlite3"),
            "logs": self._log.getvalue().encode(),
            "pages": bytes(self._pages),
            "headers and cookies": bytes(self._headers),
            "sessions": _sessions(),
            "caches": _caches(self._topology.folder),
            "audit": json.dumps(list(rows), ensure_ascii=False).encode(),
            "exception texts": bytes(self._texts),
        }

    def hits(self) -> dict[str, int]:
        """How often the canary, in any of its spellings, is in each sink."""
        spellings = _spellings(self._canary)
        return {sink: sum(text.count(spelling) for spelling in spellings) for sink, text in self.sinks().items()}

    def leaks(self) -> dict[str, Callable[[], bool]]:
        """For each sink: leaks the canary into it, and whether the search sees it there."""
        from django.contrib.sessions.backends.db import SessionStore
        from django.http import HttpResponse

        from consoleapp.audit import services as audit
        from consoleapp.orders.models import Order
        from consoleapp.web.caching import cache

        def session() -> None:
            store = SessionStore()
            store["form"] = {"password": self._canary}
            store.save()

        def answer(content: str = "", header: str = "") -> None:
            made = HttpResponse(content)
            made.headers["X-Leak"] = quote(header)
            self._keep(made)

        def raised() -> None:
            try:
                int(self._canary)
            except ValueError:
                self._note_exception()

        seeds: dict[str, Callable[[], object]] = {
            "database": lambda: Order.objects.update(error_message=self._canary),
            "logs": lambda: logging.getLogger("consoleapp").warning("password %s", self._canary),
            "pages": lambda: answer(content=html.escape(self._canary)),
            "headers and cookies": lambda: answer(header=self._canary),
            "sessions": session,
            "caches": lambda: cache.set("leak", {"password": self._canary}),
            "audit": lambda: audit.record(self._user, "leak", "", {"password": self._canary}),
            "exception texts": raised,
        }
        return {sink: partial(self._is_found, sink, seed) for sink, seed in seeds.items()}

    def _is_found(self, sink: str, seed: Callable[[], object]) -> bool:
        before = self.hits()[sink]
        seed()
        return self.hits()[sink] > before


class _Counted:
    calls = 0
    was_forced = False


@contextmanager
def _force(nth: int) -> Iterator[_Counted]:
    """Counts calls of ours, and raises Forced at the n-th."""
    counted = _Counted()

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or not frame.f_code.co_filename.startswith(OURS):
            return
        if frame.f_code.co_filename.startswith(SIMULATOR):
            return
        counted.calls += 1
        if counted.calls == nth:
            counted.was_forced = True
            raise Forced(f"in {frame.f_code.co_qualname}")

    sys.setprofile(profile)
    try:
        yield counted
    finally:
        sys.setprofile(None)


def _spellings(canary: str) -> set[bytes]:
    """The canary as the web, the shell, JSON and Python write it."""
    texts = {
        canary,
        quote(canary),
        quote(canary, safe=""),
        quote_plus(canary),
        html.escape(canary),
        json.dumps(canary)[1:-1],
        canary.encode("unicode_escape").decode(),
        canary.encode().hex(),
        base64.b64encode(canary.encode()).decode().rstrip("=")[:-2],
        canary[-12:],
    }
    return {text.encode() for text in texts}


def _sessions() -> bytes:
    from django.contrib.sessions.models import Session

    return repr([session.get_decoded() for session in Session.objects.all()]).encode()


def _caches(folder: Path) -> bytes:
    from consoleapp.web.caching import cache

    made = getattr(cache, "_made", None)
    own = [repr(pickle.loads(value)) for value in getattr(made, "_cache", {}).values()]
    files = []
    for path in (folder / "data" / "shared").glob("*.djcache"):
        packed = io.BytesIO(path.read_bytes())
        pickle.load(packed)
        files.append(zlib.decompress(packed.read()))
    return "".join(own).encode() + b"".join(files)
