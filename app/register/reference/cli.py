"""`flask reference`: fills the reference tables, brings a newer list of divisions in."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.register.reference import services

reference = AppGroup("reference", help="行业分类和行政区划")


@reference.command("load")
def load() -> None:
    """装入行业分类和行政区划；已有的不动。"""
    written = services.load()
    db.session.commit()
    click.echo(f"行业 {written['industries']} 条，行政区划 {written['divisions']} 条")


@reference.command("divisions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="没有写日期的变化从这一天起算，默认今天")
@click.option("--changes-only", is_flag=True, help="文件只列有变化的，没有列的不算停用")
@click.option("--apply", "apply", is_flag=True, help="写入；不写这一项只看有哪些变化")
def divisions(file: Path, day: datetime | None, changes_only: bool, apply: bool) -> None:
    """用一份新的区划名单（CSV：代码,名称[,启用日期,停用日期,并入代码]）更新行政区划；从不删除。"""
    try:
        since = day.date() if day else today()
        changes = services.preview(file.read_bytes(), since, whole=not changes_only)
        if apply and changes:
            services.revise(changes)
    except RuleBroken as refused:
        raise click.ClickException(str(refused)) from refused
    for change in changes:
        click.echo(services.in_words(change))
    if not changes:
        click.echo("和现有的行政区划一样，没有变化")
    elif apply:
        db.session.commit()
        click.echo(f"已写入 {len(changes)} 处变化")
    else:
        click.echo(f"共 {len(changes)} 处变化，还没有写入；核对后加 --apply 再运行一次")
