"""The console on a server whose clock is off by CAMPAIGN_CLOCK seconds, as an application for a server; with the defect
that CAMPAIGN_DEFECT names, see flawed.py.
"""

import os
import time
from datetime import timedelta

from django.utils import timezone

OFF = float(os.environ["CAMPAIGN_CLOCK"])
_seconds, _now = time.time, timezone.now
time.time = lambda: _seconds() + OFF
timezone.now = lambda: _now() + timedelta(seconds=OFF)

if "CAMPAIGN_DEFECT" in os.environ:
    from tests.campaigns.flawed import application as application
else:
    from consoleapp.asgi import application as application
