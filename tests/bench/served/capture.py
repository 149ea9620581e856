"""A server that answers every CreateContainerGroup with the same few bytes: what is left is the client's own cost."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from consoleapp.simulator.server import Server

ANSWER = b'{"RequestId":"11111111-2222-4333-8444-555555555555","ContainerGroupId":"eci-bench"}'


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]


if __name__ == "__main__":
    with Server(application, port=int(sys.argv[1])) as server:
        server.serve_forever()
