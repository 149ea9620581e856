"""The health check of `docker run`."""

from consoleapp.languages.imports.docker_run import read
from tests.languages.imports.results import container, says, subjects


def test_a_health_check_becomes_a_readiness_probe() -> None:
    got = read(
        "docker run --health-cmd 'curl -f http://localhost/ || exit 1' --health-interval=1m30s --health-timeout 500ms "
        "--health-retries 5 --health-start-period 2m --health-start-interval 5s nginx"
    )
    probe = container(got).readiness_probe
    assert probe is not None
    assert probe.exec_commands == ("/bin/sh", "-c", "curl -f http://localhost/ || exit 1")
    assert (probe.period_seconds, probe.timeout_seconds, probe.failure_threshold, probe.initial_delay_seconds) == (
        90, 1, 5, 120,
    )  # fmt: skip
    assert container(got).liveness_probe is None
    assert "readiness probe" in says(got.changed, "--health-cmd")
    assert "1 seconds" in says(got.changed, "--health-timeout")
    assert subjects(got.left_out) == ["--health-start-interval"]


def test_a_health_check_has_the_times_of_docker() -> None:
    probe = container(
        read("docker run --health-cmd true --health-retries many --health-interval x app")
    ).readiness_probe
    assert probe is not None
    assert (probe.period_seconds, probe.timeout_seconds, probe.failure_threshold) == (30, 30, 3)


def test_without_a_command_there_is_no_probe() -> None:
    got = read("docker run --health-interval 5s --no-healthcheck app")
    assert container(got).readiness_probe is None
    assert set(subjects(got.left_out)) == {"--health-interval", "--no-healthcheck"}
