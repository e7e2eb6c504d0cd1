"""Analysis in processes of their own writes what analysis in one process writes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.answering import analysing
from search.answering.analysing import Analysts
from search.factory import open_backend, start_rebuild
from search.interface import Document
from search.tantivy.index import TantivyEntry, entry
from tests.search.backends import ids
from tests.search.invented import companies

COUNT = 1_200
PATIENCE = 30


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes from the first document on, also where there is one processor."""
    monkeypatch.setattr(analysing, "WORTH_IT", 0)
    monkeypatch.setattr(analysing.os, "cpu_count", lambda: 3)


@pytest.fixture
def written() -> list[TantivyEntry]:
    return []


@pytest.fixture
def analysts(at_once: None, written: list[TantivyEntry]) -> Iterator[Analysts[TantivyEntry]]:
    made = Analysts(entry, written.extend)
    yield made
    made.close()


def test_every_document_is_written_once_in_order(
    analysts: Analysts[TantivyEntry], written: list[TantivyEntry]
) -> None:
    documents = companies(COUNT)
    for start in range(0, COUNT, 400):
        analysts.add(documents[start : start + 400])
    analysts.drain()
    assert written == list(map(entry, documents))


def test_a_killed_process_costs_nothing_but_time(
    analysts: Analysts[TantivyEntry], written: list[TantivyEntry]
) -> None:
    documents = companies(COUNT)
    analysts.add(documents[:600])
    for process in analysts.processes:
        os.kill(process.pid, signal.SIGKILL)
    analysts.add(documents[600:])
    analysts.drain()
    assert written == list(map(entry, documents))


@pytest.mark.usefixtures("at_once")
def test_a_rebuild_finds_them_all_afterwards(url: str) -> None:
    documents = companies(COUNT)
    with start_rebuild(url) as rebuild:
        rebuild.add(documents[:700], [(documents[0].kind, "gone", 1)])
        rebuild.keep("half")
        rebuild.add(documents[700:])
        rebuild.finish()
    backend = open_backend(url)
    assert backend.size() == COUNT
    seen = [one for one in documents[-50:] if "all" in one.access]
    assert all(one.id in ids(backend, one.title, limit=50) for one in seen)
    backend.close()


_SCRIPT = """
from search.answering import analysing
from search.tantivy.index import entry
from tests.search.invented import companies
import time
analysing.WORTH_IT = 0
analysing.os.cpu_count = lambda: 2
if __name__ == "__main__":
    analysts = analysing.Analysts(entry, lambda made: None)
    analysts.add(companies(600))
    analysts.drain()
    print(*(process.pid for process in analysts.processes), flush=True)
    time.sleep(60)
"""


def test_no_process_outlives_the_one_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(_SCRIPT, encoding="ascii")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        workers = [int(pid) for pid in process.stdout.readline().split()]
        process.kill()
    deadline = time.monotonic() + PATIENCE
    while any(_runs(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert workers
    assert not any(_runs(pid) for pid in workers)


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_few_documents_need_no_process() -> None:
    written: list[TantivyEntry] = []
    analysts = Analysts(entry, written.extend)
    analysts.add([Document("enterprise", "e1", "博元充电有限公司", version=1)])
    assert len(written) == 1
    assert analysts.processes == []
