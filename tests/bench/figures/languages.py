"""P12: the request of twenty containers in every language, and a long Compose file read. In processor time."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec, ContainerPort, EnvironmentVar
from consoleapp.languages.exports.languages import LANGUAGES, export
from consoleapp.languages.imports import compose
from tests.bench.measure import ROUNDS, Figure, seconds
from tests.domain.builders import container, credential, group

FILE_BYTES = 250_000
SERVICE = """  service{number}:
    image: registry.example.com/team/part{number}:1.4
    restart: unless-stopped
    command: ["serve", "--port", "{port}"]
    environment:
      LOG_LEVEL: info
      DB_PASSWORD: word-{number}
      GREETING: ${{GREETING:-hello}} and welcome to part {number} of what runs here
      ADDRESS: http://part{number}.shop.example:{port}/a/long/way/down/to/what/is/asked/for?with=some&more=words
      JAVA_OPTS: -Xms256m -Xmx512m -Dfile.encoding=UTF-8 -Duser.timezone=UTC -XX:+UseG1GC -XX:MaxGCPauseMillis=200
    ports: ["{port}:{port}"]
    volumes: ["data{number}:/data", "./conf{number}.yaml:/etc/conf.yaml:ro"]
    healthcheck: {{test: ["CMD", "true"], interval: 30s}}
"""


def figures() -> Iterator[Figure]:
    spec = _twenty()
    for language in LANGUAGES:
        yield Figure("P12", f"20 containers as {language.label}", "ms", _each(partial(export, language, spec)), bar=5)
    text = _compose()
    yield Figure(
        "P12", f"{len(text) // 1000} kB of Compose read", "ms", _each(partial(compose.read, text, None)), bar=1000
    )


def _each(work: Callable[[], object]) -> list[float]:
    work()
    return [seconds(work, clock=time.process_time) * 1000 for _ in range(ROUNDS)]


def _twenty() -> ContainerGroupSpec:
    """Twenty containers with three variables, one of them secret, and a port."""
    variables = (EnvironmentVar("A", "1"), EnvironmentVar("B", "a b"), EnvironmentVar("DB_PASSWORD", Secret("word")))
    return group(
        containers=tuple(
            container(name=f"web-{number}", environment_vars=variables, ports=(ContainerPort(8000 + number),))
            for number in range(20)
        ),
        image_registry_credentials=(credential(),),
    )


def _compose() -> str:
    text, number = "services:\n", 0
    while len(text) < FILE_BYTES:
        text, number = text + SERVICE.format(number=number, port=10_000 + number), number + 1
    return text
