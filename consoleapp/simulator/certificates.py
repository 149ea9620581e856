"""Certificates that a client does not accept, and the words in which a container runtime says so.

Only registries with something wrong have one here; all others are taken to show a certificate that everybody trusts.
There is no TLS in the simulator: the fingerprint is made up, always the same one for one certificate. The words are
those of Go's crypto/x509.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal

Problem = Literal["not_trusted", "wrong_name", "expired"]

_FAILED: Final = "tls: failed to verify certificate: x509: "


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and what is wrong with it; moments are UTC in ISO form."""

    problem: Problem
    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str

    @property
    def sha256_fingerprint(self) -> str:
        """Return that of a certificate that does not exist: 64 hex digits, always the same."""
        return sha256("\n".join((self.subject, self.issuer, *self.names, self.not_after)).encode()).hexdigest()

    def complaint(self, host_name: str, now: float) -> str:
        """Return what a client that verifies says about it."""
        if self.problem == "not_trusted":
            return f"{_FAILED}certificate signed by unknown authority"
        if self.problem == "wrong_name":
            return f"{_FAILED}certificate is valid for {', '.join(self.names)}, not {host_name}"
        # The certificate has expired for everybody, also for a caller whose clock was never set.
        moment = max(datetime.fromtimestamp(now, UTC), datetime.fromisoformat(self.not_after))
        current = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{_FAILED}certificate has expired or is not yet valid: current time {current} is after {self.not_after}"


def read_certificate(row: dict[str, Any] | None) -> Certificate | None:
    """Return the certificate of a row of registry_hosts.json, None where there is nothing wrong."""
    return Certificate(**row | {"names": tuple(row["names"])}) if row else None
