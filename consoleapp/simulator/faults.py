"""The faults that a world can be told to have: names only; how often is stored (Store.set_fault).

A menu for trainers sits on top of this later; the actions ask `happens` at the place where the fault would show.
"""

from collections.abc import Collection
from typing import Final

from consoleapp.simulator.store import Transaction

# The group is created, but the answer never arrives: the connection ends with HTTP 503 instead.
LOST_ANSWER: Final = "lost-answer"
# No zone has the asked size.
NO_STOCK: Final = "no-stock"
# The account owes money.
ARREARS: Final = "arrears"

ALL: Final = (LOST_ANSWER, NO_STOCK, ARREARS)


def happens(store: Transaction, account: str, fault: str, waiting: Collection[str]) -> bool:
    """Whether the fault is among the waiting ones of the account; one of its times is used up then."""
    if fault not in waiting:
        return False
    store.use_fault(account, fault)
    return True
