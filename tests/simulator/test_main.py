import subprocess
import sys
from pathlib import Path

import pytest
import requests

from consoleapp.simulator.__main__ import main


def test_says_where_it_listens_and_with_which_key(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "consoleapp.simulator", "--port", "0", "--state", str(tmp_path / "state.db")]
    with subprocess.Popen([*command, "--access-key-id", "me"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        url = next(word for word in words if word.startswith("http://127.0.0.1:"))
        answer = requests.get(url, timeout=10).json()
        process.terminate()
    assert words[-3:] == ["me", "/", "testsecret"]
    assert answer["Code"] == "InvalidProduct.NotFound"


def test_an_address_that_cannot_be_listened_on_is_an_error() -> None:
    with pytest.raises(OSError, match="assign requested address"):
        main(["--port", "0", "--host", "203.0.113.1"])
