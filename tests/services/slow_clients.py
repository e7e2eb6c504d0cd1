"""Clients that hold a connection and hardly use it, as bad networks and bad people do."""

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

_HEAD = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
SENDS_HEADERS = "sends a byte of the headers a second"
SENDS_BODY = "sends a byte of the body a second"
READS = "reads a byte of the answer a second"
SILENT = "connects and says nothing"
OPENINGS: Mapping[str, bytes] = {
    SENDS_HEADERS: _HEAD + b"X-A: ",
    SENDS_BODY: b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n",
    READS: (_HEAD + b"\r\n") * 50,
    SILENT: b"",
}


class SlowClients:
    """So many of each kind, busy while the block lasts."""

    def __init__(self, url: str, of_each: int, trust: ssl.SSLContext | None = None) -> None:
        address = urlsplit(url)
        self._lines = {
            kind: [_connected(address, opening, trust) for _ in range(of_each)]
            for kind, opening in OPENINGS.items()
        }
        self._leave = threading.Event()
        self._hand = threading.Thread(target=self._keep_busy)

    def __enter__(self) -> Self:
        self._hand.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._leave.set()
        self._hand.join()
        for lines in self._lines.values():
            for line in lines:
                line.close()

    def still_heard(self, kind: str) -> int:
        """How many of a kind the server has not shut out."""
        return sum(map(_is_open, self._lines[kind]))

    def _keep_busy(self) -> None:
        while not self._leave.wait(1):
            for kind, lines in self._lines.items():
                for line in lines:
                    with suppress(OSError):
                        if kind == READS:
                            line.recv(1)
                        elif kind != SILENT:
                            line.send(b"a")


def _connected(address: SplitResult, opening: bytes, trust: ssl.SSLContext | None) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    line.connect((address.hostname, address.port))
    if trust:
        line = trust.wrap_socket(line, server_hostname=address.hostname)
    line.sendall(opening)
    line.setblocking(False)
    return line


def _is_open(line: socket.socket) -> bool:
    try:
        while line.recv(1 << 16):
            pass
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False
