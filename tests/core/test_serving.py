"""What the server refuses by itself, asked of a real one: no page of it is English."""

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest

from app.core.web.worker import MOST_REQUESTS, Incoming
from tests.services import databases
from tests.services.product import Installation, Product, running_product


@pytest.fixture(scope="module")
def web(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("web")
    databases.sqlite_copy(sqlite_template, folder)
    with running_product(Installation(folder), only=("web",)) as product:
        yield product


def answer_to(product: Product, sent: bytes) -> tuple[int, str]:
    """(status, the answer) to raw bytes, as far as it comes before the connection ends."""
    at = urlsplit(product.url)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=20) as line:
        line.sendall(sent)
        received = b""
        while chunk := line.recv(1 << 16):
            received += chunk
    return int(received.split(b" ", 2)[1]), received.decode()


HOST = b"Host: 127.0.0.1\r\n"
ASKS = {
    "a huge address": (b"GET /login?q=" + b"a" * 300_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "a line that is none": (b"HELLO\r\n\r\n", 400),
    "another protocol": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400),
    "a broken header": (b"GET / HTTP/1.1\r\n" + HOST + b"bro ken: 1\r\n\r\n", 400),
    "a header over the limit": (
        b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: " + b"a" * 20_000 + b"\r\n\r\n",
        431,
    ),
    "many headers": (b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\r\n" * 400 + b"\r\n", 431),
    "an unknown coding": (
        b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gibberish\r\n\r\n",
        501,
    ),
    "a body of unsaid length": (
        b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n0\r\n\r\n",
        411,
    ),
    "the same of an old version": (
        b"POST /login HTTP/1.0\r\n" + HOST + b"Connection: keep-alive\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n0\r\n\r\n",
        411,
    ),
    "a coding that is none beside a length": (
        b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: ,\r\nContent-Length: 5\r\n\r\nlogin",
        411,
    ),
}
WORDS = {
    414: "网址太长",
    400: "这个请求没有看懂",
    431: "浏览器带来的内容太多",
    501: "这种请求没有收下",
    411: "没有说明内容有多长",
}


@pytest.mark.parametrize("ask", ASKS)
def test_what_the_server_refuses_by_itself_is_told_in_chinese(web: Product, ask: str) -> None:
    sent, expected = ASKS[ask]
    status, answer = answer_to(web, sent)
    assert status == expected
    assert WORDS[expected] in answer
    assert 'lang="zh-CN"' in answer and "charset=utf-8" in answer
    for english in ("Bad Request", "URI Too Long", "Invalid", "exceeds"):
        assert english not in answer.split("\r\n\r\n", 1)[1]


@pytest.mark.parametrize("length", [5000, 9000])
def test_an_address_within_the_limit_reaches_the_product(web: Product, length: int) -> None:
    status, answer = answer_to(
        web, b"GET /login?q=" + b"a" * length + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    )
    assert (status, "网址太长" in answer) == (414, True)


def test_after_a_refusal_the_next_request_is_answered(web: Product) -> None:
    answer_to(web, b"HELLO\r\n\r\n")
    status, _answer = answer_to(web, b"GET /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert status == 200


def test_workers_that_end_after_their_share_of_requests_drop_nobody(
    sqlite_template: Path, tmp_path: Path
) -> None:
    databases.sqlite_copy(sqlite_template, tmp_path)
    short_lived = ("--max-requests", "30", "--max-requests-jitter", "0")
    with running_product(Installation(tmp_path), only=("web",), web_options=short_lived) as product:
        first = workers_of(product)
        with ThreadPoolExecutor(4) as readers:
            answers = [answer for read in readers.map(read_often, [product] * 4) for answer in read]
        assert set(answers) == {200}
        assert not first & workers_of(product)


def test_a_connection_ends_with_an_answer_after_a_hundred(web: Product) -> None:
    """Else those that began when one worker was alone would stay with it."""
    at = urlsplit(web.url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    told = []
    for _ in range(MOST_REQUESTS + 1):
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        told.append(answer.headers["Connection"])
    connection.close()
    assert told == [None] * (MOST_REQUESTS - 1) + ["close", None]


def workers_of(product: Product) -> set[str]:
    parent = product.processes["web"].pid
    return set(Path(f"/proc/{parent}/task/{parent}/children").read_text().split())


def read_often(product: Product) -> list[int]:
    """The statuses of forty reads over one connection, made anew only when an answer said that it ends."""
    at = urlsplit(product.url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    statuses = []
    for _ in range(40):
        connection.request("GET", "/login")
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses


def test_what_the_parser_itself_stumbles_over_is_refused_and_not_left_unanswered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble(_self: HTTPRequestParser, _head: bytes) -> None:
        raise ValueError("a number with more digits than Python reads")

    monkeypatch.setattr(HTTPRequestParser, "parse_header", stumble)
    ask = Incoming(Adjustments())
    ask.received(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert isinstance(ask.error, BadRequest)
    assert (ask.completed, ask.leaves_a_rest, ask.path) == (True, True, "")
