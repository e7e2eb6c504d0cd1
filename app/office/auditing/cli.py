"""`flask audit …`: walking the chain, comparing it with its heads, printing and keeping its head."""

import json

import click
from flask.cli import AppGroup, with_appcontext

from app.office.auditing import services
from app.office.auditing.rules import line_of

group = AppGroup("audit", help="审计台账：verify、head")


@group.command("verify")
@with_appcontext
def verify() -> None:
    """从头走一遍链，再和库外记下的每个链头比；有不对的就说是什么，退出码为 1。"""
    walk = services.verify_chain()
    number, last_hash = walk.verdict.head
    answer = {
        "checked": walk.verdict.checked,
        "broken_at": walk.verdict.broken_at,
        "head": number,
        "hash": last_hash,
        "heads": walk.heads,
        "found": [{"what": one.finding.value, "words": one.words} for one in walk.found],
    }
    click.echo(json.dumps(answer, ensure_ascii=False))
    if not walk.is_whole:
        raise SystemExit(1)


@group.command("head")
@click.option("--write", is_flag=True, help="同时记到 AUDIT_HEADS 指的目录（后台任务每天夜里记一次）")
@click.option("--after-restore", "restored", default="", help="刚用别的办法恢复了数据库：说明，一并记下")
@with_appcontext
def head(write: bool, restored: str) -> None:
    """打印最后一条的编号和摘要，带签名：链自己看不出末尾被截掉。"""
    try:
        told = services.keep_head(restored) if write or restored else services.current_head()
    except OSError as error:
        raise click.ClickException(f"链头没有记下来：{error}") from error
    click.echo(line_of(told))
