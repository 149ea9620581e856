"""The WSGI entry point that the server loads; starts the worker's thread where the settings ask for one."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consoleapp.settings")

application = get_wsgi_application()

if settings.WORKER_THREAD:
    from consoleapp.orders.worker import start_thread

    start_thread()
