"""Named points of a submission at which a campaign kills its process, and kills at the n-th system call.

The product has no hooks for this: the forked child that is to die wraps the function before it runs.
"""

import importlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SYSTEM_CALLS: Final = (
    "write,pwrite64,read,pread64,fsync,fdatasync,ftruncate,fcntl,openat,close,unlink,connect,sendto,recvfrom,sendmsg,"
    "recvmsg,poll,lseek,newfstatat"
)
STRACE_SECONDS: Final = 10


@dataclass(frozen=True)
class Point:
    """Just before or just after the n-th call of a function."""

    name: str
    target: str
    when: str
    nth: int = 1

    def arm(self) -> None:
        """From now on this process dies at the point."""
        owner, attribute = _find(self.target)
        function, calls = getattr(owner, attribute), [0]

        def deadly(*args: Any, **kwargs: Any) -> Any:
            calls[0] += 1
            if calls[0] == self.nth and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*args, **kwargs)
            if calls[0] == self.nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, attribute, deadly)


def _find(target: str) -> tuple[Any, str]:
    module, _colon, path = target.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, attribute = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    return owner, attribute


_DELIVERY: Final = (
    ("the claim", "consoleapp.orders.delivery:claim_order"),
    ("the turn", "consoleapp.orders.rate_limit:take_turn"),
    ("the attempt", "consoleapp.orders.models:Attempt.objects.create"),
    ("opening the secrets", "consoleapp.orders.payload:full_parameters"),
    ("the call", "consoleapp.gateways.alibaba.eci:ElasticContainerInstance.create"),
    ("the exchange", "consoleapp.gateways.alibaba.transport:Transport.exchange"),
    ("storing the answer", "consoleapp.orders.answers:store_created"),
    ("ending the attempt", "consoleapp.orders.answers:end_attempt"),
    ("settling the order", "consoleapp.orders.answers:settle"),
    ("telling that it is final", "consoleapp.orders.answers:tell_final"),
    ("the audit row", "consoleapp.audit.services:record"),
)
_PRESS: Final = (
    ("the press", "consoleapp.wizard.views.confirm:_order"),
    ("recording", "consoleapp.wizard.services.ordering:record"),
    ("the order's row", "consoleapp.orders.services:record_order"),
    *_DELIVERY,
)
_WORKER: Final = (
    ("finding what is due", "consoleapp.orders.services:due_orders"),
    *_DELIVERY,
)

_ASK: Final = (
    ("the order's row", "consoleapp.orders.services:record_order"),
    ("asking", "consoleapp.approvals.services:ask"),
    ("the approval's row", "consoleapp.approvals.models:Approval.objects.create"),
    ("the audit row", "consoleapp.audit.services:record"),
)
_APPROVE: Final = (
    ("the lock", "consoleapp.approvals.services:_locked"),
    ("the vote", "consoleapp.approvals.services:_vote"),
    ("the change of state", "consoleapp.approvals.services:_move"),
    ("the booking", "consoleapp.governance.quotas:book"),
    ("letting it go", "consoleapp.orders.services:let_go"),
    ("the audit row", "consoleapp.audit.services:record"),
)


def _points(places: tuple[tuple[str, str], ...], commits: int) -> list[Point]:
    found = [Point(f"{when} {name}", target, when) for name, target in places for when in ("before", "after")]
    commit = "django.db.backends.base.base:BaseDatabaseWrapper._commit"
    for nth in range(1, commits + 1):
        found += [Point(f"{when} commit {nth}", commit, when, nth) for when in ("before", "after")]
    return found


PRESS: Final = _points(_PRESS, commits=4)
WORKER: Final = _points(_WORKER, commits=2)
ASK: Final = _points(_ASK, commits=1)
APPROVE: Final = _points(_APPROVE, commits=1)


def die_in_child(work: Callable[[], object], point: Point | None) -> bool:
    """Whether a forked child that did the work was killed by the point; else it worked to the end."""
    pid = os.fork()
    if pid == 0:
        _work_and_exit(work, point)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def _work_and_exit(work: Callable[[], object], point: Point | None, *, is_stopped: bool = False) -> None:
    status = 1
    try:
        if is_stopped:
            os.kill(os.getpid(), signal.SIGSTOP)
        if point is not None:
            point.arm()
        work()
        status = 0
    finally:
        os._exit(status)


def can_trace() -> bool:
    """Whether strace is here and may attach to our children."""
    if not shutil.which("strace"):
        return False
    return die_at_system_call(lambda: Path("/proc/self/status").read_text(), nth=1)


def die_at_system_call(work: Callable[[], object], nth: int) -> bool:
    """Whether a forked child that did the work was killed at its n-th system call."""
    pid = os.fork()
    if pid == 0:
        _work_and_exit(work, None, is_stopped=True)
    os.waitpid(pid, os.WUNTRACED)
    tracer = subprocess.Popen(
        ["strace", "-qqq", "-o", "/dev/null", "-p", str(pid), "-e", f"trace={SYSTEM_CALLS}",
         "-e", f"inject={SYSTEM_CALLS}:signal=KILL:when={nth}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _wait_for_tracer(pid, tracer)
    os.kill(pid, signal.SIGCONT)
    _pid, status = os.waitpid(pid, 0)
    tracer.wait(STRACE_SECONDS)
    return os.WIFSIGNALED(status)


def _wait_for_tracer(pid: int, tracer: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STRACE_SECONDS
    while time.monotonic() < deadline and tracer.poll() is None:
        if "TracerPid:\t0" not in Path(f"/proc/{pid}/status").read_text():
            return
        time.sleep(0.002)


def die_after(work: Callable[[], object], seconds: float) -> bool:
    """Whether a forked child was still at work when it was killed after a random part of the time."""
    pid = os.fork()
    if pid == 0:
        _work_and_exit(work, None)
    time.sleep(random.random() * seconds)
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)
