"""The folder of the embedded index: damage, versions, locks, killed processes."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from search.factory import open_backend, start_rebuild
from search.interface import SearchUnavailable
from search.tantivy import folder, writing
from search.tantivy.folder import IndexFolder
from tests.search.backends import ask, enterprise, filled, ids

ROOT = Path(__file__).parents[2]
BOYUAN = enterprise("e1", "博元充电有限公司")
WEINA = enterprise("e2", "微纳电池有限公司")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def address(root: Path) -> str:
    return f"tantivy://{root}"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LOCK_PATIENCE", 0.2)
    monkeypatch.setattr(folder, "LOCK_PATIENCE", 0.2)


def generation(root: Path) -> Path:
    return root / (root / "CURRENT").read_text()


def test_a_removed_generation_is_reported_and_the_writer_starts_anew(root: Path, address: str) -> None:
    filled(address, (BOYUAN,)).close()
    IndexFolder(root).remove(generation(root).name)
    with pytest.raises(SearchUnavailable, match="重建"):
        ask(open_backend(address), "博元")
    writer = filled(address, (WEINA,))
    assert ids(open_backend(address), "微纳") == ["e2"]
    writer.close()


def test_an_index_that_vanishes_under_a_reader_is_reported(root: Path, address: str) -> None:
    filled(address, (BOYUAN,)).close()
    reader = open_backend(address)
    assert reader.size() == 1
    (root / "CURRENT").unlink()
    with pytest.raises(SearchUnavailable):
        reader.size()


def test_damage_is_reported_not_raised_by_the_engine(root: Path, address: str) -> None:
    filled(address, (BOYUAN,)).close()
    (generation(root) / "meta.json").write_text("{broken")
    reader = open_backend(address)
    for attempt in (lambda: ask(reader, "博元"), reader.size, lambda: list(reader.fingerprints())):
        with pytest.raises(SearchUnavailable):
            attempt()
    with pytest.raises(SearchUnavailable):
        open_backend(address, writer=True).apply((WEINA,), ())
    with start_rebuild(address) as rebuild:
        rebuild.add((BOYUAN,))
        rebuild.finish()
    assert ids(reader, "博元") == ["e1"]


def test_a_missing_segment_file_is_reported(root: Path, address: str) -> None:
    filled(address, (BOYUAN,)).close()
    for path in generation(root).glob("*.idx"):
        path.unlink()
    with pytest.raises(SearchUnavailable):
        ask(open_backend(address), "博元")


def test_an_index_of_another_analysis_asks_for_a_rebuild(root: Path, address: str) -> None:
    filled(address, (BOYUAN,)).close()
    about = generation(root) / "about.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "analysis": "0"}))
    with pytest.raises(SearchUnavailable, match="另一版本"):
        ask(open_backend(address), "博元")
    with pytest.raises(SearchUnavailable, match="另一版本"):
        open_backend(address, writer=True).apply((WEINA,), ())


def test_a_second_writer_waits_and_then_says_so(address: str, impatient: None) -> None:
    first = filled(address, (BOYUAN,))
    second = open_backend(address, writer=True)
    with pytest.raises(SearchUnavailable, match="另一进程"):
        second.apply((WEINA,), ())
    first.close()
    second.apply((WEINA,), ())
    assert second.size() == 2
    second.close()


def test_a_writer_waits_for_one_that_is_ending(address: str) -> None:
    first = filled(address, (BOYUAN,))
    second = open_backend(address, writer=True)
    ending = threading.Timer(0.3, first.close)
    ending.start()
    second.apply((WEINA,), ())
    ending.join()
    assert second.size() == 2
    second.close()


def test_a_second_rebuild_waits_and_then_says_so(address: str, impatient: None) -> None:
    with start_rebuild(address) as rebuild:
        with pytest.raises(SearchUnavailable, match="重建"):
            start_rebuild(address)
        rebuild.finish()
    start_rebuild(address).abandon()


def test_changes_made_beside_a_rebuild_have_to_be_caught_up_with(address: str) -> None:
    writer = filled(address, (BOYUAN,))
    with pytest.raises(RuntimeError, match="1 documents changed"), start_rebuild(address) as rebuild:
        writer.apply((WEINA,), ())
        rebuild.finish()
    assert writer.size() == 2
    writer.close()


def test_a_note_of_a_change_cut_off_by_a_kill_hides_no_other(root: Path, address: str) -> None:
    writer, seen = filled(address, (BOYUAN,)), []
    with start_rebuild(address) as rebuild:
        filling = root / (root / "FILLING").read_text()
        (filling / "changed").write_text('["enterprise", "e')
        writer.apply((WEINA,), (("enterprise", "e3", 5),))
        rebuild.finish(lambda keys: (seen.extend(keys), ([], []))[1])
    assert seen == [("enterprise", "e2"), ("enterprise", "e3")]
    writer.close()


def test_a_rebuild_ends_once(address: str) -> None:
    rebuild = start_rebuild(address)
    rebuild.finish()
    rebuild.abandon()
    with pytest.raises(RuntimeError):
        rebuild.add((BOYUAN,))


def test_leftovers_of_earlier_generations_are_swept(root: Path, address: str) -> None:
    filled(address, (BOYUAN,)).close()
    (root / "gen-left-by-a-kill").mkdir()
    for _ in range(3):
        with start_rebuild(address) as rebuild:
            rebuild.finish()
    assert len(list(root.glob("gen-*"))) == 2


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SearchUnavailable, match="索引目录"):
        open_backend(f"tantivy://{tmp_path}/file/index", writer=True).apply((), ())
    with pytest.raises(SearchUnavailable, match="索引目录"):
        open_backend(f"tantivy://{tmp_path}/file/index").size()


ENDLESS = """
import sys
from search.factory import open_backend
from tests.search.backends import enterprise
backend = open_backend(sys.argv[1], writer=True)
for batch in range(1000):
    backend.apply([enterprise(f"e{batch}-{n}", "博元充电") for n in range(20)], ())
    print(batch, flush=True)
"""


def test_a_killed_writer_loses_nothing_committed(address: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, address],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(5)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout]
    writer = open_backend(address, writer=True)
    writer.apply((BOYUAN,), ())
    assert writer.size() >= 20 * len(acknowledged) + 1
    assert (writer.size() - 1) % 20 == 0
    writer.close()
