"""A simulator served with `--keys-from` and a console with the same key agree on every account's secret."""

import subprocess
import sys
from pathlib import Path

from consoleapp.gateways import connect


def test_a_console_pointed_at_it_sees_the_extra_repositories(tmp_path: Path) -> None:
    (tmp_path / "simulator-key").write_text("a key of the tests\n")
    command = [sys.executable, "-m", "consoleapp.simulator", "--port", "0", "--extra-repositories", "250"]
    command += ["--keys-from", str(tmp_path / "simulator-key")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = next(word for word in process.stdout.readline().split() if word.startswith("http://"))
        account = connect.simulator_account("a key of the tests", "alice")
        cloud = connect.cloud_for(account, connect.CloudSettings(endpoint=url))
        repositories = cloud.registries.personal_repositories("cn-hangzhou")
        process.terminate()
    assert repositories.total >= 250
