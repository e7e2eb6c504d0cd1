"""A real Elasticsearch node for tests: one for all test processes of a run, or one of a test's own to break.

`bin/setup.py test` fetches the archive. Run as a module, this file is the shared node's keeper: it ends the
node when the last test process has let go of the lock, however that process ended.
"""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from tests.services.real_parts import missing

ROOT = Path(__file__).resolve().parents[2]
VERSION = "8.19.0"
ARCHIVE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "zhaoshang"
    / f"elasticsearch-{VERSION}.zip"
)
JAVAS = Path("/usr/lib/jvm")
START_SECONDS = 180
# Started here and meant to outlive this process: forgotten, they would be warned of as left running.
_KEEPERS: list[subprocess.Popen[bytes]] = []
STOP_SECONDS = 20
SETTINGS = """
cluster.name: tests
node.name: tests
path.data: {folder}/data
path.logs: {folder}/logs
network.host: 127.0.0.1
http.port: {http}
transport.port: {transport}
discovery.type: single-node
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
cluster.max_shards_per_node: 10000
"""
JAVA_OPTIONS = """
-Xms512m
-Xmx512m
-XX:+UseG1GC
-XX:+ExitOnOutOfMemoryError
-Djava.io.tmpdir=${ES_TMPDIR}
--add-modules=jdk.incubator.vector
"""
# A node of a test is gone before it pays to compile its code for speed, which takes half of its start.
SHORT_LIVED = "-XX:TieredStopAtLevel=1\n"


class ElasticsearchNode:
    """A node that can be stopped, killed, and started again with the data it had."""

    def __init__(self, folder: Path, java_options: str = JAVA_OPTIONS) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        with zipfile.ZipFile(ARCHIVE) as archive:
            archive.extractall(folder)
        self._home = folder / f"elasticsearch-{VERSION}"
        shutil.copytree(self._home / "config", folder / "config")
        settings = SETTINGS.format(folder=folder, http=self.port, transport=_free_port())
        (folder / "config" / "elasticsearch.yml").write_text(settings, encoding="ascii")
        (folder / "config" / "jvm.options").write_text(java_options, encoding="ascii")
        for name in ("data", "logs", "tmp"):
            (folder / name).mkdir()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "ES_PATH_CONF": str(self._folder / "config"),
            "ES_TMPDIR": str(self._folder / "tmp"),
            "ES_JAVA_HOME": str(_java_home()),
        }
        command = [*_unprivileged(self._folder), "bash", str(self._home / "bin" / "elasticsearch")]
        with (self._folder / "output").open("ab") as log:
            # A group of its own: launcher and server are killed or stopped together.
            self._process = subprocess.Popen(
                command,
                cwd=self._folder / "tmp",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready(self._process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.url):
            if process.poll() is not None or time.monotonic() > deadline:
                log = (self._folder / "output").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"Elasticsearch did not start:\n{log[-4000:]}")
            time.sleep(0.2)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """Ends it in order; nothing happens when it has ended already."""
        if self._process is None or self._process.poll() is not None:
            return
        self.thaw()
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def own_node(*, measured: bool = False) -> Iterator[ElasticsearchNode]:
    """A running node for a test that breaks it, or as fast as an installation's where it is measured."""
    _require_parts()
    with tempfile.TemporaryDirectory(prefix="zhaoshang-es-", ignore_cleanup_errors=True) as name:
        node = ElasticsearchNode(Path(name), JAVA_OPTIONS if measured else JAVA_OPTIONS + SHORT_LIVED)
        try:
            node.start()
            yield node
        finally:
            node.stop()


@contextmanager
def shared_node(meeting: Path) -> Iterator[str]:
    """The URL of the node shared by all processes that name the same folder."""
    _require_parts()
    with (meeting / "elasticsearch.users").open("a") as users:
        with FileLock(meeting / "elasticsearch.starting"):
            fcntl.flock(users, fcntl.LOCK_SH)
            url = _running(meeting) or _start_keeper(meeting)
        yield url


def _running(meeting: Path) -> str:
    address = meeting / "elasticsearch.url"
    url = address.read_text(encoding="ascii") if address.exists() else ""
    return url if url and answers(url) else ""


def _start_keeper(meeting: Path) -> str:
    address, log = meeting / "elasticsearch.url", meeting / "elasticsearch.log"
    address.unlink(missing_ok=True)
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.services.elasticsearch", str(meeting)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _KEEPERS.append(keeper)
    while not address.exists():
        if keeper.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.1)
    return address.read_text(encoding="ascii")


def _keep(meeting: Path) -> None:
    with own_node() as node, (meeting / "elasticsearch.users").open("a") as users:
        fresh = meeting / f"elasticsearch.url.{secrets.token_hex(4)}"
        fresh.write_text(node.url, encoding="ascii")
        fresh.replace(meeting / "elasticsearch.url")
        fcntl.flock(users, fcntl.LOCK_EX)


def remove_indexes(url: str, name: str) -> None:
    """Removes all indexes of one installation."""
    with urllib.request.urlopen(
        f"{url}/_cat/indices/{name}.*?h=index&expand_wildcards=all", timeout=30
    ) as found:
        indexes = found.read().decode().split()
    for index in indexes:
        request = urllib.request.Request(f"{url}/{index}", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()


def _require_parts() -> None:
    if not ARCHIVE.is_file() or _java_home() is None:
        missing("Elasticsearch 节点", "python3.11 bin/setup.py test")


def _java_home() -> Path | None:
    """Of the Java versions this Elasticsearch runs on, the newest; whatever the machine calls `java` else."""
    found = [home for known in ("21", "17") for home in JAVAS.glob(f"java-{known}-*") if _has_java(home)]
    default = shutil.which("java")
    return found[0] if found else Path(default).resolve().parents[1] if default else None


def _has_java(home: Path) -> bool:
    return (home / "bin" / "java").is_file()


def _unprivileged(folder: Path) -> list[str]:
    """The words to put before a command: Elasticsearch refuses to run as root.

    The node also ends with the process that started it, should that be killed.
    """
    prefix = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    if os.geteuid() == 0:
        for path in (folder, *folder.glob("*")):
            shutil.chown(path, user="nobody")
        for path in (folder / "config").rglob("*"):
            shutil.chown(path, user="nobody")
        prefix += ["--reuid", "nobody", "--clear-groups"]
    return prefix


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
