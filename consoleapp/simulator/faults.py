"""The faults that an account can be told to have; how often is stored (Store.set_fault).

The actions ask `happens` at the place where the fault would show. A fault of the answer happens after the request was
executed: the group exists, and whoever asked does not learn it, or not in time.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from consoleapp.simulator.errors import ApiError
from consoleapp.simulator.store import Transaction

# HTTP 503 instead of the answer.
LOST_ANSWER: Final = "lost-answer"
# The connection ends without an answer.
DROPPED_ANSWER: Final = "dropped-answer"
# The answer comes when nobody waits for it any more.
LATE_ANSWER: Final = "late-answer"
# The answer breaks off in the middle, under status 200.
GARBLED_ANSWER: Final = "garbled-answer"
# Something on the way sends the request a second time, and it is the second answer that comes back.
DOUBLED_REQUEST: Final = "doubled-request"
# No zone has the asked size.
NO_STOCK: Final = "no-stock"
# The account owes money.
ARREARS: Final = "arrears"

OF_THE_ANSWER: Final = (LOST_ANSWER, DROPPED_ANSWER, LATE_ANSWER, GARBLED_ANSWER, DOUBLED_REQUEST)
ALL: Final = (*OF_THE_ANSWER, NO_STOCK, ARREARS)


class ConnectionDropped(ConnectionError):
    """The connection is to end without an answer: the server of server.py closes it."""


class Mangled(ApiError):
    """A good answer that does not arrive as it should; what is done to it is app.py's business."""

    def __init__(self, fault: str, answer: Mapping[str, Any]) -> None:
        super().__init__("InternalError")
        self.fault = fault
        self.answer = dict(answer)


def happens(store: Transaction, account: str, fault: str, waiting: Collection[str]) -> bool:
    """Tell whether the fault is among the waiting ones of the account, and use up one of its times."""
    if fault not in waiting:
        return False
    store.use_fault(account, fault)
    return True


def after(store: Transaction, account: str, waiting: Collection[str], answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer, unless a fault happens to it: then raise ApiError or Mangled."""
    for fault in OF_THE_ANSWER:
        if not happens(store, account, fault, waiting):
            continue
        if fault == LOST_ANSWER:
            raise ApiError("ServiceUnavailable")
        if fault == DOUBLED_REQUEST:
            raise ApiError("SignatureNonceUsed")
        raise Mangled(fault, answer)
    return answer
