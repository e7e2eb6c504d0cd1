"""Starts the whole product in the foreground: database, demo county on first start, three processes.

Ctrl-C ends all of them; one that ends by itself is started again while the others go on. The program is
loaded once and the three are forked from it, so that they share its memory: code and dictionaries are some
130 MB.
"""

import ctypes
import gc
import importlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from dotenv import load_dotenv
from flask import Flask
from flask.cli import ScriptInfo
from gunicorn.app.wsgiapp import WSGIApplication
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.core.index.searching import readings_of  # noqa: E402
from app.core.values.clock import today  # noqa: E402 - the project is on the path only now
from app.core.values.workdays import calendar_gap  # noqa: E402
from config import Config, UnsafeConfiguration  # noqa: E402

BIN = ROOT / ".venv" / "bin"
FLASK = [str(BIN / "flask"), "--app", "wsgi"]
DEMO_UNFINISHED = "demo-unfinished"
SIGN_INS = "demo-sign-ins.txt"
WEB, JOBS, INDEXER = "网页服务", "后台任务", "检索同步"
LOOK_SECONDS = 0.25
STEADY_SECONDS = 30  # what ends sooner after its start counts as a failed start
LONGEST_PAUSE = 60  # seconds before the next start of what keeps ending
WEB_STARTS = 5  # failed ones in a row, after which nobody is served by trying on
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class CannotStart(Exception):
    """The message says what is wrong and what to type."""


def say(line: str) -> None:
    print(f"[启动] {line}", flush=True)


def chosen_port(environment: Mapping[str, str]) -> int:
    written = environment.get("PORT") or "8000"
    if not written.isascii() or not written.isdigit() or not 1 <= int(written) <= 65535:
        raise CannotStart(f"PORT 应是 1 到 65535 的数字，现在是 {written}")
    port = int(written)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as reason:
            raise CannotStart(
                f"端口 {port} 用不了（{reason.strerror}），换一个试试：make run PORT={port + 1}"
            ) from reason
    return port


def schema_revision(url: str) -> str | None:
    """The migration the database stands at; None for a database without any table of ours."""
    database = make_url(url).database
    if url.startswith("sqlite") and not Path(database or "").is_file():
        return None
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return revision
    except SQLAlchemyError as reason:
        shown = make_url(url).render_as_string(hide_password=True)
        raise CannotStart(f"连不上数据库 {shown}：{reason}") from reason
    finally:
        engine.dispose()


def newest_revision() -> str:
    return (ROOT / "migrations" / "HEAD").read_text(encoding="utf-8").strip()


