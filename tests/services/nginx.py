"""Debian's nginx with the configuration and the certificate of docs/how-to/deploy.md, before a product."""

import getpass
import http.client
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.services import deploy_page
from tests.services.client import forms_of
from tests.services.product import free_port

PROGRAM = Path("/usr/sbin/nginx")
START_SECONDS = 10
NAME = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx."""

    port: int
    plain_port: int
    trust: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"


def make_certificate(folder: Path) -> ssl.SSLContext:
    """Types the section on certificates and returns what trusts its authority."""
    changes = {
        "/etc/zhaoshang-authority": str(folder / "authority"),
        "/etc/nginx/tls": str(folder / "tls"),
        "10.1.2.3": NAME,
    }
    for block in deploy_page.blocks("4. Certificate"):
        deploy_page.typed(
            deploy_page.replaced(block, {old: new for old, new in changes.items() if old in block})
        )
    return ssl.create_default_context(cafile=str(folder / "authority" / "ca.crt"))


def configuration(folder: Path, product_port: int, port: int, plain_port: int) -> str:
    """nginx.conf of the page; only where things lie and listen is changed."""
    places = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    changes = {
        "user www-data;": f"user {getpass.getuser()};",
        "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
        "error_log /var/log/nginx/error.log crit;": f"error_log {folder}/error.log crit;",
        "access_log /var/log/nginx/access.log lines;": f"access_log {folder}/access.log lines;",
        "/etc/nginx/tls/": f"{folder}/tls/",
        "http {\n": "http {\n" + places,
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{product_port};",
        "listen 80 default_server;": f"listen 127.0.0.1:{plain_port} default_server;",
        "listen 443 ssl default_server;": f"listen 127.0.0.1:{port} ssl default_server;",
        "        listen [::]:80 default_server;\n": "",
        "        listen [::]:443 ssl default_server;\n": "",
        "https://$host$request_uri;": f"https://$host:{port}$request_uri;",
    }
    return deploy_page.replaced(deploy_page.file_written_to("/etc/nginx/nginx.conf"), changes)


@contextmanager
def running_proxy(folder: Path, product_port: int) -> Iterator[Proxy]:
    if not PROGRAM.is_file():
        pytest.fail("缺少 nginx：sudo apt-get install -y nginx", pytrace=False)
    trust = make_certificate(folder)
    proxy = Proxy(free_port(), free_port(), trust)
    written = folder / "nginx.conf"
    written.write_text(configuration(folder, product_port, proxy.port, proxy.plain_port), encoding="utf-8")
    command = [str(PROGRAM), "-p", str(folder), "-e", str(folder / "start.log"), "-c", str(written)]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        _wait_until_open(process, proxy.port)
        yield proxy
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(folder / "client_body", ignore_errors=True)


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((NAME, port)) == 0:
                return
        assert process.poll() is None and time.monotonic() < deadline, "nginx did not start"
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(slots=True)
class Visitor:
    """A browser without script at an address of its own, which stays on one connection."""

    proxy: Proxy
    address: str = NAME
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    _line: http.client.HTTPSConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def submit(self, page: str, fields: dict[str, Any], file: tuple[str, bytes] | None = None) -> Answer:
        """Fills in the form of a page that is sent to that page."""
        shown = self.get(page)
        assert shown.status == 200, shown.text
        form = next(form for form in forms_of(shown.text) if urlsplit(form.action or page).path == page)
        return self.post(page, {**form.fields, **fields}, file)

    def post(self, path: str, fields: dict[str, Any], file: tuple[str, bytes] | None = None) -> Answer:
        if file is None:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields, doseq=True).encode()
        else:
            kind, body = "multipart/form-data; boundary=part", _in_parts(fields, *file)
        return self.ask("POST", path, body, {"Content-Type": kind, "Referer": self.proxy.url + path})

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        line = self._connected()
        cookie = "; ".join(f"{name}={found.value}" for name, found in self.cookies.items())
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before it was all sent
            line.request(method, path, body or None, {"Cookie": cookie, **(headers or {})})
        answer = line.getresponse()
        text = answer.read().decode("utf-8", errors="replace")
        for told in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(told)
        return Answer(answer.status, answer.headers, text)

    def _connected(self) -> http.client.HTTPSConnection:
        if self._line is None:
            self._line = http.client.HTTPSConnection(
                NAME, self.proxy.port, context=self.proxy.trust, source_address=(self.address, 0), timeout=60
            )
        return self._line

    def leave(self) -> None:
        if self._line is not None:
            self._line.close()


def _in_parts(fields: dict[str, Any], name: str, content: bytes) -> bytes:
    head = "".join(
        f'--part\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
        if field != "file"
    )
    head += f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--part--\r\n"
