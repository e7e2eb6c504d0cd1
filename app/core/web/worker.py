"""The server of the pages: waitress inside a worker process of gunicorn.

gunicorn forks the workers, watches over them and starts them anew. waitress takes requests in and gives
answers out in one loop for all connections, so that a thread is busy only while the product works on a
request that is there as a whole: clients that send or read a byte a second hold none (ADR 11).
"""

import logging
import os
import socket
import time
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, Error, RequestHeaderFieldsTooLarge

from app.core.web.receiving import takes_body
from app.core.web.serving import headers_and_page

LONGEST_HEAD = 16 * 1024  # bytes of the line and all headers
MOST_HEADERS = 100
HEAD_SECONDS = 20  # for the line and the headers
SLOWEST_BODY = 4 * 1024  # bytes a second, on the whole
LONGEST_SECONDS = 15 * 60  # for a body, and for an answer
SILENT_SECONDS = 60  # in the midst of either
MOST_CONNECTIONS = 1000  # of one worker
MOST_REQUESTS = 100  # over one connection; then it is made anew, perhaps with the worker that has less to do
CROWDED = 800  # connections from which on nobody is waited for longer than
CROWDED_SECONDS = 2
DISCARD_SECONDS = 5  # for the rest of a body that nobody wants: closing at once would throw the answer away
LAST_SECONDS = 2  # a worker that ends still takes what is on its way over connections that are open
LOOK_SECONDS = 1
_IN_PIECES = b"\r\ntransfer-encoding:"  # of any version and kind: two readers could part it differently


class AddressTooLong(BadRequest):
    code = 414
    reason = "URI Too Long"


class LengthRequired(BadRequest):
    code = 411
    reason = "Length Required"


class TooSlow(BadRequest):
    code = 408
    reason = "Request Timeout"


class Incoming(HTTPRequestParser):
    """One request on its way in. A body that nobody will read is not taken in: the product is asked without
    it and refuses it by the length that was announced.
    """

    error: Error | None
    leaves_a_rest = False
    path = ""  # of one that could not be read, for what waitress logs of it

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.begun = time.monotonic()

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        if isinstance(self.error, RequestHeaderFieldsTooLarge) and b"\r\n" not in self.header_plus + data:
            self.error = AddressTooLong("")
        self.leaves_a_rest |= self.error is not None
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as odd:  # waitress lets a few through, and its loop would drop the line unanswered
            raise ParsingError("what it is cannot be read") from odd
        if self.version not in {"1.0", "1.1"}:
            raise ParsingError("no such version")
        if header_plus.count(b"\r\n") > MOST_HEADERS:
            self._leave_body(RequestHeaderFieldsTooLarge(""))
        elif _IN_PIECES in header_plus.lower():  # no browser sends a form in pieces of unsaid length
            self._leave_body(LengthRequired(""))
        elif not self.adj.takes_body(
            self.command, self.path, self.content_length, self.headers.get("COOKIE", "")
        ):
            self._leave_body()

    def _leave_body(self, error: Error | None = None) -> None:
        self.close()
        self.error, self.body_rcv, self.content_length, self.expect_continue = error, None, 0, False
        self.leaves_a_rest = True
        self.headers["CONNECTION"] = "close"

    def may_take(self) -> float:
        """Seconds from its first byte to its last."""
        if not self.headers_finished:
            return HEAD_SECONDS
        return min(HEAD_SECONDS + self.content_length / SLOWEST_BODY, LONGEST_SECONDS)


class Answering(WSGITask):
    """The answer of the product; the last one of a connection or of a worker says that it closes."""

    def start(self) -> None:
        super().start()
        self.channel.answers += 1
        if self.channel.server.is_ending_after_this() or self.channel.answers >= MOST_REQUESTS:
            self.request.headers["CONNECTION"] = "close"


class Refusing(ErrorTask):
    """The answer to what the product is not asked about: the same page in Chinese."""

    def execute(self) -> None:
        error = self.request.error
        headers, page = headers_and_page(error.code)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(page)
        self.write(page)


