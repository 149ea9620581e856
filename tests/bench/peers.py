"""What we are measured against or with and do not depend on: installed on demand below `var/`, exact versions."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.ground import PEERS

MOTO = ("moto[server]==5.2.5", "boto3==1.44.5")
LIGHTHOUSE = "lighthouse@12.8.2"


def moto_python() -> Path:
    """The Python of a virtual environment that has moto's server and boto3, compiled."""
    folder = PEERS / "bench-venv"
    mark = folder / ".installed"
    if not mark.exists() or mark.read_text(encoding="utf-8") != " ".join(MOTO):
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *MOTO]
        subprocess.run(pip, check=True, stdout=sys.stderr, timeout=600)
        mark.write_text(" ".join(MOTO), encoding="utf-8")
    return folder / "bin" / "python"


def lighthouse_folder() -> Path:
    """The folder whose node_modules hold Lighthouse."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("Lighthouse needs Node.js 20 or newer with npm")
    folder = PEERS / "bench-node"
    mark = folder / ".installed"
    if not mark.exists() or mark.read_text(encoding="utf-8") != LIGHTHOUSE:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        command = [npm, "install", "--no-audit", "--no-fund", "--silent", LIGHTHOUSE]
        subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr, timeout=600)
        mark.write_text(LIGHTHOUSE, encoding="utf-8")
    return folder
