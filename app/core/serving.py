"""What the web server itself refuses before the product is asked: the same pages in Chinese.

gunicorn writes such pages by one function and has no setting for them, so that function is replaced.
"""

import contextlib
import socket
import time
from http import HTTPStatus

from flask import Flask
from gunicorn import util

from app.core.web import CONTENT_SECURITY_POLICY, refusal_page

_STATUSES = (400, 403, 414, 417, 431, 500, 501)
_DRAIN_SECONDS = 1.0
_DRAIN_BYTES = 1 << 20


def speak_chinese(app: Flask) -> None:
    """Makes the pages once, in the parent, and gives them to gunicorn."""
    pages = {status: _page_of(app, status) for status in _STATUSES}

    def write_error(client: socket.socket, status: int, reason: str, _message: str) -> None:
        page = pages.get(status) or pages[400 if status < 500 else 500]
        util.write_nonblock(client, _answer(status, reason, page))
        _listen_to_the_end(client)

    util.write_error = write_error


def _page_of(app: Flask, status: int) -> bytes:
    hosts = app.config["TRUSTED_HOSTS"] or ["localhost"]
    # whatever was sent, a form may have been lost with it: the words are those of a sending
    with app.test_request_context(base_url=f"http://{hosts[0].lstrip('.')}", method="POST"):
        page, _status = refusal_page(status)
    assert isinstance(page, str)
    return page.encode()


def _answer(status: int, reason: str, page: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {reason or HTTPStatus(status).phrase}",
        "Connection: close",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(page)}",
        "Cache-Control: no-store",
        f"Content-Security-Policy: {CONTENT_SECURITY_POLICY}",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + page


def _listen_to_the_end(client: socket.socket) -> None:
    """Takes in the rest of what was too long, within bounds: closing before would throw away the answer on
    its way."""
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        until, left = time.monotonic() + _DRAIN_SECONDS, _DRAIN_BYTES
        while left > 0 and (patience := until - time.monotonic()) > 0:
            client.settimeout(patience)
            taken = len(client.recv(1 << 16))
            left = left - taken if taken else 0