class ClientConnection(HTTPChannel):
    """A client's connection; who is too slow gives it up."""

    parser_class = Incoming
    task_class = Answering
    error_task_class = Refusing
    request: Incoming | None
    requests: list[Incoming]
    will_close: bool
    answers = 0
    leaves_a_rest = False
    answered_at = 0.0
    discards_until = 0.0

    def service(self) -> None:
        self.leaves_a_rest = self.requests[0].leaves_a_rest
        super().service()
        self.answered_at = time.monotonic()

    def give_up_slow(self, *, crowded: bool) -> None:
        if self.requests or self.discards_until:  # the product is at work, or it is closing anyway
            return
        # by the wall clock, which may be set in between
        silent = abs(time.time() - self.last_activity) > (CROWDED_SECONDS if crowded else SILENT_SECONDS)
        if self.request is None:  # nothing is coming in: it is idle, or an answer is going out
            is_late = bool(self.total_outbufs_len) and self._since(self.answered_at) > LONGEST_SECONDS
            self.will_close |= silent or is_late
        elif silent or self._since(self.request.begun) > (
            CROWDED_SECONDS if crowded else self.request.may_take()
        ):
            self._refuse_slow(self.request)

    @staticmethod
    def _since(moment: float) -> float:
        return time.monotonic() - moment

    def _refuse_slow(self, late: Incoming) -> None:
        late.error, late.completed, late.leaves_a_rest = TooSlow(""), True, True
        with self.requests_lock:
            self.request = None
            self.requests.append(late)
        self.server.add_task(self)

    def handle_write(self) -> None:
        if self.discards_until:
            self.handle_close()
        elif self.close_when_flushed and not self.total_outbufs_len and self.leaves_a_rest:
            self.discards_until = time.monotonic() + DISCARD_SECONDS
            self.socket.shutdown(socket.SHUT_WR)
        else:
            super().handle_write()

    def readable(self) -> bool:
        return bool(self.discards_until) or super().readable()

    def writable(self) -> bool:
        if self.discards_until:
            return self.will_close or time.monotonic() > self.discards_until
        return bool(super().writable())

    def received(self, data: bytes) -> bool:
        return not self.discards_until and bool(super().received(data))


class Server(TcpWSGIServer):
    """One listening socket with its connections."""

    channel_class = ClientConnection

    def __init__(self, worker: "PageWorker", *args: Any, **more: Any) -> None:
        self.worker = worker
        super().__init__(*args, **more)

    def is_ending_after_this(self) -> bool:
        return self.worker.count_request()

    def maintenance(self, now: float) -> None:
        """Of waitress, by the wall clock; `look_after` does it instead."""

    def look_after(self) -> None:
        crowded = len(self.active_channels) > CROWDED
        for connection in list(self.active_channels.values()):
            connection.give_up_slow(crowded=crowded)

    def accept_no_more(self) -> None:
        self.accepting = False

    def close_idle(self) -> None:
        for connection in list(self.active_channels.values()):
            if not (connection.requests or connection.request or connection.total_outbufs_len):
                connection.will_close = True


class PageWorker(Worker):
    """What gunicorn starts; its settings are those of gunicorn.conf.py."""

    def run(self) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        connections: dict[int, Any] = {}
        self.servers = [self._server(listener.sock, dispatcher, connections) for listener in self.sockets]
        looked = 0.0
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.poll2(LOOK_SECONDS, connections)
            if time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                for server in self.servers:
                    server.look_after()
        self._finish(connections)
        dispatcher.shutdown()

    def _server(
        self, listener: socket.socket, dispatcher: ThreadedTaskDispatcher, connections: dict[int, Any]
    ) -> Server:
        adjustments = Adjustments(
            sockets=[listener],
            ident=None,
            threads=self.cfg.threads,
            backlog=self.cfg.backlog,
            connection_limit=MOST_CONNECTIONS,
            max_request_header_size=LONGEST_HEAD,
            outbuf_overflow=256 * 1024,  # bytes; more of an answer that waits to be read goes to a file
            clear_untrusted_proxy_headers=False,  # core/access/address knows whom to believe
            log_socket_errors=False,
        )
        adjustments.takes_body = takes_body(self.wsgi)
        return Server(
            self,
            self.wsgi,
            connections,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    def count_request(self) -> bool:
        """True once the worker is ending: after as many requests as it may answer, or when asked to."""
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        return not self.alive

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        for server in getattr(self, "servers", []):
            server.pull_trigger()

    def _finish(self, connections: dict[int, Any]) -> None:
        """Ends the work in hand; idle connections stay a moment, since a client may just be asking."""
        begun = time.monotonic()
        for server in self.servers:
            server.accept_no_more()
        while any(server.active_channels for server in self.servers):
            passed = time.monotonic() - begun
            if passed > self.cfg.graceful_timeout:
                break
            self.notify()
            if passed > LAST_SECONDS:
                for server in self.servers:
                    server.close_idle()
            wasyncore.poll2(0.1, connections)
