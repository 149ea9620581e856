"""What must not happen behind a visitor's back: errors in scripts, refusals of the content policy, broken answers."""

from dataclasses import dataclass, field
from functools import partial

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

# What is no fault: the browser says the first of every answer from 400 on, also of those that a walk is about; htmx
# says the others when a press overtakes a refresh, or has led to a page without the place that an answer would have
# changed (what really fails is an htmx:sendError or a Status Error Code).
_HARMLESS = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest", "htmx:oobErrorNoTarget")


@dataclass
class Watch:
    """Collects what went wrong in all tabs of one visitor."""

    problems: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext, url: str) -> None:
        """`url` is the console's own address."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("request", partial(self._request, url))
        context.on("response", self._response)

    def forgive(self, words: str) -> None:
        """Takes back the problems that say this: the walk has brought them about."""
        self.problems = [problem for problem in self.problems if words not in problem]

    def _console(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning") and not line.text.startswith(_HARMLESS):
            self.problems.append(f"{line.type}: {line.text} {line.location.get('url', '')}")

    def _request(self, url: str, request: Request) -> None:
        if not request.url.startswith((url, "data:", "blob:", "about:")):
            self.problems.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.request.method} {response.url}")
