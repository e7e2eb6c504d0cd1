"""What runs in a process of its own during the measurements of the search: a rebuild, a reader, a writer.

Run as a module it does one of them and prints what it saw as JSON; `started` and `crowd` start them.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import _common  # noqa: F401 - puts the tree on the path, so it comes first
import search_county as county
import search_golden as golden

from search.factory import open_backend, start_rebuild
from search.interface import Document, Query

HERE = Path(__file__).resolve()
READERS = 8
_BATCH, _KEEP_EVERY = 1_000, 10  # as the product's own rebuild
_LOOK_EVERY = 25  # batches
_COMMIT, _BETWEEN_COMMITS = 20, 0.25  # documents, seconds
_PAUSE = 0.2  # seconds that a reader looks at a page; eight of them ask 40 times a second
_WARM_UP = 60

Report = dict[str, Any]


def proportional_memory() -> int:
    """Bytes of this process and its children, shared pages by their share."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return sum(_proportional(pid) for pid in ("self", *children))


def _proportional(pid: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # has just ended
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def rebuild(url: str, count: int) -> Report:
    """All companies into a new index; making them is told apart, as reading a database would be."""
    os.nice(10)
    begun, making, most = time.perf_counter(), 0.0, 0
    with start_rebuild(url, fresh=True) as index:
        for place, first in enumerate(range(0, count, _BATCH), start=1):
            start = time.perf_counter()
            documents = [county.document(county.company(n)) for n in range(first, min(first + _BATCH, count))]
            making += time.perf_counter() - start
            index.add(documents)
            if place % _KEEP_EVERY == 0:
                index.keep(str(place))
            if place % _LOOK_EVERY == 0:
                most = max(most, proportional_memory())
        index.finish()
        most = max(most, proportional_memory())
    return {"seconds": time.perf_counter() - begun, "making": making, "pss": most}


def _names_to_ask(count: int, seed: int) -> list[str]:
    asked = [one.text for one in golden.queries(count) if one.kind in ("简称", "两字字号")]
    random.Random(seed).shuffle(asked)
    return asked


def read(url: str, count: int, seconds: float, seed: int) -> Report:
    backend, asked = open_backend(url), _names_to_ask(count, seed)
    for text in asked[:_WARM_UP]:
        backend.search(Query(text, county.HELD))
    _when_told()
    chance, waits, end = random.Random(seed), list[float](), time.monotonic() + seconds
    while time.monotonic() < end:
        text = asked[len(waits) % len(asked)]
        begun = time.perf_counter()
        backend.search(Query(text, county.HELD))
        waits.append((time.perf_counter() - begun) * 1000)
        time.sleep(chance.uniform(0.5, 1.5) * _PAUSE)
    return {"waits": waits}


def write(url: str, count: int, seconds: float, seed: int) -> Report:
    backend, chance = open_backend(url, writer=True), random.Random(seed)
    changed = _changes(chance, count)
    backend.apply(list(islice(changed, _COMMIT)), ())
    _when_told()
    commits, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        backend.apply(list(islice(changed, _COMMIT)), ())
        commits += 1
        time.sleep(_BETWEEN_COMMITS)
    backend.close()
    return {"commits": commits}


def _changes(chance: random.Random, count: int) -> Iterator[Document]:
    version = 1
    while True:
        version += 1
        yield county.document(county.company(chance.randrange(count)), version)


def _when_told() -> None:
    """All begin at once, when each is warm."""
    print("ready", flush=True)
    sys.stdin.readline()


# --- starting them --------------------------------------------------------------------------------


@contextmanager
def _running(words: Sequence[object]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, str(HERE), *map(str, words)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def rebuilt(url: str, count: int) -> Report:
    with _running(["rebuild", url, count]) as process:
        return _report(process)


def _report(process: "subprocess.Popen[str]") -> Report:
    assert process.stdout
    printed = process.stdout.read()
    if process.wait():
        raise RuntimeError("a process of the measurement failed; its error stands above")
    return dict(json.loads(printed.splitlines()[-1]))


def crowd(url: str, count: int, readers: int, *, writing: bool, seconds: float) -> list[float]:
    """Milliseconds of the readers' searches."""
    tasks = [["read", url, count, seconds, number] for number in range(readers)]
    if writing:
        tasks.append(["write", url, count, seconds, readers])
    return [wait for report in _together(tasks) for wait in report.get("waits", ())]


def _together(tasks: Sequence[Sequence[object]]) -> list[Report]:
    with ExitStack() as stack:
        processes = [stack.enter_context(_running(task)) for task in tasks]
        for process in processes:
            assert process.stdout
            if process.stdout.readline().strip() != "ready":
                raise RuntimeError("a process of the measurement did not start; its error stands above")
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        return [_report(process) for process in processes]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("work", choices=("rebuild", "read", "write"))
    options.add_argument("url")
    options.add_argument("count", type=int)
    options.add_argument("seconds", type=float, nargs="?", default=0)
    options.add_argument("seed", type=int, nargs="?", default=0)
    given = options.parse_args()
    if given.work == "rebuild":
        report = rebuild(given.url, given.count)
    else:
        works: dict[str, Callable[..., Report]] = {"read": read, "write": write}
        report = works[given.work](given.url, given.count, given.seconds, given.seed)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
