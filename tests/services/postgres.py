"""Debian's PostgreSQL server for one test process: started on first use, gone when the tests end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services.real_parts import missing

INSTALLED = Path("/usr/lib/postgresql")
START_SECONDS = 30
STOP_SECONDS = 20
SUPERUSER = "tester"
# Nothing here survives the tests, so nothing needs to reach the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "timezone": "UTC",
}


def binaries() -> Path | None:
    """The newest installed server; the client tools alone do not count."""
    found = [folder / "bin" for folder in INSTALLED.glob("*") if (folder / "bin" / "initdb").is_file()]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


class PostgresServer:
    """A server: makes databases, also as quick copies of a prepared one."""

    def __init__(self, port: int, command: list[str], folder: Path) -> None:
        self.port = port
        self._command, self._folder = command, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    def start(self) -> None:
        """Starts it, also again after `stop`, and returns when it takes connections."""
        path = self._folder / "log"
        with path.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self._folder)
        deadline = time.monotonic() + START_SECONDS
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                told = path.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{told}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it. SIGINT is its fast shutdown: sessions are ended instead of waited for."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Its processes stand still and keep every line open."""
        assert self._process is not None
        pid = self._process.pid
        # the parent first, so that it starts no other
        os.kill(pid, signal.SIGSTOP)
        stopped = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        try:
            for each in stopped:
                os.kill(each, signal.SIGSTOP)
            yield
        finally:
            for each in stopped:
                os.kill(each, signal.SIGCONT)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """Makes a database as a copy of `template` and returns its name."""
        name = f"test_{next(self._numbers)}"
        # Copied as files: through the log it costs twice as much.
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._do(made.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, database: str) -> None:
        self._do(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def ready(self) -> bool:
        try:
            self._do(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _do(self, statement: sql.SQL | sql.Composed) -> None:
        target = f"host=127.0.0.1 port={self.port} user={SUPERUSER} dbname=postgres connect_timeout=5"
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server(folder: str | None = None) -> Iterator[PostgresServer]:
    """A server with its data in a folder of its own below `folder`, or where temporary files lie."""
    programs = binaries()
    if programs is None:
        missing("PostgreSQL 服务器", "apt-get install -y postgresql")
    with tempfile.TemporaryDirectory(prefix="zhaoshang-pg-", dir=folder) as name:
        prefix = _unprivileged(Path(name))
        data = Path(name) / "data"
        initdb = [*prefix, str(programs / "initdb"), "--pgdata", str(data), "--username", SUPERUSER]
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        subprocess.run([*initdb, *options], check=True, stdout=subprocess.DEVNULL, cwd=name)
        port = _free_port()
        command = [*prefix, str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port)]
        settings = [f"-c{key}={value}" for key, value in {**FAST, "unix_socket_directories": name}.items()]
        server = PostgresServer(port, [*command, *settings], Path(name))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _unprivileged(folder: Path) -> list[str]:
    """The words to put before a command: PostgreSQL refuses to run as root.

    The server also ends with the process that started it, should that be killed.
    """
    prefix = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    if os.geteuid() == 0:
        shutil.chown(folder, user="nobody")
        prefix += ["--reuid", "nobody", "--clear-groups"]
    return prefix


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
