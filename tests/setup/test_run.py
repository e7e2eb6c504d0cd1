"""`make run`: clear words when it cannot start; what ends by itself is started again, Ctrl-C ends all."""

import importlib.util
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen

import pytest

from tests.services import databases
from tests.services.product import ROOT, Installation, free_port

PATIENCE = 60  # seconds for anything to happen


@pytest.fixture
def run() -> ModuleType:
    specification = importlib.util.spec_from_file_location("run_program", ROOT / "bin" / "run.py")
    assert specification and specification.loader
    program = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(program)
    return program


@pytest.mark.parametrize("written", ["abc", "0", "70000", "-1", "８０００"])
def test_a_port_that_is_no_port_is_refused_in_plain_words(run: ModuleType, written: str) -> None:
    with pytest.raises(run.CannotStart, match="PORT 应是 1 到 65535 的数字"):
        run.chosen_port({"PORT": written})


def test_a_taken_port_is_named_with_another_to_try(run: ModuleType) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(run.CannotStart, match=f"端口 {port} 用不了.*PORT={port + 1}"):
            run.chosen_port({"PORT": str(port)})


def test_a_database_that_does_not_exist_yet_is_new_and_is_not_made_by_looking(
    run: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "county.sqlite3"
    assert run.schema_revision(f"sqlite:///{path}") is None
    assert not path.exists()


def test_an_unreachable_database_is_named_without_its_password(run: ModuleType) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(run.CannotStart, match="连不上数据库") as refused:
        run.schema_revision(f"postgresql+psycopg://user:hidden-word@127.0.0.1:{port}/county")
    assert "hidden-word" not in str(refused.value)


def test_each_pause_before_another_start_is_twice_the_last_up_to_a_minute(run: ModuleType) -> None:
    assert [run.pause_after(failed) for failed in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.fixture
def impatient(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program, without its pauses."""
    monkeypatch.setattr(run, "pause_after", lambda _failed_starts: 0)
    monkeypatch.setattr(run, "LOOK_SECONDS", 0.02)
    return run


def kept_running(run: ModuleType, *parts: object, until: Callable[[], bool]) -> bool:
    """Whether the parts were kept running until something was so; all are stopped afterwards."""
    group = run.Group(parts)

    def look() -> bool:
        if until():
            group.asked_to_stop.set()
        return False

    try:
        return bool(group.keep_running(look, lambda: None))
    finally:
        group.stop_all()
        assert [part.process for part in parts] == [None] * len(parts)  # type: ignore[attr-defined]


def test_what_ends_is_started_again_and_the_others_go_on(
    impatient: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    starts, others = tmp_path / "starts", tmp_path / "others"

    def ends() -> None:
        noted(starts)
        sys.exit(3)

    def goes_on() -> None:
        noted(others)
        time.sleep(60)

    parts = impatient.Part("检索同步", ends), impatient.Part("后台任务", goes_on)
    assert kept_running(impatient, *parts, until=lambda: len(notes(starts)) > impatient.WEB_STARTS)
    assert len(notes(others)) == 1
    told = "检索同步意外结束（退出码 3），原因见上面几行；0 秒后重新启动，其余照常运行"
    assert told in capfd.readouterr().out


def test_what_was_killed_is_told_with_its_signal(
    impatient: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    starts = tmp_path / "starts"

    def is_killed() -> None:
        noted(starts)
        os.kill(os.getpid(), signal.SIGKILL)

    assert kept_running(
        impatient, impatient.Part("检索同步", is_killed), until=lambda: len(notes(starts)) > 1
    )
    assert "检索同步意外结束（被信号 9 强行结束），原因请查系统日志" in capfd.readouterr().out


def test_what_it_had_started_is_ended_before_the_next_start(impatient: ModuleType, tmp_path: Path) -> None:
    starts = tmp_path / "starts"

    def leaves_a_worker() -> None:
        worker = os.fork()
        if worker == 0:
            time.sleep(60)
        noted(starts, worker)
        os._exit(1)

    part = impatient.Part("网页服务", leaves_a_worker)
    assert kept_running(impatient, part, until=lambda: len(notes(starts)) > 1)
    assert all(_gone(int(worker)) for worker in notes(starts))


def test_pages_whose_start_fails_again_and_again_are_given_up(
    impatient: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    starts = tmp_path / "starts"

    def fails() -> None:
        noted(starts)
        sys.exit(1)

    part = impatient.Part("网页服务", fails, most_starts=3)
    assert not kept_running(impatient, part, until=lambda: False)
    assert len(notes(starts)) == 3
    assert "网页服务意外结束（退出码 1），原因见上面几行；连续 3 次启动不久就结束" in capfd.readouterr().out


def test_an_end_long_after_the_start_is_no_failed_start(
    impatient: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient, "STEADY_SECONDS", 0)
    starts = tmp_path / "starts"
    part = impatient.Part("网页服务", lambda: noted(starts), most_starts=2)
    assert kept_running(impatient, part, until=lambda: len(notes(starts)) > 2)


def noted(path: Path, words: object = "") -> None:
    with path.open("a", encoding="ascii") as file:
        file.write(f"{words}\n")


def notes(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines() if path.exists() else []


def test_what_keeps_the_pages_from_starting_is_named(
    run: ModuleType, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = databases.testing_config(tmp_path, databases.sqlite_copy(sqlite_template, tmp_path))
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        monkeypatch.setenv("PORT", str(holder.getsockname()[1]))
        assert "换一个试试：make run PORT=" in run.hindrance(config)
    assert "请看上面几行里的原因" in run.hindrance(config)
    monkeypatch.setattr(run, "newest_revision", lambda: "9999")
    assert re.search("数据库结构是 .*，程序要 9999，再执行一次 make run 会先更新", run.hindrance(config))


@dataclass
class Running:
    """`make run` on an empty county, watched from outside."""

    process: subprocess.Popen[bytes]
    port: int
    instance: Path
    told_in: Path

    def told(self) -> str:
        return self.told_in.read_text(encoding="utf-8", errors="replace")

    def parts(self) -> list[int]:
        """The pids of web, jobs and indexer, in the order of their last start."""
        return children(self.process.pid)

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def changes_waiting(self) -> int:
        with closing(sqlite3.connect(self.instance / "county.sqlite3")) as county:
            return int(county.execute("SELECT count(*) FROM outbox_entry").fetchone()[0])

    def change(self) -> None:
        """Something that the index has to hear of."""
        row = "'gone', 'gone', 'pending', 0, '2026-01-01 00:00:00'"
        with closing(sqlite3.connect(self.instance / "county.sqlite3", timeout=30)) as county, county:
            county.execute(
                f"INSERT INTO outbox_entry (kind, record_id, state, attempts, created_at) VALUES ({row})"
            )


def eventually(so: Callable[[], bool], running: Running) -> None:
    deadline = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < deadline, running.told()
        assert running.process.poll() is None, running.told()
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def family(pid: int) -> list[int]:
    return [pid, *(below for child in children(pid) for below in family(child))]


@pytest.fixture
def running(sqlite_template: Path, tmp_path: Path) -> Iterator[Running]:
    databases.sqlite_copy(sqlite_template, tmp_path)
    port, told_in = free_port(), tmp_path / "run.log"
    with told_in.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "run.py")],
            env=Installation(tmp_path).environment(PORT=str(port)),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    started = Running(process, port, tmp_path, told_in)
    try:
        eventually(started.answers, started)
        yield started
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=PATIENCE)


def test_the_product_outlives_the_end_of_each_of_its_processes_and_ends_whole(running: Running) -> None:
    eventually(lambda: "系统已启动" in running.told() and len(running.parts()) == 3, running)
    web, _jobs, indexer = running.parts()

    os.kill(indexer, signal.SIGKILL)
    eventually(lambda: "检索同步意外结束（被信号 9 强行结束）" in running.told(), running)
    assert running.answers()
    running.change()
    eventually(lambda: indexer not in running.parts() and len(running.parts()) == 3, running)
    eventually(lambda: running.changes_waiting() == 0, running)

    os.kill(web, signal.SIGKILL)
    eventually(lambda: "网页服务意外结束（被信号 9 强行结束）" in running.told(), running)
    eventually(running.answers, running)
    assert running.told().count("系统已启动") == 1

    everybody = family(running.process.pid)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=PATIENCE) == 0, running.told()
    assert all(_gone(pid) for pid in everybody)
    assert not running.answers()
    assert running.told().count("意外结束") == 2
    assert "已全部停止" in running.told()


def test_the_processes_end_even_when_the_one_that_started_them_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        f"import sys, os, signal, time; sys.path.insert(0, {str(ROOT / 'bin')!r}); import run\n"
        "child = run.start(lambda: time.sleep(60))\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(0.5)\n"  # until the child has asked for the signal
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code])
    assert _gone(int(note.read_text(encoding="ascii")))


def _gone(pid: int) -> bool:
    for _ in range(50):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
