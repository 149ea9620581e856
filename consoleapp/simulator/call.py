"""Call: everything that a handler of actions/ is given. A handler returns the answer without RequestId.

A handler reads the seed from `catalog`, mutable things from `store`, the time from `now` and nothing else:
no clock, no random source, no file. It raises ApiError for an answer that is an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from consoleapp.simulator import params
from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.errors import ApiError, missing
from consoleapp.simulator.sessions import Session
from consoleapp.simulator.store import Transaction


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an account in a region (vCPU) and of its CreateContainerGroup calls (a token bucket)."""

    max_vcpu: float = 1000
    create_burst: float = 100
    create_per_second: float = 20


@dataclass(slots=True)
class Call:
    """One authenticated request."""

    account: str
    action: str
    parameters: Mapping[str, str]
    catalog: Catalog
    store: Transaction
    now: float
    request_id: str
    new_id: Callable[[], str]
    limits: Limits = field(default_factory=Limits)
    # All durations are divided by it.
    speed: float = 1
    # A key of the account, for fingerprints of requests that may hold secrets.
    fingerprint_key: bytes = b""
    # The role that was assumed, where a temporary key has signed.
    session: Session | None = None
    _tree: dict[str, Any] | None = None

    def get(self, name: str, default: str = "") -> str:
        """Return the value of a flat parameter as it came; the default when it is absent."""
        return self.parameters.get(name, default)

    @property
    def tree(self) -> dict[str, Any]:
        """Return the parameters unflattened: lists and mappings instead of dotted, numbered keys."""
        if self._tree is None:
            self._tree = params.unflatten(self.parameters)
        return self._tree

    @property
    def region_id(self) -> str:
        """Return RegionId, which must be given and in the catalog."""
        return self.region_or(missing("RegionId"), ApiError("InvalidRegionId.NotFound"))

    def region_or(self, absent: ApiError, unknown: ApiError) -> str:
        """Return RegionId. Raise what its product answers where it is absent, or no region of the catalog."""
        region_id = self.get("RegionId")
        if not region_id:
            raise absent
        if self.catalog.region(region_id) is None:
            raise unknown
        return region_id


Answer = dict[str, Any]
Handler = Callable[[Call], Answer]
