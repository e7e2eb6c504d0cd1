"""`flask demo load`: the invented county, for looking around and for tests; prints whom to sign in as."""

import unicodedata

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.core.index.searching import SearchUnavailable
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.county.demo import jobs, services
from app.office.home import demo_mark

group = AppGroup("demo", help="演示县：虚构的单位、人员、企业、线索、走访和项目")


@group.command("load")
@with_appcontext
def load() -> None:
    """把虚构的演示县装入空的数据库，写完打印可用的账号。"""
    if current_app.config["IS_PRODUCTION"]:
        raise click.ClickException("演示账号的密码是公开的，生产环境不能装入演示县")
    mark = demo_mark.read()
    if mark != demo_mark.UNFINISHED or services.is_empty():
        _write_county()
    jobs.place_companies()
    jobs.name_anchors()
    jobs.tell_signs()
    jobs.upload_papers()
    jobs.run_campaigns()
    jobs.run_outings()
    jobs.run_gatherings()
    jobs.score_teams()
    _index()
    demo_mark.write(demo_mark.COMPLETE)
    _print_sign_ins()


def _write_county() -> None:
    """All or nothing. The mark stands before the commit: data without a label must not be."""
    try:
        services.load(lambda done, of: click.echo(f"已写入 {done} / {of} 件事", err=True))
    except RuleBroken as broken:
        raise click.ClickException(str(broken)) from broken
    demo_mark.write(demo_mark.UNFINISHED)
    db.session.commit()


def _index() -> None:
    try:
        count = jobs.finish_index()
    except SearchUnavailable as error:
        # What the relay has to send is still waiting in the outbox: the indexer catches up.
        click.echo(f"检索索引暂时建不了（{error}），检索同步启动后会自动补上", err=True)
        return
    click.echo(f"检索索引已建好，共 {count} 份", err=True)
    jobs.save_searches()


def _print_sign_ins() -> None:
    rows = [(row.role, row.name, row.unit, row.login, services.PASSWORD) for row in services.sign_ins()]
    lines = [("角色", "姓名", "单位", "账号", "密码"), *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(5)]
    click.echo("演示账号（人名和数字都是虚构的）：")
    for line in lines:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo("  " + "  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
