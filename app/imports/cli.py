"""`flask import enterprises FILE`: the same import from the shell, without the dry run."""

import json
import time
from pathlib import Path

import click
from flask.cli import AppGroup

from app.accounts.queries import actor_by_login
from app.core.auth import SYSTEM, Actor, acting_as
from app.core.db import db
from app.core.errors import NotFound, RuleBroken
from app.imports import services
from app.imports.models import ImportBatch
from app.imports.writing import PROBLEMS, Report

imports = AppGroup("import", help="导入")


@imports.command("enterprises")
@click.argument("path", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", metavar="登录名", help="以谁的名义导入；不写就记作系统")
@click.option("--json", "only_json", is_flag=True, help="只输出结果，不显示进度")
def enterprises(path: Path, login: str | None, only_json: bool) -> None:
    """从 xlsx、csv 或 csv.gz 导入企业。疑似重复的行不写，只计数。

    进度写到标准错误；标准输出的最后一行是一个 JSON：created、updated、unchanged、suspected、rejected，
    以及没有用到的列 unused_columns。
    """
    with acting_as(_actor(login)):
        try:
            batch, counts = services.import_at_once(path, _report(silent=only_json))
        except RuleBroken as refusal:
            raise click.ClickException("；".join(refusal.problems.values())) from refusal
        unused = services.layout_of(batch).unused
        if unused and not only_json:
            click.echo(f"没有用到的列：{'、'.join(unused)}", err=True)
        if not only_json:
            _tell_what_wants_a_look(batch, counts["suspected"] + counts["rejected"])
    click.echo(json.dumps({**counts, "unused_columns": unused}, ensure_ascii=False))


def _tell_what_wants_a_look(batch: ImportBatch, left: int) -> None:
    book = services.folder_of(batch) / PROBLEMS
    if left:
        click.echo(f"没有写入的 {left} 行和原因：{book}", err=True)
    if batch.doubt_count:
        click.echo(f"请核对的 {batch.doubt_count} 行（按猜测读入，或有没认出的字）：{book}", err=True)


def _actor(login: str | None) -> Actor:
    if login is None:
        return SYSTEM
    try:
        return actor_by_login(login)
    except NotFound as unknown:
        raise click.ClickException(f"没有登录名是「{login}」的账号") from unknown


def _report(*, silent: bool) -> Report:
    """Commits each batch of rows; says how far it is about once a second."""
    said = [time.monotonic()]

    def report(done: int, total: int) -> None:
        db.session.commit()
        if silent or (time.monotonic() - said[0] < 1 and done < total):
            return
        said[0] = time.monotonic()
        click.echo(f"{done:,} / {total:,} 行", err=True)

    return report
