"""A node that hangs, dies and comes back; nodes that do not exist; certificates nobody vouches for."""

import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from search.elastic import client as elastic
from search.factory import open_backend, start_rebuild
from search.interface import SearchBackend, SearchUnavailable
from tests.search.backends import ask, enterprise, filled, ids
from tests.services.elasticsearch import ElasticsearchNode, own_node

BOYUAN = enterprise("e1", "博元充电有限公司")
WEINA = enterprise("e2", "微纳电池有限公司")


# As the product has it; the other tests have more, for a machine that does much else at the time.
SHIPPED_PATIENCE = elastic.READ_PATIENCE


@pytest.fixture(scope="module")
def node() -> Iterator[ElasticsearchNode]:
    with own_node() as running:
        yield running


def seconds_until_refused(attempt: Callable[[], object]) -> float:
    start = time.monotonic()
    with pytest.raises(SearchUnavailable) as refused:
        attempt()
    # What a reader of the log may see: no address, no text of the engine.
    assert "127.0.0.1" not in str(refused.value)
    return time.monotonic() - start


def every_use(backend: SearchBackend, url: str) -> dict[str, Callable[[], object]]:
    return {
        "search": lambda: ask(backend, "博元"),
        "size": backend.size,
        "fingerprints": lambda: list(backend.fingerprints()),
        "apply": lambda: backend.apply((WEINA,), ()),
        "rebuild": lambda: start_rebuild(url),
    }


@pytest.mark.drill
def test_a_hung_node_is_given_up_in_time_and_answers_again_by_itself(
    node: ElasticsearchNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{node.url}/hung"
    backend = filled(url, (BOYUAN,))
    node.freeze()
    try:
        with monkeypatch.context() as shipped:
            shipped.setattr(elastic, "READ_PATIENCE", SHIPPED_PATIENCE)
            for patience in ("WRITE_PATIENCE", "ADMIN_PATIENCE"):
                shipped.setattr(elastic, patience, 2.0)
            for name, use in every_use(backend, url).items():
                assert seconds_until_refused(use) < 3.0, name
    finally:
        node.thaw()
    backend.apply((WEINA,), ())
    assert (ids(backend, "博元"), ids(backend, "微纳")) == (["e1"], ["e2"])


@pytest.mark.drill
def test_a_killed_node_is_noticed_at_once_and_comes_back_with_all_it_had_taken(
    node: ElasticsearchNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{node.url}/killed"
    backend = filled(url, (BOYUAN, enterprise("secret", "机密项目", version=3)))
    backend.apply((WEINA,), (("enterprise", "secret", 9),))
    node.kill()
    try:
        with monkeypatch.context() as patient:
            for patience in ("READ_PATIENCE", "WRITE_PATIENCE", "ADMIN_PATIENCE"):
                patient.setattr(elastic, patience, 60.0)
            for name, use in every_use(backend, url).items():
                assert seconds_until_refused(use) < 30.0, f"{name} waited its patience out"
    finally:
        node.start()
    # A late sender still holds the secret: Elasticsearch itself forgets deletes when it is killed.
    backend.apply((enterprise("secret", "机密项目", version=8),), ())
    assert {public_id for _, public_id, _ in backend.fingerprints()} == {"e1", "e2"}
    assert (ids(backend, "博元"), ids(backend, "机密")) == (["e1"], [])


@pytest.mark.drill
def test_a_rebuild_cut_off_by_a_dead_node_leaves_the_old_index_in_use(node: ElasticsearchNode) -> None:
    url = f"{node.url}/cut"
    backend = filled(url, (BOYUAN,))
    with pytest.raises(SearchUnavailable), start_rebuild(url) as rebuild:
        node.kill()
        rebuild.add((WEINA,))
    node.start()
    assert ids(backend, "博元") == ["e1"]
    with start_rebuild(url) as rebuild:
        rebuild.add((WEINA,))
        rebuild.finish()
    assert (ids(backend, "博元"), ids(backend, "微纳")) == ([], ["e2"])


@pytest.mark.drill
def test_one_reachable_node_of_a_cluster_is_enough(node: ElasticsearchNode) -> None:
    # Nothing listens on ports 1 and 2.
    url = f"http://127.0.0.1:1,127.0.0.1:{node.port},127.0.0.1:2/some"
    backend = filled(url, (BOYUAN,))
    assert [ids(backend, "博元") for _ in range(6)] == [["e1"]] * 6


class Counter(BaseHTTPRequestHandler):
    """Answers every request as a cluster that holds one document would answer a count."""

    seen: ClassVar[list[str]] = []
    status = 200
    body = b'{"count": 1}'

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.headers.get("Authorization", ""))
        self.send_response(self.status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def stand_in(certificate: Path | None = None, status: int = 200, body: bytes = Counter.body) -> Iterator[int]:
    handler = type("Handler", (Counter,), {"status": status, "body": body})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    made = tmp_path / "node.pem"
    options = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-nodes"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", str(made.with_suffix(".key"))]
    subprocess.run(
        ["openssl", "req", "-x509", *key, "-out", str(made), *options], check=True, capture_output=True
    )
    return made


def test_a_certificate_is_accepted_from_the_named_authority_only(certificate: Path) -> None:
    with stand_in(certificate) as port:
        assert open_backend(f"https://127.0.0.1:{port}/a?ca={certificate}").size() == 1
        seconds_until_refused(open_backend(f"https://127.0.0.1:{port}/a").size)
        # The name in the certificate counts as well.
        seconds_until_refused(open_backend(f"https://localhost:{port}/a?ca={certificate}").size)


def test_a_certificate_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    seconds_until_refused(open_backend(f"https://127.0.0.1:1/a?ca={tmp_path / 'absent.pem'}").size)


@pytest.mark.parametrize(
    ("url", "sent"), [("u:p%40@{}/a", "Basic dTpwQA=="), ("{}/a?api_key=a+b==", "ApiKey a+b==")]
)
def test_user_or_key_are_sent_with_every_request(
    url: str, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Counter, "seen", seen)
    with stand_in() as port:
        assert open_backend("http://" + url.format(f"127.0.0.1:{port}")).size() == 1
    assert seen == [sent]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"error": {"type": "security_exception", "reason": "u:p"}}'),
        (403, b'{"error": "no"}'),
        (429, b"{}"),
        (500, b"[]"),
        (503, b""),
        (200, b"{broken"),
    ],
)
def test_whatever_a_cluster_answers_instead_is_unavailability(status: int, body: bytes) -> None:
    with stand_in(status=status, body=body) as port:
        seconds_until_refused(open_backend(f"http://127.0.0.1:{port}/a").size)
