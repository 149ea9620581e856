"""`python -m consoleapp.simulator`: serves the simulator over HTTP, for any SDK or command-line tool, or for a console.

Faults can be ordered here for everybody, and in the state file while it runs (Store.set_fault).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from consoleapp.simulator import faults
from consoleapp.simulator.app import DerivedKeys, FixedKeys, KeyRing, Limits, make_app
from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.server import Server
from consoleapp.simulator.store import ALWAYS, EVERYBODY


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted, and return the exit status."""
    options = _parser().parse_args(arguments)
    app = make_app(
        state=options.state,
        keys=_keys(options),
        speed=options.speed,
        limits=Limits(options.max_vcpu, options.create_burst, options.create_per_second),
        catalog=Catalog.load(extra_repositories=options.extra_repositories),
        late_seconds=options.late_seconds,
    )
    for fault, every in options.fault:
        with app.store.transaction(time.time()) as transaction:
            transaction.set_fault(EVERYBODY, fault, ALWAYS, every=every)
    with Server(app, options.host, options.port) as server:
        print(f"Simulator listens on {server.url} with {_known(options)}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _keys(options: argparse.Namespace) -> KeyRing:
    if options.keys_from is None:
        return FixedKeys({options.access_key_id: options.access_key_secret})
    return DerivedKeys(options.keys_from.read_text(encoding="utf-8").strip())


def _known(options: argparse.Namespace) -> str:
    if options.keys_from is not None:
        return f"every access key, secrets derived from {options.keys_from}"
    return f"access key {options.access_key_id} / {options.access_key_secret}"


def _fault(text: str) -> tuple[str, int]:
    """Read "late-answer:10" as ("late-answer", 10): in every tenth CreateContainerGroup."""
    name, _colon, every = text.partition(":")
    if name not in faults.ALL or (every and not every.isdecimal()):
        raise argparse.ArgumentTypeError(f"write FAULT or FAULT:N with one of {', '.join(faults.ALL)}")
    return name, max(1, int(every or 1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m consoleapp.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8099, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="a file to keep the state in; memory without it")
    parser.add_argument("--access-key-id", default="testid")
    parser.add_argument("--access-key-secret", default="testsecret")
    parser.add_argument(
        "--keys-from", type=Path, help="a file that the secret of any access key is derived from, in place of one key"
    )
    parser.add_argument("--extra-repositories", type=int, default=0, help="more repositories to page through")
    parser.add_argument("--fault", type=_fault, action="append", default=[], help="FAULT or FAULT:N, in every Nth call")
    parser.add_argument("--late-seconds", type=float, default=15, help="how late a late answer is")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster time passes")
    limits = Limits()
    parser.add_argument("--max-vcpu", type=float, default=limits.max_vcpu, help="vCPU quota of a region")
    parser.add_argument("--create-burst", type=float, default=limits.create_burst, help="CreateContainerGroup at once")
    parser.add_argument("--create-per-second", type=float, default=limits.create_per_second)
    return parser


if __name__ == "__main__":
    sys.exit(main())
