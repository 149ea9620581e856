"""Times as the vendor writes them: UTC, to the second."""

import time


def stamp(moment: float) -> str:
    """Write the time as yyyy-MM-ddTHH:mm:ssZ."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
