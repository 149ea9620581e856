"""What becomes of volumes in a container group."""

from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain import limits
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import ConfigFileVolume, EmptyDirVolume
from consoleapp.languages.imports.docker_volumes import FILES, GroupVolumes, group_volumes
from consoleapp.languages.imports.docker_words import Mount, mount, mount_of


def mounts(*texts: str) -> list[Mount]:
    return [found.at(f"-v {text}", 1) for text in texts if (found := mount_of(text))]


def test_a_named_volume_becomes_an_empty_directory_and_its_end_is_told() -> None:
    volumes, mounted, changed, left_out = group_volumes(mounts("db_data:/var/lib/mysql"))
    assert volumes == (EmptyDirVolume("db-data"),)
    assert [(each.name, each.mount_path, each.read_only) for each in mounted] == [("db-data", "/var/lib/mysql", False)]
    assert [(each.subject, dict(each.params)) for each in changed] == [
        ("-v db_data:/var/lib/mysql", {"name": "db-data"})
    ]
    assert "end with the container group" in changed[0].says
    assert left_out == ()


def test_files_are_one_volume_whose_texts_are_asked_for() -> None:
    volumes, mounted, changed, _left = group_volumes(
        mounts("./a/app.conf:/etc/a/app.conf:ro", "./b/app.conf:/etc/b/app.conf", "./a/app.conf:/c.conf")
    )
    (volume,) = volumes
    assert isinstance(volume, ConfigFileVolume)
    assert [(each.path, each.content) for each in volume.config_files] == [
        ("app.conf", Secret("")),
        ("2-app.conf", Secret("")),
    ]
    assert [(each.name, each.mount_path, each.sub_path, each.read_only) for each in mounted] == [
        (FILES, "/etc/a/app.conf", "app.conf", True),
        (FILES, "/etc/b/app.conf", "2-app.conf", False),
        (FILES, "/c.conf", "app.conf", False),
    ]
    assert all("paste its text" in each.says for each in changed)


def test_what_belongs_to_the_host_is_left_out_with_what_follows() -> None:
    volumes, mounted, changed, left_out = group_volumes(
        mounts("/var/run/docker.sock:/var/run/docker.sock", "/etc/localtime:/etc/localtime:ro", "/proc:/host/proc")
    )
    assert (volumes, mounted, changed) == ((), (), ())
    said = [each.says for each in left_out]
    assert "no Docker" in said[0]
    assert "variable TZ" in said[1]
    assert "the host" in said[2]


def test_memory_is_mounted_without_a_word() -> None:
    volumes, mounted, changed, _left = group_volumes([mount("", "/run", word="tmpfs", size=16 * 1024**2)])
    assert volumes == (EmptyDirVolume("run", medium="Memory", size_limit="16Mi"),)
    assert mounted[0].mount_path == "/run"
    assert changed == ()


def test_two_containers_share_what_has_a_name_and_nothing_else() -> None:
    made = GroupVolumes()
    first = made.add(mounts("shared:/data", "/cache"))
    second = made.add(mounts("shared:/other", "/cache"))
    assert [each.name for each in (*first, *second)] == ["shared", "cache", "shared", "cache-2"]
    assert [each.name for each in made.volumes] == ["shared", "cache", "cache-2"]


def test_of_two_at_one_place_the_last_counts() -> None:
    volumes, mounted, _changed, left_out = group_volumes(mounts("one:/data", "two:/data"))
    assert [each.name for each in volumes] == [each.name for each in mounted] == ["two"]
    assert [each.subject for each in left_out] == ["-v one:/data"]
    assert "twice" in left_out[0].says


@given(st.lists(st.sampled_from(("a", "A", "/", ".", "-", ":", "x.conf", "ö", "config-files")) | st.text(max_size=80)))
def test_every_name_is_one_and_unlike_the_others(pieces: list[str]) -> None:
    volumes, mounted, _changed, _left = group_volumes(mounts(*pieces, "".join(pieces), *(f"{p}:/{p}" for p in pieces)))
    names = [each.name for each in volumes]
    assert len(set(names)) == len(names)
    assert all(limits.CONTAINER_NAME.fullmatch(name) for name in names)
    assert {each.name for each in mounted} <= set(names)
