# The console: one image for servers, workers and the simulator; which of them it is, the command says.
# Built of the locked requirements alone; holds no key and no setting.
FROM python:3.13-slim AS built
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.13-slim
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=consoleapp.settings CONSOLE_DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin console \
    && install -d -o console -g console -m 0700 /data
COPY --from=built /venv /venv
COPY manage.py requirements.txt ./
COPY static ./static
COPY templates ./templates
COPY consoleapp ./consoleapp
RUN python -m compileall -q consoleapp
USER console
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2).read()"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000", "--no-migrate", "--no-worker"]
