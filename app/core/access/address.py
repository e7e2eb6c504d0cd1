"""The address a request came from, as the proxies in front tell it; and whether there is an untold one."""

import logging
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Flask, current_app, has_request_context, request

log = logging.getLogger(__name__)
UNKNOWN = "unknown"
# What proxies add. A browser adds none of them.
_TOLD_BY_PROXIES = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
# Some proxies add the port: 192.0.2.1:5678, [2001:db8::1]:5678.
_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")
_NETWORK = 64  # bits: one line of a household or an office holds a whole such network


def init_app(app: Flask) -> None:
    """Has the log say, once a process, that a proxy stands in front of which the product was not told."""
    warned: list[bool] = []

    def warn() -> None:
        if not warned and by_untold_proxy():
            warned.append(True)
            log.warning(
                "a request came through a proxy although PROXY_HOPS is 0: everybody counts as one address. "
                "Set PROXY_HOPS to the number of proxies in front"
            )

    app.before_request(warn)


def client_address() -> str:
    """Who asks, as an IP address; `unknown` for what is none, whoever wrote it."""
    return checked(request.remote_addr or "")


def checked(told: str) -> str:
    """An address in its one way of writing, 45 characters at most; `unknown` for anything else."""
    found = _read(told)
    return str(found) if found else UNKNOWN


def _read(told: str) -> IPv4Address | IPv6Address | None:
    with_port = _PORT.fullmatch(told.strip())
    plain = (with_port[1] or with_port[2]) if with_port else told.strip()
    try:
        found = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def counted_as(told: str) -> str:
    """Under what the tries of an address are counted. Whoever has one IPv6 address has its whole network."""
    found = _read(told)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _NETWORK), strict=False))
    return str(found) if found else UNKNOWN


def came_by_proxy() -> bool:
    """Whether something between the browser and us says so."""
    return has_request_context() and any(request.headers.get(name) for name in _TOLD_BY_PROXIES)


def by_untold_proxy() -> bool:
    """Whether there is a proxy although the product was told that there is none."""
    return not told_hops() and came_by_proxy()


def told_hops() -> int:
    """How many proxies stand in front, as the product was told."""
    return int(current_app.config["PROXY_HOPS"])
