"""`flask audit …`: walking the chain and printing its head."""

import json

import click
from flask.cli import AppGroup, with_appcontext

from app.auditing.services import verify_chain
from app.core import audit
from app.core.db import reading

group = AppGroup("audit", help="审计台账：verify、head")


@group.command("verify")
@with_appcontext
def verify() -> None:
    """从头走一遍链；断了就指出第几条，退出码为 1。"""
    verdict = verify_chain()
    number, last_hash = verdict.head
    answer = {"checked": verdict.checked, "broken_at": verdict.broken_at, "head": number, "hash": last_hash}
    click.echo(json.dumps(answer))
    if verdict.broken_at is not None:
        raise SystemExit(1)


@group.command("head")
@with_appcontext
def head() -> None:
    """打印最后一条的编号和摘要，抄到数据库以外的地方：链自己看不出末尾被截掉。"""
    with reading():
        number, last_hash = audit.head()
    click.echo(json.dumps({"head": number, "hash": last_hash}))
