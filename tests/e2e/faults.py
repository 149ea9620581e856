"""Faults that a simulated account is told to have, as a trainer's menu would: written into the simulator's state."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from consoleapp.simulator.faults import ARREARS, LOST_ANSWER, NO_STOCK
from consoleapp.simulator.store import Store

__all__ = ["ARREARS", "LOST_ANSWER", "NO_STOCK", "set_fault"]


def set_fault(data_dir: Path, fault: str, times: int = 1) -> None:
    """Lets the fault happen in the next calls of the guest who came last, that is of the one who saved last for the
    first time."""
    with closing(sqlite3.connect(data_dir / "console.sqlite3")) as database:
        (world,) = database.execute("SELECT world FROM accounts_user ORDER BY id DESC LIMIT 1").fetchone()
    with Store(data_dir / "simulator.sqlite3").transaction(time.time()) as transaction:
        transaction.set_fault(f"simulated-{world}", fault, times)
