"""The WSGI entry point that the server loads; starts the worker's thread where the settings ask for one."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from consoleapp.web.patience import Patient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consoleapp.settings")

application = Patient(
    get_wsgi_application(), threads=settings.SERVER_THREADS, max_body=settings.DATA_UPLOAD_MAX_MEMORY_SIZE
)

if settings.WORKER_THREAD:
    from consoleapp.orders.worker import start_thread

    start_thread()
