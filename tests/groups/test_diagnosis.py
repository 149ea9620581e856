"""Causes from the words of runtimes and registries, those of the simulator among them."""

import pytest

from consoleapp.gateways.ports.container_groups import ContainerStatus, State
from consoleapp.groups.services import words
from consoleapp.groups.services.diagnosis import _PULL_TEXTS, Cause, Remedy, diagnose
from tests.groups.builders import IMAGE, event, failing, group, waiting

HEAD = f'rpc error: code = Unknown desc = failed to pull and unpack "{IMAGE}": failed to resolve reference "{IMAGE}": '
DENIED = "pull access denied, repository does not exist or may require authorization: server message: "
WITH_LOGIN = {"ImageRegistryCredential.1.Server": "registry.example.com", "ImageRegistryCredential.1.UserName": "ci"}

TEXTS = [
    (
        "failed to authorize: failed to fetch oauth token: unexpected status from GET request to "
        "https://registry.example.com/token: 401 Unauthorized: unauthorized: incorrect username or password",
        WITH_LOGIN,
        Cause.WRONG_PASSWORD,
    ),
    (
        "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
        {},
        Cause.MISSING_CREDENTIAL,
    ),
    (f"{DENIED}unauthorized: authentication required", {}, Cause.MISSING_CREDENTIAL),
    (f"{DENIED}unauthorized: authentication required", WITH_LOGIN, Cause.WRONG_PASSWORD),
    (f"{DENIED}denied: requested access to the resource is denied", WITH_LOGIN, Cause.NOT_ALLOWED),
    (f"{DENIED}insufficient_scope: authorization failed", {}, Cause.REPOSITORY_NOT_FOUND),
    (f"{IMAGE}: not found: manifest unknown: manifest unknown", {}, Cause.TAG_NOT_FOUND),
    (f"{IMAGE}: not found", {}, Cause.TAG_NOT_FOUND),
    ("name unknown: repository name not known to registry", {}, Cause.REPOSITORY_NOT_FOUND),
    ("no matching manifest for linux/amd64 in the manifest list entries", {}, Cause.NO_ARCHITECTURE),
    (
        'failed to do request: Head "https://r.example.com/v2/": http: server gave HTTP response to HTTPS client',
        {},
        Cause.PLAIN_HTTP,
    ),
    (
        "unexpected status from HEAD request to http://registry.example.com/v2/: 400 Bad Request",
        {},
        Cause.NOT_PLAIN_HTTP,
    ),
    ("tls: failed to verify certificate: x509: certificate signed by unknown authority", {}, Cause.CERTIFICATE),
    ("x509: certificate has expired or is not yet valid", {}, Cause.CERTIFICATE),
    ("dial tcp 198.51.100.7:443: i/o timeout", {}, Cause.NO_WAY_OUT),
    ("context deadline exceeded", {}, Cause.NO_WAY_OUT),
    ("dial tcp: lookup registry.example.com on 100.100.2.136:53: no such host", {}, Cause.UNKNOWN_HOST),
    ("toomanyrequests: You have reached your pull rate limit", {}, Cause.RATE_LIMITED),
    ("something that nobody has ever seen", {}, Cause.PULL_FAILED),
]


@pytest.mark.parametrize(("text", "sent", "cause"), TEXTS, ids=[text[-60:] for text, _sent, _cause in TEXTS])
def test_names_the_cause_of_a_failed_pull(text: str, sent: dict[str, str], cause: Cause) -> None:
    found = diagnose(failing(HEAD + text), sent)

    assert found is not None
    assert found.cause == cause
    assert (found.container_name, found.image, found.host) == ("api", IMAGE, "registry.example.com")
    assert found.failures == 3
    assert text in found.evidence


# Each begins as something that is looked for, again and again, and never ends so: 830 kB were once a minute of work.
UNENDING = ("manifest for ", "manifest for x", "repository ", "repository x", "HEAD request to http://", "certificate ")


