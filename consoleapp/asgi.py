"""The ASGI entry point that the server loads; starts the worker's thread where the settings ask for one."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from consoleapp.web.buffering import BufferingHandler
from consoleapp.web.checks import refuse_to_serve_in_the_clear
from consoleapp.web.clouds import access_policy
from consoleapp.web.health import LIVE_PATH

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consoleapp.settings")

refuse_to_serve_in_the_clear(settings.BOUND_TO)

application = BufferingHandler(
    get_wsgi_application(),
    threads=settings.SERVER_THREADS,
    # As many as may wait for registries.
    lent=access_policy().checks,
    max_body=settings.BODY_BYTES_MAX,
    max_body_at=settings.BODY_BYTES_MAX_AT,
    live_path=f"/{LIVE_PATH}",
)

if settings.WORKER_THREAD:
    from consoleapp.orders.worker import start_thread

    start_thread()
