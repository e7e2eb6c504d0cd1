"""What a client that means no good costs the running product."""

import http.client
import statistics
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.core.web.receiving import MOST_ESCAPES
from app.core.web.worker import HEAD_SECONDS
from tests.services import databases, slow_clients
from tests.services.product import Installation, Product, running_product

MB = 1024 * 1024
TYPED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=part"
MOST_GROWTH = 20 * MB


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Product]:
    """An empty county; only its pages are served."""
    databases.sqlite_copy(sqlite_template, tmp_path)
    with running_product(Installation(tmp_path), only=("web",)) as running:
        yield running


def processes_of(product: Product) -> list[int]:
    parent = product.processes["web"].pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *map(int, children)]


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_of(pid: int) -> int:
    """The most memory of a process since `forget_peak`, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


def in_parts(name: str, length: int) -> bytes:
    head = f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + b"x" * length + b"\r\n--part--\r\n"


BODIES = {
    "one long field": (TYPED, b"login=" + b"x" * 99 * MB),
    "fields without end": (TYPED, b"a=&" * (33 * MB)),
    "fields in a short body": (TYPED, b"&" * (MB - 1)),
    "escapes in a short body": (TYPED, b"a=" + b"%e4" * (MB // 3 - 1)),
    "as many broken escapes as are read": (TYPED, b"a=" + b"%e4" * MOST_ESCAPES),
    "as much Chinese as is read": (TYPED, b"a=" + b"%E4%B8%AD" * (MOST_ESCAPES // 3)),
    "one long part": (PARTS, in_parts("login", 99 * MB)),
    "parts without end": (PARTS, in_parts("a", 0).removesuffix(b"--\r\n") * 400_000),
    "no form at all": ("application/json", b"[" * 99 * MB),
}


def sent(product: Product, address: str, kind: str, body: bytes) -> tuple[int, float]:
    """Status and seconds from the last byte that was taken."""
    host, _, port = product.url.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    try:
        connection.putrequest("POST", address)
        connection.putheader("Content-Type", kind)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        begun = time.perf_counter()
        with suppress(ConnectionError):  # it was refused before it was all sent
            connection.send(body)
        return connection.getresponse().status, time.perf_counter() - begun
    finally:
        connection.close()


@pytest.mark.parametrize("address", ["/login", "/imports", "/nowhere"])
def test_no_body_of_a_stranger_costs_memory(
    site: Product, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for _warming in range(4):
        sent(site, address, TYPED, b"login=a&password=b")
    lines, grown = [], {}
    for name, (kind, body) in BODIES.items():
        before = {}
        for pid in processes_of(site):
            forget_peak(pid)
            before[pid] = peak_of(pid)
        status, seconds = sent(site, address, kind, body)
        grown[name] = max(peak_of(pid) - was for pid, was in before.items())
        lines.append(f"  {address:9} {name:36} {status}  +{grown[name] / MB:.1f} MB  {seconds:.2f} s")
        assert 400 <= status < 500 or status == 303
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert {name: more for name, more in grown.items() if more > MOST_GROWTH} == {}


READS = 60


def seconds_to_read(product: Product) -> float:
    begun = time.perf_counter()
    with urllib.request.urlopen(f"{product.url}/login", timeout=60) as answer:
        assert answer.status == 200
    return time.perf_counter() - begun


@pytest.mark.drill
def test_two_hundred_slow_clients_stop_nobody(site: Product, capsys: pytest.CaptureFixture[str]) -> None:
    alone = [seconds_to_read(site) for _ in range(READS)]
    begun = time.monotonic()
    with slow_clients.SlowClients(site.url, of_each=50) as slow:
        beside = [seconds_to_read(site) for _ in range(READS)]
        time.sleep(max(0, HEAD_SECONDS + 4 - (time.monotonic() - begun)))
        heard = {kind: slow.still_heard(kind) for kind in slow_clients.OPENINGS}
    with capsys.disabled():
        for name, seconds in (("alone", alone), ("beside 200 slow clients", beside)):
            p95 = statistics.quantiles(seconds, n=20)[-1]
            sys.stdout.write(f"\n  reads {name}: median {statistics.median(seconds):.3f} s, p95 {p95:.3f} s")
        sys.stdout.write("".join(f"\n  {kind}: {count} of 50 still heard" for kind, count in heard.items()))
        sys.stdout.write("\n")
    assert heard[slow_clients.SENDS_HEADERS] == 0
