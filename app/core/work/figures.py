"""`/metrics`: figures for machines in Prometheus's text form, on a port of their own that the jobs process
opens. The port of the pages does not know them.
"""

import logging
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from flask import Flask

from app.core.index import reindexing, relay
from app.core.index.searching import SearchUnavailable, reader
from app.core.storage.db import db, reading
from app.core.values.clock import age_of
from app.core.values.registries import FIGURES, Figure
from app.core.web import measuring

log = logging.getLogger(__name__)
PATIENCE = 5  # seconds that somebody may take to ask, on the whole
MOST_AT_ONCE = 20
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def told() -> str:
    """All figures. A part that cannot be asked is named as missing and holds up no other."""
    lines: list[str] = []
    known: set[str] = set()
    missing: list[Figure] = []
    for part, ask in {"requests": measuring.figures, **_OWN, **dict(FIGURES.items())}.items():
        try:
            with reading():
                found = list(ask())
        except Exception as error:  # noqa: BLE001 - whatever ails one part, the others are told
            log.warning("metrics: %s cannot be told: %s", part, error)
            found = []
        missing.append(("figures_missing", f'part="{part}"', 0 if found else 1))
        lines += _lines(found, known)
    return "\n".join([*lines, *_lines(missing, known)]) + "\n"


def _lines(found: Iterable[Figure], known: set[str]) -> Iterator[str]:
    for name, labels, value in found:
        family, kind = _type_of(name)
        if family not in known:
            known.add(family)
            yield f"# TYPE zhaoshang_{family} {kind}"
        yield f"zhaoshang_{name}{{{labels}}} {value:.16g}" if labels else f"zhaoshang_{name} {value:.16g}"


def _type_of(name: str) -> tuple[str, str]:
    for ending in ("_bucket", "_sum", "_count"):
        if name.endswith(ending):
            return name.removesuffix(ending), "histogram"
    return name, "counter" if name.endswith("_total") else "gauge"


def _outbox() -> Iterator[Figure]:
    for state, count in relay.waiting_count().items():
        yield "outbox_entries", f'state="{state}"', count
    yield "outbox_oldest_seconds", "", relay.waited(relay.oldest_waiting()).total_seconds()


def _search() -> Iterator[Figure]:
    try:
        documents = reader().size()
    except SearchUnavailable as error:
        log.warning("metrics: the search engine does not answer: %s", error)
        yield "search_up", "", 0
    else:
        yield "search_up", "", 1
        yield "search_documents", "", documents
    last = reindexing.last_check()
    if last is None:
        return
    yield "search_check_age_seconds", "", age_of(last.at).total_seconds()
    for name, count in {**last.counts, "repaired": last.repaired}.items():
        yield "search_check_documents", f'kind="{name}"', count


_OWN = {"outbox": _outbox, "search": _search}


class _Server(ThreadingMixIn, TCPServer):
    """HTTPServer asks for the name of its address, which takes long where no names are served. Each asks in a
    thread of their own, so that one who says nothing keeps nobody waiting; more than a few are let go.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, where: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in where[0] else socket.AF_INET
        self.places = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(where, handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return self.places.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()


class _Figures(BaseHTTPRequestHandler):
    """One question and its answer."""

    timeout = PATIENCE
    server_version, sys_version = "zhaoshang", ""
    app: Flask

    def setup(self) -> None:
        super().setup()
        self.asked_in_time = threading.Timer(PATIENCE, self._hang_up)  # `timeout` is that of each byte
        self.asked_in_time.daemon = True
        self.asked_in_time.start()

    def finish(self) -> None:
        self.asked_in_time.cancel()
        super().finish()

    def _hang_up(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def do_GET(self) -> None:
        self.asked_in_time.cancel()
        if self.path.partition("?")[0] != "/metrics":
            self.send_error(404)
            return
        with self.app.app_context():
            body = told().encode()
            db.session.remove()
        self.send_response(200)
        self.send_header("Content-Type", TEXT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Who asked is not kept."""


def serve(app: Flask) -> TCPServer | None:
    """Opens the port and answers in a thread of this process. None where no port was given, or where it is
    taken, which goes to the log and stops nothing.
    """
    where = app.config["METRICS_ADDRESS"]
    if where is None:
        return None
    try:
        server = _Server(where, type("Figures", (_Figures,), {"app": app}))
    except OSError as error:
        log.error("metrics: %s:%s cannot be opened: %s", *where, error)
        return None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
