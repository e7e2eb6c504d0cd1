"""Figures for machines: on a port of their own, of all processes, of nobody in particular."""

import os
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from socketserver import TCPServer

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.core.index import reindexing, relay
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.web import measuring
from app.core.work import figures
from app.register.accounts.enums import Role
from tests.factories.accounts import make_user
from tests.factories.counties import a_company, a_county, signed_in
from tests.services import databases
from tests.services.index import drained
from tests.services.product import Installation, Product, free_port, running_product


def read(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def asked(port: int, path: str = "/metrics") -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return str(answer.read().decode())


def once_open(port: int, product: Product) -> str:
    """The answer of the jobs process, which opens its port a moment after the pages do."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return asked(port)
        except urllib.error.URLError:
            assert time.monotonic() < deadline, product.log("jobs")
            time.sleep(0.1)


@pytest.fixture
def server(app: Flask) -> Iterator[TCPServer]:
    app.config["METRICS_ADDRESS"] = ("127.0.0.1", 0)
    server = figures.serve(app)
    assert server is not None
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.both_databases
def test_machines_read_figures(session: object, client: FlaskClient) -> None:
    a_county()
    signed_in(client, make_user(Role.ADMINISTRATOR)).get("/operations")
    told = read(figures.told())
    assert told['zhaoshang_outbox_entries{state="pending"}'] == 1
    assert told["zhaoshang_outbox_oldest_seconds"] >= 0
    assert told['zhaoshang_jobs_of_seven_days{state="failed"}'] == 0
    assert told["zhaoshang_people_of_15_minutes"] == 1
    assert told["zhaoshang_sign_in_failures_of_an_hour"] == 0
    assert told["zhaoshang_disk_free_bytes"] > 0
    assert told['zhaoshang_requests_total{kind="read",answer="2xx"}'] >= 1
    assert not any(value for name, value in told.items() if "figures_missing" in name)
    drained()
    a_company("漏掉有限公司")
    db.session.commit()
    db.session.query(OutboxEntry).delete()
    db.session.commit()
    reindexing.check_and_keep(mend=False)
    told = read(figures.told())
    assert (told["zhaoshang_search_up"], told["zhaoshang_search_documents"]) == (1, 1)
    assert told['zhaoshang_search_check_documents{kind="missing"}'] == 1


def test_the_port_knows_the_figures_alone_and_the_pages_do_not_know_them(
    session: object, client: FlaskClient, server: TCPServer
) -> None:
    port = int(server.server_address[1])
    assert "zhaoshang_disk_free_bytes" in asked(port)
    for path in ("/", "/healthz", "/metrics/..", "/login"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            asked(port, path)
    assert client.get("/metrics").status_code == 404
    assert signed_in(client, make_user(Role.ADMINISTRATOR)).get("/metrics").status_code == 404


def test_who_asks_a_byte_at_a_time_keeps_nobody_waiting_and_is_let_go(
    session: object, server: TCPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "PATIENCE", 0.5)
    port = int(server.server_address[1])
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        slow.sendall(b"G")
        assert "zhaoshang_disk_free_bytes" in asked(port)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() - begun < 4:
                slow.sendall(b"E")
                time.sleep(0.1)
    assert time.monotonic() - begun < 4


def test_figures_name_nobody_and_no_page(session: object, client: FlaskClient) -> None:
    county = a_county()
    user = make_user(Role.ADMINISTRATOR, person=county.head)
    signed_in(client, user).get("/search?q=秘密项目")
    client.post("/login", data={"login": "nobody-by-this-name", "password": "x"})
    told = figures.told()
    for secret in (county.head.name, user.login, "秘密项目", "nobody-by-this-name", "/search", "127.0.0.1"):
        assert secret not in told
    allowed = (
        r"zhaoshang_[a-z_0-9]+(\{[a-z]+=\"[A-Za-z0-9_.+]+\"(,[a-z]+=\"[A-Za-z0-9_.+]+\")*\})? [-+.e0-9]+"
    )
    assert all(line.startswith("# TYPE ") or re.fullmatch(allowed, line) for line in told.splitlines())


def test_one_part_that_ails_holds_up_no_other(
    session: object, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> dict[str, int]:
        raise OperationalError("select", {}, Exception("the server is away"))

    monkeypatch.setattr(relay, "waiting_count", away)
    client.get("/healthz")
    told = read(figures.told())
    assert told['zhaoshang_figures_missing{part="outbox"}'] == 1
    assert told['zhaoshang_figures_missing{part="operations"}'] == 0
    assert told['zhaoshang_requests_total{kind="read",answer="2xx"}'] == 1


def test_a_port_that_is_taken_stops_nothing(app: Flask, server: TCPServer) -> None:
    app.config["METRICS_ADDRESS"] = server.server_address
    assert figures.serve(app) is None
    app.config["METRICS_ADDRESS"] = None
    assert figures.serve(app) is None


# --- requests ---


def test_the_counts_of_all_processes_and_threads_are_added_up(
    app: Flask, session: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(app.config["INSTANCE_PATH"]) / measuring.FOLDER
    for pid in (41, 42):  # one after the other; 42 is started again
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        counts = measuring.Counts(folder)
        threads = [threading.Thread(target=counts.add, args=("read", 200, 0.06)) for _number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    again = measuring.Counts(folder)
    for status, seconds in ((503, 0.2), (418, 60.0), (101, 0.0)):
        again.add("write", status, seconds)
    (folder / "43").write_bytes(b"of another version")
    told = {f"{name}{{{labels}}}": value for name, labels, value in measuring.figures()}
    assert told['requests_total{kind="read",answer="2xx"}'] == 40
    assert told['request_seconds_bucket{kind="read",le="0.05"}'] == 0
    assert told['request_seconds_bucket{kind="read",le="0.1"}'] == 40
    assert told['request_seconds_sum{kind="read"}'] == pytest.approx(2.4)
    assert told['requests_total{kind="write",answer="503"}'] == 1
    assert told['requests_total{kind="write",answer="4xx"}'] == 1
    assert told['request_seconds_bucket{kind="write",le="10"}'] == 2
    assert told['request_seconds_bucket{kind="write",le="+Inf"}'] == 3
    measuring.forget(folder.parent)
    assert sum(value for _name, _labels, value in measuring.figures()) == 0


def test_a_request_that_cannot_be_counted_is_answered(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    assert client.get("/healthz").status_code == 200


def test_both_workers_are_counted_and_the_jobs_process_tells(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases.sqlite_copy(sqlite_template, tmp_path)
    port = free_port()
    monkeypatch.setenv("METRICS_PORT", str(port))
    with running_product(Installation(tmp_path), only=("web", "jobs")) as product:

        def ask(_number: int) -> None:
            urllib.request.urlopen(f"{product.url}/healthz", timeout=10).close()

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told = read(once_open(port, product))
    assert told['zhaoshang_requests_total{kind="read",answer="2xx"}'] == 40
    assert "zhaoshang_search_up" in told
