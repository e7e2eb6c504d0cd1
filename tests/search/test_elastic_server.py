"""Something else answers where the Elasticsearch should: said by name, with the cure, and nothing is lost."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from search.breaker import FAILURES, GuardedBackend
from search.factory import open_backend, start_rebuild
from search.interface import SearchUnavailable, WrongServer
from tests.search.backends import ask, enterprise, fresh_address, ids

MARK = {"X-Elastic-Product": "Elasticsearch"}
JSON = "application/json"


class Handler(BaseHTTPRequestHandler):
    """Answers everything alike: what `GET /` is answered, or with `otherwise`."""

    front: tuple[int, str, bytes] = (200, JSON, b"{}")
    otherwise: tuple[int, str, bytes] = (200, JSON, b"{}")
    marked = False

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_front = self.command == "GET" and self.path == "/"
        status, mimetype, body = self.front if is_front else self.otherwise
        self.send_response(status)
        if self.marked:
            self.send_header(*next(iter(MARK.items())))
        self.send_header("Content-Type", mimetype)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/county"
    finally:
        server.shutdown()
        server.server_close()


def answering(**given: Any) -> Any:
    return serving(type("Answering", (Handler,), given))


def of_version(number: str, **more: str) -> tuple[int, str, bytes]:
    return 200, JSON, json.dumps({"version": {"number": number, **more}, "tagline": "u:p"}).encode()


REFUSED = (406, JSON, b'{"error": "Content-Type header is not supported", "status": 406}')
MISFIT = (400, JSON, b'{"error": {"type": "media_type_header_exception"}, "status": 400}')
PAGE = (200, "text/html", b"<html>welcome</html>")
GONE = (404, "text/html", b"<html>not found</html>")


@pytest.mark.parametrize(
    ("given", "name", "cure"),
    [
        (
            {"front": of_version("2.11.0", distribution="opensearch")},
            "OpenSearch 2.11.0",
            "换成 Elasticsearch",
        ),
        ({"front": of_version("7.10.2")}, "Elasticsearch 是 7.10.2，太旧", "升级到 8.19"),
        ({"front": of_version("7.10.2"), "otherwise": REFUSED}, "7.10.2，太旧", "升级到 8.19"),
        ({"front": of_version("8.19.1")}, "网关去掉了应答头 X-Elastic-Product", "原样转发应答头"),
        (
            {"front": of_version("9.1.0"), "otherwise": MISFIT, "marked": True},
            "Elasticsearch 是 9.1.0",
            "requirements",
        ),
        (
            {"front": of_version("8.19.1"), "otherwise": MISFIT, "marked": True},
            "Elasticsearch 是 8.19.1",
            "requirements",
        ),
        ({"front": PAGE, "otherwise": PAGE}, "不是 Elasticsearch", "核对主机和端口"),
        ({"front": PAGE, "otherwise": GONE}, "不是 Elasticsearch", "核对主机和端口"),
        ({"front": (405, JSON, b"{}")}, "它对 GET / 答 405", "原样转发应答头"),
    ],
)
def test_who_answers_is_said_by_name_and_with_the_cure(given: dict[str, Any], name: str, cure: str) -> None:
    with answering(**given) as url:
        backend = open_backend(url, writer=True)
        uses = (
            lambda: ask(backend, "博元"),
            backend.size,
            lambda: list(backend.fingerprints()),
            lambda: backend.apply((enterprise("e1", "博元充电有限公司"),), ()),
            lambda: start_rebuild(url),
        )
        for use in uses:
            with pytest.raises(WrongServer) as refused:
                use()
            words = str(refused.value)
            assert name in words
            assert cure in words
            # No address, no text of the server's own.
            assert "127.0.0.1" not in words and "u:p" not in words


@pytest.mark.parametrize(
    ("status", "words"), [(401, "用户密码或 api_key（401）"), (403, "账号没有权限（403）")]
)
def test_what_the_account_lacks_is_said(status: int, words: str) -> None:
    body = b'{"error": {"type": "x"}}'
    with (
        answering(otherwise=(status, JSON, body), marked=True) as url,
        pytest.raises(SearchUnavailable, match=words),
    ):
        open_backend(url).size()


def test_a_gateway_without_its_service_is_no_wrong_server() -> None:
    with (
        answering(otherwise=(502, "text/html", b"<html>bad gateway</html>")) as url,
        pytest.raises(SearchUnavailable, match="网关答 502") as refused,
    ):
        open_backend(url).size()
    assert not isinstance(refused.value, WrongServer)


def test_a_reader_left_alone_still_says_what_is_wrong() -> None:
    with answering(front=of_version("7.10.2")) as url:
        backend = GuardedBackend(open_backend(url))
        for _ in range(FAILURES + 2):
            with pytest.raises(WrongServer, match=r"7\.10\.2"):
                backend.size()
        assert backend.breaker.is_open


def _dropping(node: str, method: str) -> type[BaseHTTPRequestHandler]:
    """A gateway before a real node, which drops the mark from the answers to one method."""

    class Gateway(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            asked = urllib.request.Request(node + self.path, body or None, headers, method=self.command)
            try:
                found = urllib.request.urlopen(asked)
            except urllib.error.HTTPError as error:
                found = error
            with found:
                answer = found.read()
                self.send_response(found.status)
                for name in ("Content-Type", *MARK):
                    is_dropped = name in MARK and self.command == method
                    if name in found.headers and not is_dropped:
                        self.send_header(name, found.headers[name])
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_DELETE = _pass_on

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Gateway


def test_a_write_that_was_carried_out_and_then_refused_is_harmless_when_repeated(
    request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    with fresh_address("elasticsearch", request, tmp_path) as address:
        node, _, name = address.rpartition("/")
        direct = open_backend(address, writer=True)
        direct.apply((enterprise("e1", "博元充电有限公司", version=3),), ())
        with serving(_dropping(node, "PUT")) as gateway:
            behind = open_backend(f"{gateway.rpartition('/')[0]}/{name}", writer=True)
            newer = enterprise("e1", "博远充电有限公司", version=5)
            for _ in range(2):
                with pytest.raises(WrongServer, match="X-Elastic-Product"):
                    behind.apply((newer,), ())
            behind.close()
        assert (direct.size(), ids(direct, "博远充电")) == (1, ["e1"])
        # What was sent before and comes late changes nothing.
        direct.apply((enterprise("e1", "博元充电有限公司", version=4),), ())
        direct.apply((newer,), ())
        assert (direct.size(), ids(direct, "博远充电")) == (1, ["e1"])
        direct.close()
