"""Pages go out compressed, save to a request that another site caused."""

import gzip
import io

import pytest
from flask import Flask, Response, send_file
from flask.testing import FlaskClient

from app.core.access.permissions import PUBLIC, requires

PACKS = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_sent_compressed_and_is_the_same_page(client: FlaskClient) -> None:
    packed = client.get("/login", headers=PACKS)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < 4000
    assert "<h1>登录</h1>" in gzip.decompress(packed.data).decode()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_caused_by_another_site_is_answered_at_full_length(client: FlaskClient, site: str) -> None:
    answer = client.get("/login", headers=PACKS | {"Sec-Fetch-Site": site})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_and_typed_addresses_are_answered_compressed(client: FlaskClient, site: str) -> None:
    answer = client.get("/login", headers=PACKS | {"Sec-Fetch-Site": site})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_a_file_is_sent_as_it_lies_there(app: Flask) -> None:
    @app.get("/planted")
    @requires(PUBLIC)
    def planted() -> Response:
        """A file of a kind that is packed where it is a page."""
        return send_file(io.BytesIO(b"[" + b" " * 4000 + b"]"), mimetype="application/json")

    answer = app.test_client().get("/planted", headers=PACKS)
    assert (answer.status_code, len(answer.data)) == (200, 4002)
    assert "Content-Encoding" not in answer.headers


def test_what_is_short_or_cannot_be_unpacked_is_sent_as_it_is(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=PACKS).headers
    assert "Content-Encoding" not in client.get("/login").headers
