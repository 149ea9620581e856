"""A cloud for tests of orders: remembers tokens like the real one, and answers as it is told to."""

import threading
from collections.abc import Callable, Collection, Mapping, MutableSequence

from consoleapp.domain import wire
from consoleapp.domain.host import Tag
from consoleapp.gateways.errors import Conflict
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerGroupPage, CreatedContainerGroup

Trouble = BaseException | Callable[[], None]


class FakeCreation:
    """Only `create` and `list`. `before` and `after` tell what goes wrong with creating, call by call: before or after
    the group is made; `looking` what goes wrong with looking. `shown` are groups that were made by somebody else.
    """

    def __init__(self) -> None:
        self.before: list[Trouble | None] = []
        self.after: list[Trouble | None] = []
        self.looking: list[Trouble | None] = []
        self.shown: list[ContainerGroup] = []
        self.looks: list[str] = []
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

    def list(
        self,
        region_id: str,
        *,
        container_group_ids: Collection[str] = (),
        name: str = "",
        tag: Tag | None = None,
        limit: int = 20,
        next_token: str = "",
    ) -> ContainerGroupPage:
        self.looks.append(name)
        self._trouble(self.looking)
        made = [
            ContainerGroup(group_id, sent["ContainerGroupName"], region_id, "Running", tags=wire.tags_of(sent))
            for sent, group_id in self.made.values()
        ]
        found = tuple(group for group in [*made, *self.shown] if group.name == name)
        return ContainerGroupPage(found, "", len(found))

    @staticmethod
    def _trouble(queue: MutableSequence[Trouble | None]) -> None:
        trouble = queue.pop(0) if queue else None
        if isinstance(trouble, BaseException):
            raise trouble
        if trouble is not None:
            trouble()