def flask(label: str, *words: str) -> str:
    """Runs one of the product's commands; what it prints for people is returned, its progress is shown."""
    say(f"{label} …")
    start = time.monotonic()
    done = subprocess.run([*FLASK, *words], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        raise CannotStart(
            f"{label}没有成功，原因见上面几行。单独重试：.venv/bin/flask --app wsgi {' '.join(words)}"
        )
    say(f"{label}：完成，{time.monotonic() - start:.0f} 秒")
    return done.stdout


def prepare_database(config: Config) -> None:
    """Brings the schema up to date; a new database gets the demo county, also after a broken attempt."""
    config.instance_path.mkdir(parents=True, exist_ok=True)
    unfinished = config.instance_path / DEMO_UNFINISHED
    revision = schema_revision(config.database_url)
    if revision is None:
        unfinished.touch()
    if revision != newest_revision():
        flask("更新数据库结构", "db", "upgrade")
    if unfinished.exists():
        sign_ins = config.instance_path / SIGN_INS
        printed = flask("装入演示县数据（首次启动）", "demo", "load")
        sign_ins.touch(mode=0o600)
        sign_ins.write_text(printed, encoding="utf-8")
        unfinished.unlink()


def load_program() -> Flask:
    """The application, before the fork: nothing of it may hold a connection that the three would share."""
    application: Flask = importlib.import_module("wsgi").app
    with application.app_context():
        for engine in application.extensions["sqlalchemy"].engines.values():
            engine.dispose()
    readings_of("招商")  # the dictionaries of sounds, else loaded by each process for itself
    gc.collect()
    gc.freeze()  # the collector would write to every object, and each written page is a copy
    return application


def serve_pages() -> None:
    """gunicorn, as its own command starts it; it finds the loaded program."""
    sys.argv = ["gunicorn", "--config", "gunicorn.conf.py"]
    WSGIApplication("%(prog)s", prog="gunicorn").run()


def command_of(application: Flask, *words: str) -> Callable[[], None]:
    """`flask WORDS` within the loaded program."""

    def run() -> None:
        application.cli.main(args=words, prog_name="flask", obj=ScriptInfo(create_app=lambda: application))

    return run


def parts_of(application: Flask) -> list["Part"]:
    return [
        Part(WEB, serve_pages, most_starts=WEB_STARTS),
        Part(JOBS, command_of(application, "jobs", "run")),
        Part(INDEXER, command_of(application, "search", "indexer")),
    ]


def _alone(work: Callable[[], None], parent: int) -> None:
    """What a forked process does first: a group of its own, since Ctrl-C is for the parent, which then ends
    the others in good order; and an end of its own when the parent is killed.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:
        work()


def start(work: Callable[[], None]) -> BaseProcess:
    """Forks one process that ends when this one does, however this one ends."""
    process = multiprocessing.get_context("fork").Process(target=_alone, args=(work, os.getpid()))
    process.start()
    return process


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def pause_after(failed_starts: int) -> int:
    """Seconds before the next start, after so many failed ones in a row: 1, 2, 4 …"""
    return min(LONGEST_PAUSE, 1 << (failed_starts - 1))


def ending(code: int | None) -> str:
    """How a process ended and where to read why."""
    if code is not None and code < 0:  # it had no time to write why; mostly memory was scarce
        return f"被信号 {-code} 强行结束），原因请查系统日志（journalctl -k）"
    return f"退出码 {code}），原因见上面几行"


class Part:
    """One process of the product, started again whenever it ends by itself: the first time after a second,
    then ever later. `most_starts`: so many failed ones in a row are enough; without it there is no end.
    """

    def __init__(self, name: str, work: Callable[[], None], most_starts: int | None = None) -> None:
        self.name = name
        self.process: BaseProcess | None = None
        self._work = work
        self._most_starts = most_starts
        self._failed_starts = 0
        self._started_at = self._due_at = 0.0

    @property
    def is_given_up(self) -> bool:
        return self._failed_starts == self._most_starts

    def look_after(self) -> None:
        """Starts it when that is due, and notices its end."""
        moment = time.monotonic()
        if self.process is None:
            if moment >= self._due_at:
                self._begin(moment)
        elif not self.process.is_alive():
            code = self.process.exitcode
            self.end()
            self._plan_another(moment, f"意外结束（{ending(code)}")

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def end(self, deadline: float = 0) -> None:
        """Ends it, by force once the deadline has passed, and what it started: workers outlive a gunicorn
        that was killed and hold its port.
        """
        if self.process is None or self.process.pid is None:
            return
        # Not by `join`: it waits for all that hold the process's pipe, which what it started does.
        while self.process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()  # it may not have had the time to become a group
        self.process.join()
        self.process = None

    def _begin(self, moment: float) -> None:
        self._started_at = moment
        try:
            self.process = start(self._work)
        except OSError as reason:  # no memory for another process, at this moment
            self._plan_another(moment, f"启动不了（{reason.strerror}）")

    def _plan_another(self, moment: float, what_happened: str) -> None:
        if moment - self._started_at >= STEADY_SECONDS:
            self._failed_starts = 0
        self._failed_starts += 1
        pause = pause_after(self._failed_starts)
        self._due_at = moment + pause
        next_step = f"{pause} 秒后重新启动，其余照常运行"
        if self.is_given_up:
            next_step = f"连续 {self._failed_starts} 次启动不久就结束，不再重试"
        say(f"{self.name}{what_happened}；{next_step}")


class Group:
    """The processes of the product: each is kept running until all are stopped."""

    def __init__(self, parts: Sequence[Part] = ()) -> None:
        self.parts = parts
        self.asked_to_stop = threading.Event()

    def stop_on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop.set()

    def keep_running(self, is_open: Callable[[], bool], once_open: Callable[[], None]) -> bool:
        """True when it was asked to stop, False when a part is given up."""
        was_open = False
        while not self.asked_to_stop.is_set():
            for part in self.parts:
                part.look_after()
                if part.is_given_up:
                    return False
            if not was_open and is_open():
                was_open = True
                once_open()
            self.asked_to_stop.wait(LOOK_SECONDS)
        return True

    def stop_all(self) -> None:
        for part in self.parts:
            part.ask_to_end()
        deadline = time.monotonic() + STOP_SECONDS
        for part in self.parts:
            part.end(deadline)


def announce(port: int, config: Config) -> None:
    sign_ins = config.instance_path / SIGN_INS
    shown = sign_ins.read_text(encoding="utf-8").strip("\n") if sign_ins.exists() else ""
    line = "─" * 60
    parts = [
        "",
        line,
        f"  系统已启动，请用浏览器打开  http://127.0.0.1:{port}/",
        f"  数据保存在  {config.instance_path}",
    ]
    gap = calendar_gap(today().year)
    parts += [f"  {gap}；请更新 chinesecalendar"] if gap else []
    parts += ["", shown] if shown else []
    print("\n".join([*parts, "", "  按 Ctrl-C 停止", line]), flush=True)


def hindrance(config: Config) -> str:
    """What keeps the web pages from starting, as far as it can be told from here."""
    try:
        chosen_port(os.environ)
        revision = schema_revision(config.database_url)
    except CannotStart as reason:
        return str(reason)
    if revision != newest_revision():
        return f"数据库结构是 {revision or '空的'}，程序要 {newest_revision()}，再执行一次 make run 会先更新"
    return "请看上面几行里的原因，改好后再执行 make run"


def serve(port: int, config: Config) -> int:
    say("启动网页服务、后台任务、检索同步 …")
    group = Group()
    signal.signal(signal.SIGINT, group.stop_on_signal)
    signal.signal(signal.SIGTERM, group.stop_on_signal)
    try:
        group.parts = parts_of(load_program())
        if group.keep_running(lambda: answers(port), lambda: announce(port, config)):
            return 0
        print(f"[启动] {WEB}启动不了：{hindrance(config)}", file=sys.stderr)
        return 1
    finally:
        group.stop_all()
        say("已全部停止")


def main() -> int:
    os.chdir(ROOT)
    load_dotenv(ROOT / ".env")
    os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    try:
        port = chosen_port(os.environ)
        os.environ["PORT"] = str(port)
        config = Config.from_env()
        prepare_database(config)
    except (CannotStart, UnsafeConfiguration) as reason:
        print(f"[启动] {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("[启动] 已中断，再执行一次会接着做", file=sys.stderr)
        return 130
    return serve(port, config)


if __name__ == "__main__":
    raise SystemExit(main())
