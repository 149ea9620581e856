"""A cloud for tests of orders: remembers tokens like the real one, and answers as it is told to."""

import threading
from collections.abc import Callable, Collection, Mapping

from consoleapp.gateways.errors import Conflict
from consoleapp.gateways.ports import CreatedContainerGroup

Trouble = BaseException | Callable[[], None]


class FakeCreation:
    """Only `create`. `before` and `after` list what goes wrong, call by call: before or after the group is made."""

    def __init__(self) -> None:
        self.before: list[Trouble | None] = []
        self.after: list[Trouble | None] = []
        self.made: dict[str, tuple[dict[str, str], str]] = {}
        self.calls: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self.secret_keys: list[frozenset[str]] = []
        self._lock = threading.Lock()

    def create(
        self, parameters: Mapping[str, str], *, client_token: str, secret_keys: Collection[str] = ()
    ) -> CreatedContainerGroup:
        with self._lock:
            self.calls.append(dict(parameters))
            self.tokens.append(client_token)
            self.secret_keys.append(frozenset(secret_keys))
            self._trouble(self.before)
            known = self.made.setdefault(client_token, (dict(parameters), f"eci-fake-{len(self.made) + 1}"))
            if known[0] != dict(parameters):
                raise Conflict("same token, other parameters", code="IdempotentParameterMismatch", http_status=400)
            self._trouble(self.after)
            return CreatedContainerGroup(known[1], f"request-{len(self.calls)}")

    @staticmethod
    def _trouble(queue: list[Trouble | None]) -> None:
        trouble = queue.pop(0) if queue else None
        if isinstance(trouble, BaseException):
            raise trouble
        if trouble is not None:
            trouble()
