"""Who asks: an address that is one, whatever the proxy or a stranger wrote; a proxy nobody told us of."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request

from app.core.access.address import (
    UNKNOWN,
    by_untold_proxy,
    came_by_proxy,
    checked,
    client_address,
    counted_as,
)
from app.factory import create_app
from tests.services import databases

ADDRESSES = [
    ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
    (" 192.0.2.7 ", "192.0.2.7", "192.0.2.7"),
    ("192.0.2.7:5678", "192.0.2.7", "192.0.2.7"),
    ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
    ("2001:0DB8:1:2::1", "2001:db8:1:2::1", "2001:db8:1:2::/64"),
    ("2001:db8:1:2:ffff::9", "2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
    ("[2001:db8::1]:5678", "2001:db8::1", "2001:db8::/64"),
    ("[2001:db8::1]", "2001:db8::1", "2001:db8::/64"),
    ("fe80::1%eth0", "fe80::1", "fe80::/64"),
    ("", UNKNOWN, UNKNOWN),
    ("unknown", UNKNOWN, UNKNOWN),
    ("_hidden", UNKNOWN, UNKNOWN),
    ("1.2.3", UNKNOWN, UNKNOWN),
    ("1.2.3.4.5:80", UNKNOWN, UNKNOWN),
    ("192.0.2.007", UNKNOWN, UNKNOWN),
    ("192.0.2.7, 10.0.0.1", UNKNOWN, UNKNOWN),
    ("<script>" * 1000, UNKNOWN, UNKNOWN),
    ("沈若岚\r\nX-Evil: 1", UNKNOWN, UNKNOWN),
    ("1" * 5000, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("told", "address", "counted"), ADDRESSES)
def test_an_address_is_written_in_one_way_and_counted_by_network(
    told: str, address: str, counted: str
) -> None:
    assert (checked(told), counted_as(told)) == (address, counted)
    assert max(len(address), len(counted)) <= 45


def behind(tmp_path: Path, hops: int) -> Flask:
    config = databases.testing_config(tmp_path, f"sqlite:///{tmp_path / 'county'}")
    app = create_app(replace(config, proxy_hops=hops))
    app.add_url_rule("/who", "who", lambda: f"{client_address()} {request.remote_addr}")
    return app


FORGED = {"X-Forwarded-For": "6.6.6.6, 198.51.100.1"}


@pytest.mark.parametrize(
    ("hops", "headers", "address"),
    [
        (0, FORGED, "192.0.2.1"),
        (1, FORGED, "198.51.100.1"),
        (2, FORGED, "6.6.6.6"),
        (1, {"X-Forwarded-For": "6.6.6.6, 198.51.100.1:5678"}, "198.51.100.1"),
        (1, {"X-Forwarded-For": "6.6.6.6, nonsense"}, UNKNOWN),
        (1, {}, "192.0.2.1"),
    ],
)
def test_only_the_proxies_we_were_told_of_say_who_asks(
    tmp_path: Path, hops: int, headers: dict[str, str], address: str
) -> None:
    client = behind(tmp_path, hops).test_client()
    answer = client.get("/who", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.text.split()[0] == address


@pytest.mark.parametrize(
    ("hops", "header", "warnings"),
    [(0, "X-Forwarded-For", 1), (0, "Forwarded", 1), (0, "X-Real-IP", 1), (1, "X-Forwarded-For", 0)],
)
def test_the_log_says_once_that_a_proxy_stands_in_front_of_which_nobody_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, hops: int, header: str, warnings: int
) -> None:
    client = behind(tmp_path, hops).test_client()
    with caplog.at_level(logging.WARNING, "app.core.access.address"):
        client.get("/healthz")
        assert caplog.records == []
        for _ in range(3):
            client.get("/healthz", headers={header: "6.6.6.6"})
    assert len(caplog.records) == warnings
    assert all("PROXY_HOPS" in record.getMessage() for record in caplog.records)


def test_outside_a_request_nobody_has_come_by_a_proxy(app: Flask) -> None:
    with app.app_context():
        assert not came_by_proxy() and not by_untold_proxy()
