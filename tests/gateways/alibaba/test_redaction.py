import json
import logging

import pytest

from consoleapp.gateways.alibaba.redaction import guard_urllib3_logs, redacted, scrubbed, secret_values
from consoleapp.gateways.alibaba.signing import percent_encode


def test_named_parameters_are_masked() -> None:
    shown = json.loads(redacted({"Container.1.Arg.1": "--token=canary", "Cpu": "2"}, {"Container.1.Arg.1"}))
    assert shown == {"Container.1.Arg.1": "***", "Cpu": "2"}


@pytest.mark.parametrize(
    "name",
    [
        "ImageRegistryCredential.1.Password",
        "Container.1.EnvironmentVar.12.Value",
        "InitContainer.3.EnvironmentVar.1.Value",
        "Volume.1.ConfigFileVolume.ConfigFileToPath.2.Content",
        "Volume.1.FlexVolume.Options",
        "SecurityToken",
    ],
)
def test_some_parameters_are_masked_whoever_forgot_to_name_them(name: str) -> None:
    assert "canary" not in redacted({name: "canary"}, ())


@pytest.mark.parametrize(
    "name", ["ImageRegistryCredential.1.UserName", "Container.1.EnvironmentVar.1.Key", "Container.1.Image"]
)
def test_the_rest_is_shown(name: str) -> None:
    assert "shown" in redacted({name: "shown"}, ())


def test_long_values_and_line_breaks_do_not_flood_the_log() -> None:
    line = redacted({"Container.1.Arg.1": "a\nb" + "x" * 10_000}, ())
    assert "\n" not in line
    assert len(line) < 300


@pytest.mark.parametrize("secret", ["canary-1", "p+w /=&%", "пароль😀", "%41%0d%0a", "a b"])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_secret_is_taken_out_however_often_it_was_encoded(secret: str, times: int) -> None:
    shown = secret
    for _ in range(times):
        shown = percent_encode(shown)
    message = f"cannot use {shown} here"
    assert scrubbed(message, [secret]) == "cannot use *** here"


def test_a_short_secret_does_not_riddle_the_sentence() -> None:
    assert scrubbed("a bad value: a, not apple", ["a"]) == "*** bad value: ***, not apple"


def test_query_strings_of_addresses_are_cut() -> None:
    assert scrubbed("GET https://eci.example.com/?Password=x failed", ()) == "GET https://eci.example.com/?*** failed"


def test_messages_have_an_end() -> None:
    assert len(scrubbed("x" * 100_000, ())) == 1000


def test_secret_values_are_the_named_ones_and_all_passwords() -> None:
    parameters = {
        "Container.1.EnvironmentVar.1.Value": "one",
        "ImageRegistryCredential.1.Password": "three",
        "Cpu": "2",
    }
    assert secret_values(parameters, {"Container.1.EnvironmentVar.1.Value"}) == ("three", "one")
    assert secret_values({"ImageRegistryCredential.1.Password": ""}, ()) == ()


def test_urllib3_log_lines_lose_their_query(caplog: pytest.LogCaptureFixture) -> None:
    guard_urllib3_logs()
    guard_urllib3_logs()
    with caplog.at_level(logging.DEBUG, logger="urllib3"):
        logger = logging.getLogger("urllib3.connectionpool")
        logger.debug(
            '%s://%s:%s "%s %s %s" %s %s', "https", "host", 443, "POST", "/?Password=canary", "HTTP/1.1", 200, 10
        )
        logging.getLogger("urllib3.util.retry").debug("Incremented Retry for (url='%s'): %r", "/?Password=canary", None)
        logger.debug("Starting new HTTPS connection (%d): %s:%s", 1, "host", 443)
    lines = [record.getMessage() for record in caplog.records]
    assert "canary" not in "".join(lines)
    assert lines[0] == 'https://host:443 "POST /?*** HTTP/1.1" 200 10'
    assert lines[2] == "Starting new HTTPS connection (1): host:443"
