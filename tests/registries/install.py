"""Where the real registry, the real proxy and the collector of texts for translation of the tests are;
`python -m tests.registries.install` installs what is missing."""

import os
import shutil
import subprocess
import sys

PACKAGES = ("docker-registry", "apache2-utils", "nginx-light", "gettext")  # the second holds htpasswd
PROGRAMS = ("docker-registry", "htpasswd")


def has_registry() -> bool:
    """Whether both programs are there."""
    return all(shutil.which(program) for program in PROGRAMS)


def has_nginx() -> bool:
    """Whether the proxy is there."""
    return shutil.which("nginx") is not None


def has_gettext() -> bool:
    """Whether the programs are there that makemessages runs."""
    return shutil.which("xgettext") is not None


def install_packages() -> bool:
    """Whether Debian's packages could be installed; needs root."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *PACKAGES])
    return all(subprocess.run(command, env=environment, stdout=sys.stderr).returncode == 0 for command in commands)


if __name__ == "__main__":
    if not (has_registry() and has_nginx() and has_gettext()) and not install_packages():
        # Not an error: the tests that need it say why they are skipped.
        sys.stderr.write(f"Not all that the tests want is there: install the packages {', '.join(PACKAGES)}.\n")
