"""The product as it really runs: web, jobs and indexer as processes of their own, on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.warm import Fork

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
FLASK = [str(BIN / "flask"), "--app", "wsgi"]
PROCESSES = {
    "web": [str(BIN / "gunicorn"), "--config", "gunicorn.conf.py"],
    "jobs": [*FLASK, "jobs", "run"],
    "indexer": [*FLASK, "search", "indexer"],
}
START_SECONDS = 60
STOP_SECONDS = 15
# What a developer's shell may hold and a test must not see.
OWN_SETTINGS = (
    *("DATABASE_URL", "SEARCH_URL", "SECRET_KEY", "INSTANCE_PATH", "MODE", "PORT", "FLASK_DEBUG"),
    *("AUDIT_HEADS", "AUDIT_KEY"),
)


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation's settings: its folder and, unless they lie in it, its database and its index."""

    instance: Path
    database_url: str = ""
    search_url: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        elsewhere = {"DATABASE_URL": self.database_url, "SEARCH_URL": self.search_url}
        given = {name: value for name, value in elsewhere.items() if value}
        return {
            **inherited,
            "PYTHONUTF8": "1",
            "INSTANCE_PATH": str(self.instance),
            **given,
            **self.more,
            **more,
        }

    def flask(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs one of the product's commands to its end."""
        command = [*FLASK, *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, encoding="utf-8", check=check
        )


@dataclass(frozen=True, slots=True)
class Product:
    """A running installation."""

    url: str
    installation: Installation
    processes: Mapping[str, Fork]

    def log(self, name: str) -> str:
        return _log(self.installation, name).read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_product(
    installation: Installation, only: tuple[str, ...] = tuple(PROCESSES), web_options: tuple[str, ...] = ()
) -> Iterator[Product]:
    """Starts the named processes on an installation whose schema is up to date, and ends them by pid."""
    installation.instance.mkdir(parents=True, exist_ok=True)
    port = free_port()
    processes: dict[str, Fork] = {}
    try:
        for name in only:
            command = [*PROCESSES[name], *(web_options if name == "web" else ())]
            environment = installation.environment(PORT=str(port))
            processes[name] = Fork(command, environment, ROOT, _log(installation, name))
        product = Product(f"http://127.0.0.1:{port}", installation, processes)
        if "web" in processes:
            _wait_until_open(product, port)
        yield product
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            _wait_or_kill(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _log(installation: Installation, name: str) -> Path:
    return installation.instance / f"{name}.log"


def _wait_until_open(product: Product, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if product.processes["web"].poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the web process did not open its port:\n{product.log('web')}")
        time.sleep(0.1)


def _wait_or_kill(process: Fork) -> None:
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
