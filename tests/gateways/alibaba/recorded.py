"""A client that answers from a list instead of the network, and keeps what it was asked."""

from collections.abc import Collection, Mapping
from typing import Any

from consoleapp.gateways.alibaba.answers import Json
from consoleapp.gateways.alibaba.client import Client, Idempotency
from consoleapp.gateways.alibaba.endpoints import Endpoints, Product


class Recorded(Client):
    """Answers in the order given; an exception among them is raised."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.idempotency: list[Idempotency] = []
        self.paths: list[str] = []
        self._endpoints = Endpoints()

    def call(
        self,
        product: Product,
        action: str,
        params: Mapping[str, str],
        *,
        region_id: str,
        idempotency: Idempotency = Idempotency.READ,
        secret_keys: Collection[str] = (),
        method: str = "POST",
        path: str = "/",
    ) -> Json:
        self.asked.append((action, dict(params)))
        self.idempotency.append(idempotency)
        self.paths.append(path)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def as_client(self) -> Client:
        return self
