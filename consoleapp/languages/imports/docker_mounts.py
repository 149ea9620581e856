"""The volumes of `docker run`: `-v`, `--mount`, `--tmpfs` and `--shm-size`.

How a volume is classified is in ``docker_words.py``, what becomes of it in ``docker_volumes.py``.
"""

from typing import Final

from consoleapp.languages.imports import docker_left
from consoleapp.languages.imports.docker_options import Option, mount_target
from consoleapp.languages.imports.docker_taken import Reader, Taken
from consoleapp.languages.imports.docker_words import READ_ONLY, Mount, memory_bytes, mount, mount_of


def _mounted(taken: Taken, option: Option, made: Mount | None) -> None:
    if made is None:
        taken.leave(option, docker_left.UNREADABLE)
        return
    taken.mounts.append(made.at(option.subject, option.line))
    if option.asked and ("$" in made.target or "`" in made.target):
        taken.ask(option)


def _volume(taken: Taken, option: Option) -> None:
    _mounted(taken, option, mount_of(option.value))


def _mount(taken: Taken, option: Option) -> None:
    words = dict(word.strip('"').partition("=")[::2] for word in option.value.split(","))
    source = next((words[word] for word in ("source", "src") if word in words), "")
    target, word = mount_target(option.value), words.get("type", "volume")
    if not target or word not in ("volume", "bind", "tmpfs"):
        taken.leave(option, docker_left.UNREADABLE)
        return
    is_read_only = any(words.get(name, "false") in ("", "true", "1") for name in READ_ONLY)
    size = memory_bytes(words.get("tmpfs-size", ""))
    sub_path = words.get("volume-subpath", "")
    _mounted(taken, option, mount(source, target, word=word, read_only=is_read_only, sub_path=sub_path, size=size))


def _tmpfs(taken: Taken, option: Option) -> None:
    target, _colon, words = option.value.partition(":")
    size = next((word[5:] for word in words.split(",") if word.startswith("size=")), "")
    _mounted(taken, option, mount("", target, word="tmpfs", size=memory_bytes(size)) if target else None)


def _shared_memory(taken: Taken, option: Option) -> None:
    size = memory_bytes(option.value)
    _mounted(taken, option, mount("", "/dev/shm", word="tmpfs", size=size) if size else None)  # noqa: S108


READERS: Final[dict[str, Reader]] = {"mount": _mount, "shm-size": _shared_memory, "tmpfs": _tmpfs, "volume": _volume}
