"""What answers at an address where an Elasticsearch should, said by its name and with the cure. Values in,
values out; nothing of an answer is repeated but a version.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WANTED = (8, 19)
_PRODUCT = "X-Elastic-Product"
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}")
_MISFIT_STATUS = frozenset({406, 415})
_MISFIT_REASON = "media_type_header_exception"
# A gateway answers for a service that is down.
_GATEWAY_STATUS = frozenset({502, 503, 504})
_OTHERWISE = "，或改用内置引擎（SEARCH_URL=tantivy:///索引目录）"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as far as it tells who gave it."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def is_marked(self) -> bool:
        """Elasticsearch marks each of its answers since 7.14."""
        return self.headers.get(_PRODUCT.lower()) == "Elasticsearch"

    @property
    def _version(self) -> Mapping[str, Any]:
        found = self.body.get("version") if isinstance(self.body, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    @property
    def version(self) -> str:
        found = _VERSION.match(str(self._version.get("number", "")))
        return found[0] if found else ""

    @property
    def is_opensearch(self) -> bool:
        return self._version.get("distribution") == "opensearch"


def is_misfit(answer: Answer, reason: str) -> bool:
    """Whether this was not answered by an Elasticsearch of the client's version, directly."""
    if answer.status in _MISFIT_STATUS or reason == _MISFIT_REASON:
        return True
    return not answer.is_marked and answer.status not in _GATEWAY_STATUS


def refusal(answer: Answer, reason: str) -> str:
    """What an Elasticsearch that fits says no with."""
    if answer.status == 401:
        return "搜索服务不认 SEARCH_URL 里的用户密码或 api_key（401）。请核对后重启各进程"
    if answer.status == 403:
        return (
            "SEARCH_URL 里的账号没有权限（403）。"
            "请在名下的索引上给它 create_index、delete_index、manage、read、write"
        )
    if not answer.is_marked:
        return f"搜索服务前面的网关答 {answer.status}，后面的服务没有应答"
    return f"搜索服务拒绝了请求（{answer.status} {reason}）"


def told(front: Answer | None, client: str, *, was_marked: bool) -> str:
    """Who it is, from what it answers at `GET /`; None when it did not. `client` is the version of ours,
    `was_marked` whether the answer was that made us ask.
    """
    if front is None or not (front.version or front.is_marked):
        return _nobody_known(front)
    if front.is_opensearch:
        return (
            f"SEARCH_URL 指向的是 OpenSearch {front.version}，不是 Elasticsearch。"
            f"请换成 Elasticsearch 8.19 的地址{_OTHERWISE}"
        )
    if front.version and _numbers(front.version) < WANTED:
        return f"SEARCH_URL 指向的 Elasticsearch 是 {front.version}，太旧。请升级到 8.19{_OTHERWISE}"
    if not (front.is_marked and was_marked):
        behind = f"（后面是 Elasticsearch {front.version}）" if front.version else ""
        return (
            f"SEARCH_URL 前面的网关去掉了应答头 {_PRODUCT}{behind}。"
            "请让网关原样转发应答头，或者让 SEARCH_URL 直接指向搜索服务"
        )
    return (
        f"Elasticsearch 是 {front.version or '另一版'}，程序的客户端是 {client}，两者不相合。"
        f"请用 Elasticsearch 8.19，并按 requirements.txt 重装程序的依赖{_OTHERWISE}"
    )


def _nobody_known(front: Answer | None) -> str:
    said = f"它对 GET / 答 {front.status}" if front else "它对 GET / 没有应答"
    return (
        f"SEARCH_URL 指向的不是 Elasticsearch，或者前面的网关去掉了应答头 {_PRODUCT}（{said}）。"
        "请核对主机和端口，让网关原样转发应答头"
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
