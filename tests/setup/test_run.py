"""`make run`: clear words when it cannot start; processes that end together."""

import importlib.util
import os
import socket
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


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


def test_the_end_of_one_process_ends_the_others(run: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    group = run.Group()
    group.start_all({"网页服务": lambda: time.sleep(60), "后台任务": lambda: sys.exit(3)})
    assert group.wait_for_the_end() == 1
    group.stop_all()
    assert not any(process.is_alive() for process in group.members.values())
    assert "后台任务意外结束（退出码 3）" in capfd.readouterr().out


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
