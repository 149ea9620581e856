"""Pages travel compressed."""

import gzip

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_page_is_compressed_for_who_reads_gzip(client: Client) -> None:
    plain = client.get("/buy/")
    packed = client.get("/buy/", headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert b"</html>" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 3


def test_a_short_answer_is_left_alone(client: Client) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"accept-encoding": "gzip"})
