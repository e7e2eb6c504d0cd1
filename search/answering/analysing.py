"""Analysis in processes of their own: while an index is built, making tokens costs half of all."""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import local
from typing import BinaryIO, Generic, TypeVar

from search.interface import Document
from search.language import text

# Fewer are analysed sooner than processes have started.
WORTH_IT = 5_000
# Documents at a time; how many such parts wait for each process.
_PART = 250
_WAITING = 4
_MOST_PROCESSES = 4

_Made = TypeVar("_Made")
_Make = Callable[[Document], _Made]


class Analysts(Generic[_Made]):
    """Turns documents into what is written, in order. What was added may be written later; `drain` waits.

    A thread for each process asks and waits: a process that is killed, or whose parent is, only closes a
    pipe.
    """

    def __init__(self, make: _Make[_Made], write: Callable[[Sequence[_Made]], None]) -> None:
        self._make, self._write = make, write
        self._count = min((os.cpu_count() or 1) - 1, _MOST_PROCESSES)
        self._most = _WAITING * self._count
        self._seen = 0
        self._threads: ThreadPoolExecutor | None = None
        self._own = local()
        self.processes: list[_Process[_Made]] = []
        self._waiting: deque[Future[list[_Made]]] = deque()

    def add(self, documents: Sequence[Document]) -> None:
        self._seen += len(documents)
        if self._count < 1 or self._seen <= WORTH_IT:
            self._write(list(map(self._make, documents)))
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._count, "analysts")
        for start in range(0, len(documents), _PART):
            self._add_part(self._threads, documents[start : start + _PART])

    def _add_part(self, threads: ThreadPoolExecutor, part: Sequence[Document]) -> None:
        while self._waiting and (self._waiting[0].done() or len(self._waiting) >= 2 * self._most):
            self._write(self._waiting.popleft().result())
        if len(self._waiting) < self._most:
            self._waiting.append(threads.submit(self._made, part))
        else:
            # All have enough to do, and this process nothing else.
            own: Future[list[_Made]] = Future()
            own.set_result(list(map(self._make, part)))
            self._waiting.append(own)

    def _made(self, documents: Sequence[Document]) -> list[_Made]:
        try:
            return self._process().ask(documents)
        except (EOFError, OSError, pickle.UnpicklingError):
            # It could not start or was killed, perhaps for want of memory: slower, but on.
            return list(map(self._make, documents))

    def _process(self) -> "_Process[_Made]":
        """That of this thread."""
        if not hasattr(self._own, "process"):
            self._own.process = _Process(self._make)
            self.processes.append(self._own.process)
        found: _Process[_Made] = self._own.process
        return found

    def drain(self) -> None:
        """All that was added is written."""
        while self._waiting:
            self._write(self._waiting.popleft().result())

    def close(self) -> None:
        """What has not been written never will be."""
        self._waiting.clear()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
        while self.processes:
            self.processes.pop().end()


class _Process(Generic[_Made]):
    """A Python of its own: a fork would inherit locks, sockets and an open index, and the standard library's
    other ways run this program's main module once more.
    """

    def __init__(self, make: _Make[_Made]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "search.answering.analysing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        )
        self._make = make

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, documents: Sequence[Document]) -> list[_Made]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump((self._make, documents), self._process.stdin)
        self._process.stdin.flush()
        made: list[_Made] = pickle.load(self._process.stdout)  # noqa: S301 - from a process of our own, by its pipe
        return made

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        with suppress(BrokenPipeError):  # what was still to be sent to one that was killed
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def _work(asked: BinaryIO, answers: BinaryIO) -> None:
    """Until the other side closes its end, by itself or by being killed."""
    text.warm()
    with suppress(EOFError, BrokenPipeError):
        while True:
            make, documents = pickle.load(asked)  # noqa: S301 - from the process that began this one, by its pipe
            pickle.dump([make(document) for document in documents], answers)
            answers.flush()


if __name__ == "__main__":
    _work(sys.stdin.buffer, sys.stdout.buffer)
