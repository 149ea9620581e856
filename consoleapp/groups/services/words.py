"""States, causes and remedies in sentences for people."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.image import split_image
from consoleapp.groups.services.diagnosis import Cause, Diagnosis, Remedy
from consoleapp.groups.services.phases import Step

Text = str | Promise

# What the cloud calls the state → what is going on. Source: the vendor's page on the lifecycle of an instance.
STATUS_SENTENCES: Final[Mapping[str, Text]] = {
    "Scheduling": _("Finding a machine; this is not billed yet."),
    "ScheduleFailed": _("No place was found for it. Nothing was billed; the cloud removes it within 24 hours."),
    "Pending": _("Images are being pulled and containers started."),
    "Restarting": _("Its containers are being restarted."),
    "Updating": _("It is being changed."),
    "Terminating": _("It is being stopped."),
    "Succeeded": _("All containers have ended well. It is no longer billed."),
    "Failed": _("All containers have ended, at least one of them badly. It is no longer billed."),
    "Expired": _("It was taken back by the cloud. It is no longer billed."),
}

# The same states as a headline.
STATUS_TITLES: Final[Mapping[str, Text]] = {
    "Scheduling": _("Finding a machine"),
    "ScheduleFailed": _("No place was found"),
    "Pending": _("Starting"),
    "Running": _("Running"),
    "Restarting": _("Being restarted"),
    "Updating": _("Being changed"),
    "Terminating": _("Being stopped"),
    "Succeeded": _("Ended well"),
    "Failed": _("Ended badly"),
    "Expired": _("Taken back by the cloud"),
}
# States in which money runs.
BILLED: Final = frozenset({"Pending", "Running", "Restarting", "Updating", "Terminating"})

PHASE_LABELS: Final[Mapping[Step, Text]] = {
    Step.ORDERED: _("Ordered"),
    Step.PLACED: _("Placed"),
    Step.PULLED: _("Image pulled"),
    Step.STARTED: _("Started"),
    Step.READY: _("Ready"),
    Step.ENDED: _("Ended"),
}

# Why an image is not pulled, to stand behind "Pull fails: ".
PULL_CAUSES: Final[Mapping[Cause, Text]] = {
    Cause.WRONG_PASSWORD: _("wrong user or password for %(host)s"),
    Cause.MISSING_CREDENTIAL: _("%(host)s asks for a login"),
    Cause.NOT_ALLOWED: _("the login for %(host)s may not read this repository"),
    Cause.TAG_NOT_FOUND: _("no version %(version)s"),
    Cause.REPOSITORY_NOT_FOUND: _("%(host)s has no repository %(repository)s, or hides it from this login"),
    Cause.NO_ARCHITECTURE: _("this version is not made for this kind of processor"),
    Cause.PLAIN_HTTP: _("%(host)s speaks plain HTTP and was not declared so"),
    Cause.NOT_PLAIN_HTTP: _("%(host)s was declared as plain HTTP but speaks HTTPS"),
    Cause.CERTIFICATE: _("the certificate of %(host)s is not trusted"),
    Cause.NO_WAY_OUT: _("there is no way to %(host)s from this network"),
    Cause.UNKNOWN_HOST: _("no host is called %(host)s"),
    Cause.RATE_LIMITED: _("%(host)s limits how often it is asked"),
    Cause.INVALID_NAME: _("the image address cannot be read"),
    Cause.NEVER_PULLED: _("the image is not there, and its pull policy forbids pulling it"),
    Cause.PULL_FAILED: _("the reason is in what the cloud says"),
}

OTHER_CAUSES: Final[Mapping[Cause, Text]] = {
    Cause.KEEPS_ENDING: _("Container %(container)s keeps ending right after its start."),
    Cause.ENDED_BADLY: _("Container %(container)s has ended with exit code %(exit_code)s."),
    Cause.NO_STOCK: _("The cloud has no room for this size here at the moment."),
    Cause.NOT_SCHEDULED: _("The cloud could not find a place for it."),
}

CAUSE_LABELS: Final[Mapping[Cause, Text]] = {
    Cause.WRONG_PASSWORD: _("wrong user or password"),
    Cause.MISSING_CREDENTIAL: _("needs a login"),
    Cause.NOT_ALLOWED: _("login may not read it"),
    Cause.TAG_NOT_FOUND: _("version not found"),
    Cause.REPOSITORY_NOT_FOUND: _("repository not found"),
    Cause.NO_ARCHITECTURE: _("wrong architecture"),
    Cause.PLAIN_HTTP: _("plain HTTP not declared"),
    Cause.NOT_PLAIN_HTTP: _("not plain HTTP"),
    Cause.CERTIFICATE: _("certificate not trusted"),
    Cause.NO_WAY_OUT: _("no way to the registry"),
    Cause.UNKNOWN_HOST: _("unknown host"),
    Cause.RATE_LIMITED: _("rate limited"),
    Cause.INVALID_NAME: _("image address not readable"),
    Cause.NEVER_PULLED: _("image not there"),
    Cause.PULL_FAILED: _("image cannot be pulled"),
    Cause.KEEPS_ENDING: _("keeps ending"),
    Cause.ENDED_BADLY: _("ended badly"),
    Cause.NO_STOCK: _("no room"),
    Cause.NOT_SCHEDULED: _("no place found"),
}

REMEDY_LABELS: Final[Mapping[Remedy, Text]] = {
    Remedy.CREDENTIAL: _("Change credentials and retry"),
    Remedy.IMAGE: _("Change the image and retry"),
    Remedy.PLAIN_HTTP: _("Declare plain HTTP and retry"),
    Remedy.NOT_PLAIN_HTTP: _("Use HTTPS and retry"),
    Remedy.INSECURE: _("Trust this registry and retry"),
    Remedy.EIP: _("Add an Elastic IP and retry"),
    Remedy.COMMAND: _("Change the command and retry"),
    Remedy.PLACE: _("Choose another place and retry"),
    Remedy.RUN_ONCE: _("Run it once (restart policy Never)"),
    Remedy.VERSION: _("Use %(version)s and replace"),
}


def sentence_of(diagnosis: Diagnosis) -> str:
    """Return the cause in one sentence, with its container, host and version."""
    if diagnosis.cause not in PULL_CAUSES:
        return str(OTHER_CAUSES[diagnosis.cause]) % _facts(diagnosis)
    if diagnosis.cause == Cause.PULL_FAILED:
        return gettext("The image of container %(container)s cannot be pulled.") % _facts(diagnosis)
    text = gettext("The image of container %(container)s cannot be pulled: %(cause)s.")
    return text % {**_facts(diagnosis), "cause": pull_cause_of(diagnosis)}


def pull_cause_of(diagnosis: Diagnosis) -> str:
    """Return why the image is not pulled, without a full stop."""
    return str(PULL_CAUSES[diagnosis.cause]) % _facts(diagnosis)


def _facts(diagnosis: Diagnosis) -> dict[str, object]:
    address, version = split_image(diagnosis.image)
    return {
        "container": diagnosis.container_name,
        "host": diagnosis.host,
        "repository": address.removeprefix(f"{diagnosis.host}/"),
        "version": version or "latest",
        "exit_code": diagnosis.exit_code,
    }
