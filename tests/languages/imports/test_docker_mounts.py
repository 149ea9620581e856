"""The volumes of `docker run`."""

from consoleapp.domain.volume import EmptyDirVolume
from consoleapp.languages.imports.docker_run import read
from tests.languages.imports.results import container, mounts, subjects


def test_a_browser_with_shared_memory() -> None:
    got = read('docker run -d -p 4444:4444 --shm-size="2g" --tmpfs /run:rw,size=64m,mode=1777 selenium/chrome:4')
    assert got.spec.volumes == (EmptyDirVolume("dev-shm", "Memory", "2Gi"), EmptyDirVolume("run", "Memory", "64Mi"))
    assert set(mounts(got)) == {"/dev/shm", "/run"}


def test_mounts_in_the_long_form() -> None:
    got = read(
        'docker run --mount type=bind,source="$(pwd)"/app.toml,target=/etc/app.toml,readonly '
        "--mount type=volume,src=data,dst=/data,volume-subpath=a --mount 'type=tmpfs,destination=/tmp,tmpfs-size=1m' "
        "--mount type=image,source=x,target=/y --mount nonsense app"
    )
    assert [(each.name, each.mount_path, each.sub_path, each.read_only) for each in container(got).volume_mounts] == [
        ("config-files", "/etc/app.toml", "app.toml", True),
        ("data", "/data", "a", False),
        ("tmp", "/tmp", "", False),
    ]
    assert subjects(got.left_out) == ["--mount /y", "--mount"]