@pytest.mark.parametrize("text", UNENDING)
def test_no_pattern_takes_more_time_than_the_text_has_letters(text: str) -> None:
    for pattern, _cause in _PULL_TEXTS:
        assert pattern.search(text * (2_500_000 // len(text))) is None


@pytest.mark.parametrize("text", UNENDING)
def test_megabytes_of_words_have_a_cause_at_once(text: str) -> None:
    found = diagnose(failing(HEAD + text * (2_500_000 // len(text)) + ": unauthorized: authentication required"), {})

    assert found is not None
    assert found.cause == Cause.MISSING_CREDENTIAL


def test_takes_the_containers_own_words_while_there_are_no_events() -> None:
    container = waiting("ErrImagePull", message="unauthorized: authentication required")

    found = diagnose(group(container), {})

    assert found is not None
    assert (found.cause, found.failures) == (Cause.MISSING_CREDENTIAL, 0)


def test_a_back_off_alone_does_not_tell_the_cause() -> None:
    found = diagnose(group(waiting("ImagePullBackOff", message="Back-off pulling image")), {})

    assert found is not None
    assert found.cause == Cause.PULL_FAILED


def test_never_mixes_up_two_images() -> None:
    other = waiting("ImagePullBackOff", "nginx:1.27", name="web")
    failed = failing(HEAD + "x509: unknown authority")
    both = group(other, events=failed.events)

    found = diagnose(both, {})

    assert found is not None
    assert found.cause == Cause.PULL_FAILED
    assert found.host == "docker.io"


def test_an_address_that_cannot_be_read() -> None:
    message = 'Failed to apply default image tag "A:::": couldn\'t parse image name "A:::": invalid reference format'
    found = diagnose(group(waiting("InvalidImageName", "A:::", message)), {})

    assert found is not None
    assert (found.cause, found.host) == (Cause.INVALID_NAME, "")


def test_a_pull_policy_that_forbids_pulling() -> None:
    message = f'Container image "{IMAGE}" is not present with pull policy of Never'
    found = diagnose(group(waiting("ErrImageNeverPull", message=message)), {})

    assert found is not None
    assert found.cause == Cause.NEVER_PULLED


def test_a_group_that_was_given_up_says_why_its_image_never_came() -> None:
    given_up = failing(HEAD + "i/o timeout")
    ended = group(
        ContainerStatus("api", IMAGE, state=State("Terminated", "Error")), status="Failed", events=given_up.events
    )

    found = diagnose(ended, {})

    assert found is not None
    assert found.cause == Cause.NO_WAY_OUT


def test_a_container_that_keeps_ending() -> None:
    container = ContainerStatus(
        "api",
        IMAGE,
        restart_count=4,
        state=State("Waiting", "CrashLoopBackOff", "Back-off 40s restarting failed container"),
        previous_state=State("Terminated", "Error", exit_code=1),
    )

    found = diagnose(group(container), {})

    assert found is not None
    assert (found.cause, found.exit_code, found.failures) == (Cause.KEEPS_ENDING, 1, 4)


def test_a_container_that_ended_badly_and_one_that_ended_well() -> None:
    bad = ContainerStatus("api", IMAGE, state=State("Terminated", "Error", exit_code=3))
    good = ContainerStatus("job", IMAGE, state=State("Terminated", "Completed", exit_code=0))

    found = diagnose(group(good, bad, status="Failed"), {})

    assert found is not None
    assert (found.cause, found.container_name, found.exit_code) == (Cause.ENDED_BADLY, "api", 3)
    assert diagnose(group(good, status="Succeeded"), {}) is None


@pytest.mark.parametrize(("reason", "cause"), [("NoStock", Cause.NO_STOCK), ("FailedScheduling", Cause.NOT_SCHEDULED)])
def test_a_group_that_finds_no_place(reason: str, cause: Cause) -> None:
    found = diagnose(group(status="Scheduling", events=(event(reason, "no room"),)), {})

    assert found is not None
    assert (found.cause, found.evidence) == (cause, "no room")


def test_a_failed_scheduling_without_words_is_still_named() -> None:
    found = diagnose(group(status="ScheduleFailed"), {})

    assert found is not None
    assert found.cause == Cause.NOT_SCHEDULED


@pytest.mark.parametrize("status", ["Scheduling", "Pending", "Running", "Succeeded", "Terminating"])
def test_says_nothing_where_nothing_is_wrong(status: str) -> None:
    fine = ContainerStatus("api", IMAGE, ready=True, state=State("Running"))

    assert diagnose(group(fine, status=status), {}) is None


def test_every_cause_has_a_sentence_and_every_remedy_a_label() -> None:
    assert {*words.PULL_CAUSES, *words.OTHER_CAUSES} == set(words.CAUSE_LABELS) == set(Cause)
    assert not set(words.PULL_CAUSES) & set(words.OTHER_CAUSES)
    assert set(words.REMEDY_LABELS) == set(Remedy)
    for cause in Cause:
        found = diagnose(failing(HEAD + "x509:"), {})
        assert found
        sentence = words.sentence_of(type(found)(cause, "api", IMAGE, "registry.example.com"))
        assert "%" not in sentence


def test_the_sentence_names_container_version_and_host() -> None:
    found = diagnose(failing(HEAD + f"{IMAGE}: not found: manifest unknown"), {})
    assert found

    assert words.sentence_of(found) == "The image of container api cannot be pulled: no version 2.3."


def test_percent_signs_in_names_do_no_harm() -> None:
    found = diagnose(failing(HEAD + "no such host", image="%s%n.example.com/a:1"), {})
    assert found

    assert "api" in words.sentence_of(found)
