"""Timings: every duration that the simulator shows, in seconds.

They are pleasant, not measured: a real group takes 20–60 s to run. The back-off figures are the kubelet's.
"""

from typing import Final

# What a group does, divided by the app's `speed`.
# From the call to the first pull; the group is Scheduling.
SCHEDULING: Final = 2.0
# The group is Restarting or, with a preStop hook, Terminating.
RESTARTING: Final = 3.0
TERMINATING: Final = 3.0

PULL_BYTES_PER_SECOND: Final = 40_000_000
PULL_LEAST: Final = 1.0
PULL_MOST: Final = 6.0
# The image is there; the policy Always only compares digests.
PULL_UNCHANGED: Final = 0.3
PULL_REFUSED: Final = 1.0
PULL_TIMED_OUT: Final = 4.0

CREATE: Final = 0.3
START: Final = 0.2

# Waits after the first, second, … failed pull; the last one repeats.
PULL_BACK_OFF: Final = (10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
# Waits before the first, second, … restart; the last one repeats.
RESTART_BACK_OFF: Final = (1.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
# A process that lived this long is restarted without back-off.
RESTART_BACK_OFF_RESET: Final = 600.0
# ErrImagePull shows for this long, then ImagePullBackOff; the events of a back-off repeat with every sync.
ERROR_SHOWN: Final = 4.0
SYNC: Final = 15.0

DEFAULT_MAX_PENDING_MINUTES: Final = 240
LOG_LINE: Final = 0.15
# How long a process lives that has nothing to do.
AT_ONCE: Final = 0.5

# What clients are told, whatever the speed: how long a temporary log-in and a registry's token are valid, and when a
# registry that refuses too many requests may be asked again.
TEMPORARY_LOGIN: Final = 3600
REGISTRY_TOKEN: Final = 300
RETRY_AFTER: Final = 30


def pull_seconds(size_bytes: int) -> float:
    """Return how long an image of this size takes."""
    seconds = PULL_LEAST + size_bytes / PULL_BYTES_PER_SECOND
    return round(min(seconds, PULL_MOST), 3)
