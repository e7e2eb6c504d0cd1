"""`flask search …`: the indexer process, draining, rebuilding, checking, asking."""

import json
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.core.index import reindexing, relay
from app.core.index.indexer import follow
from app.core.index.searching import SearchUnavailable, writer
from app.core.storage.db import reading
from app.core.storage.schema import require_current
from app.core.values.errors import NotFound
from app.core.web.collecting import collect_apart
from app.finding.finder.queries import Asked, search
from app.register.accounts.queries import actor_by_login

T = TypeVar("T")
group = AppGroup("search", help="搜索索引：indexer、drain、rebuild、check、query")


@group.command("indexer")
@with_appcontext
def indexer() -> None:
    """跟着数据库更新索引，一直运行到被停止。"""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    require_current(current_app)
    collect_apart()
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    follow(stop)


@group.command("drain")
@with_appcontext
def drain() -> None:
    """把待发送的都发完就结束。"""
    backend = _or_fail(writer)
    try:
        total = 0
        while sent := _or_fail(lambda: relay.drain(backend)):
            total += sent
    finally:
        backend.close()
    click.echo(json.dumps({"sent": total, **relay.waiting_count()}))


@group.command("rebuild")
@click.option("--fresh", is_flag=True, help="从头建，不接着上次没建完的做")
@with_appcontext
def rebuild(fresh: bool) -> None:
    """在旁边重建整个索引，建好再换上；中断过的接着做。"""
    count = _or_fail(lambda: reindexing.rebuild(_tell, fresh=fresh))
    click.echo(json.dumps({"documents": count}))


def _tell(done: int) -> None:
    click.echo(f"已建 {done} 份", err=True)


@group.command("check")
@click.option("--repair", is_flag=True, help="把不一致的重新排进发送队列")
@with_appcontext
def check(repair: bool) -> None:
    """逐份比对数据库和索引，打印缺少、过时、多余、范围不对的份数；有出入又没有要求修补时退出码为 1。"""
    kept = _or_fail(lambda: reindexing.check_and_keep(mend=repair))
    click.echo(json.dumps({**kept.counts, "repaired": kept.repaired, **relay.waiting_count()}))
    if kept.found and not repair:
        raise SystemExit(1)


@group.command("query")
@click.argument("text")
@click.option("--as", "login", required=True, help="按这个账号可见的范围")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def query(text: str, login: str, as_json: bool) -> None:
    """像页面上那样搜一次。"""
    with reading():
        try:
            actor = actor_by_login(login)
        except NotFound as missing:
            raise click.ClickException(f"没有账号 {login}") from missing
        found = search(Asked(text), actor)
    rows = [
        {"kind": hit.kind, "id": hit.shown.public_id, "title": hit.shown.title, "note": hit.shown.note}
        for hit in found.hits
    ]
    if as_json:
        answer = {"total": found.total, "counts": found.counts, "by": found.found_by.value, "hits": rows}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for hit in found.hits:
        click.echo(f"{hit.label}\t{hit.shown.title}\t{hit.shown.note}")


def _or_fail(work: Callable[[], T]) -> T:
    try:
        return work()
    except SearchUnavailable as error:
        raise click.ClickException(str(error)) from error
