"""The environment that the tests run in, set before Django reads its settings. Loaded by pytest's `-p`."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

_folder = tempfile.mkdtemp(prefix="console-tests-")
(Path(_folder) / "static").mkdir()  # whitenoise warns about a missing one
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in [
    name for name in os.environ if name.startswith(("CONSOLE_", "ALIBABA_CLOUD_", "DATABASE_URL", "CACHE_URL"))
]:
    del os.environ[_name]

if "TESTS_DATABASE_URL" in os.environ:  # set by postgresql.py; without it the tests run on SQLite in memory
    os.environ["DATABASE_URL"] = os.environ["TESTS_DATABASE_URL"]
os.environ.update(
    {
        "CONSOLE_DATA_DIR": _folder,
        "CONSOLE_SECRET_KEY": "only-for-tests-" + "x" * 50,
        "CONSOLE_SECRET_KEYS": Fernet.generate_key().decode(),
        "CONSOLE_SIMULATOR_KEY": "simulator-key-of-the-tests",
        "CONSOLE_SIMULATOR_SPEED": "1",
        "CONSOLE_LOG_LEVEL": "WARNING",
    }
)
