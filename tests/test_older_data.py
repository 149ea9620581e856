"""Data of every earlier version: the database is migrated, the start is not refused, and all of it opens."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import older_data


@pytest.mark.parametrize("state", older_data.STATES)
def test_what_an_earlier_version_has_stored_opens(state: str, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'older.sqlite3'}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.older_data", state],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "consoleapp.settings"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr

    seen = json.loads(done.stdout)
    assert seen["statuses"] == [200]
    assert seen["secrets"] == {
        f"credential/{older_data.HOST}": older_data.PASSWORD,
        "volume/v1/file/f3": "listen 80;\n",
    }
    assert seen["sent"][older_data.PASSWORD_KEY] == older_data.PASSWORD
    assert seen["sent"][older_data.CONTENT_KEY] == older_data.CONTENT
    assert "listen 80" not in seen["stored"]
    assert older_data.CONTENT not in seen["stored"]
