"""How many requests were answered, with what and how fast: each process that answers pages keeps its counts
in a file of its own, and whoever asks adds them up. Neither addresses nor people are among them.

prometheus_client does the same with a folder from the environment, read at its import, and one registry for
the process; a process of ours may hold several apps, and what is counted here is one array of numbers.
"""

import logging
import os
import threading
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, current_app, g, request

from app.core.values.registries import Figure
from app.core.web.files import instance_folder

log = logging.getLogger(__name__)
FOLDER = "requests"  # in the installation's folder: a file a process
KINDS = ("read", "write")
# By class, and those by themselves that tell of a trouble: too much asked, a fault, no database, no room.
ANSWERS = ("2xx", "3xx", "4xx", "5xx", "429", "500", "503", "507")
BOUNDS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds
_TIMES = (*BOUNDS, float("inf"))
_EACH = len(ANSWERS) + len(_TIMES) + 1  # answers, times by bound, microseconds in all
_LENGTH = len(KINDS) * _EACH


class Counts:
    """The counts of this process, written after each request: what another reads is never half a number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._pid = 0
        self._file = -1
        self._numbers = _nothing()

    def add(self, kind: str, status: int, seconds: float) -> None:
        first = KINDS.index(kind) * _EACH
        with self._lock:
            if self._pid != os.getpid():
                self._begin()
            self._numbers[first + ANSWERS.index(_answer(status))] += 1
            self._numbers[first + len(ANSWERS) + bisect_left(_TIMES, seconds)] += 1
            self._numbers[first + _EACH - 1] += round(seconds * 1_000_000)
            os.pwrite(self._file, self._numbers.tobytes(), 0)

    def _begin(self) -> None:
        """In a forked process; where an earlier one had the same number, its counts go on."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / str(os.getpid())
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._numbers = _read(path) or _nothing()
        self._pid = os.getpid()


def _nothing() -> "array[int]":
    return array("Q", [0] * _LENGTH)


def _read(path: Path) -> "array[int] | None":
    """None for a file that holds no counts, or those of another version."""
    numbers = array("Q")
    told = path.read_bytes()
    if len(told) != _LENGTH * numbers.itemsize:
        return None
    numbers.frombytes(told)
    return numbers


def _answer(status: int) -> str:
    return str(status) if str(status) in ANSWERS else f"{min(max(status, 200), 599) // 100}xx"


def init_app(app: Flask) -> None:
    """Counts every answer of the app."""
    app.extensions["counts"] = Counts(Path(app.config["INSTANCE_PATH"]) / FOLDER)
    app.before_request(_note_the_time)
    app.after_request(_count)


def _note_the_time() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    kind = "read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())  # a foreign host is refused before
    try:
        current_app.extensions["counts"].add(kind, response.status_code, seconds)
    except OSError as error:  # a full disk: the answer matters more
        log.warning("a request could not be counted: %s", error)
    return response


def forget(folder: Path) -> None:
    """Before the first process starts: counts begin with the product."""
    for path in (folder / FOLDER).glob("*"):
        path.unlink(missing_ok=True)


def figures() -> Iterator[Figure]:
    """The sums over all processes, those that have ended among them."""
    sums = _nothing()
    for path in sorted(instance_folder(FOLDER).glob("*")):
        for place, number in enumerate(_read(path) or ()):
            sums[place] += number
    each = {kind: sums[place * _EACH : (place + 1) * _EACH] for place, kind in enumerate(KINDS)}
    for kind, numbers in each.items():
        for answer, number in zip(ANSWERS, numbers[: len(ANSWERS)], strict=True):
            yield "requests_total", f'kind="{kind}",answer="{answer}"', number
    for kind, numbers in each.items():
        yield from _histogram(kind, numbers[len(ANSWERS) : -1], numbers[-1])


def _histogram(kind: str, times: "array[int]", micros: int) -> Iterator[Figure]:
    so_far = 0
    for bound, number in zip(_TIMES, times, strict=True):
        so_far += number
        most = "+Inf" if bound > BOUNDS[-1] else f"{bound:g}"
        yield "request_seconds_bucket", f'kind="{kind}",le="{most}"', so_far
    yield "request_seconds_sum", f'kind="{kind}"', micros / 1_000_000
    yield "request_seconds_count", f'kind="{kind}"', so_far
