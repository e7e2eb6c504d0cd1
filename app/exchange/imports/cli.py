"""`flask import enterprises FILE`: the same import from the shell, without the dry run."""

import json
import time
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.access.auth import SYSTEM, Actor, acting_as
from app.core.storage.db import db
from app.core.values.errors import NotFound, RuleBroken
from app.exchange.imports import services
from app.exchange.imports.columns import Layout
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.reading import Choice
from app.exchange.imports.writing import PROBLEMS, Report
from app.register.accounts.queries import actor_by_login

imports = AppGroup("import", help="导入")


@imports.command("enterprises")
@click.argument("path", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", metavar="登录名", help="以谁的名义导入；不写就记作系统")
@click.option("--json", "only_json", is_flag=True, help="只输出结果，不显示进度")
@click.option("--sheet", metavar="工作表", default="", help="读哪一张工作表；不写就读最像企业名录的一张")
@click.option(
    "--heading-row", metavar="行号", type=click.IntRange(1), help="表头在第几行；不写就在前 10 行里找"
)
@click.option(
    "--separator", metavar="分隔符", default="", help="文本文件的分隔符：, ; | 或 tab；不写就自己认"
)
def enterprises(
    path: Path, login: str | None, only_json: bool, sheet: str, heading_row: int | None, separator: str
) -> None:
    """从 xlsx、csv 或 csv.gz 导入企业。疑似重复的行不写，只计数。

    进度写到标准错误；标准输出的最后一行是一个 JSON：created、updated、unchanged、suspected、rejected，
    不是企业的行 skipped，读的工作表 sheet 和所有工作表 sheets，以及没有用到的列 unused_columns。
    """
    choice = Choice(sheet, heading_row, _separator(separator))
    with acting_as(_actor(login)):
        try:
            batch, counts = services.import_at_once(path, _report(silent=only_json), choice)
        except RuleBroken as refusal:
            raise click.ClickException("；".join(refusal.problems.values())) from refusal
        layout = services.layout_of(batch)
        if not only_json:
            _tell_how_it_was_read(batch, layout)
            _tell_what_wants_a_look(batch, counts["suspected"] + counts["rejected"])
    told = {
        **counts,
        "skipped": batch.skipped_count,
        "unused_columns": layout.unused,
        "sheet": layout.sheet,
        "sheets": {name: rows for name, rows, _hidden in layout.sheets},
    }
    click.echo(json.dumps(told, ensure_ascii=False))


_SEPARATORS = {"tab": "\t", "\\t": "\t"}


def _separator(text: str) -> str:
    separator = _SEPARATORS.get(text.lower(), text)
    if len(separator) > 1:
        raise click.BadParameter("分隔符是一个字符：, ; | 或 tab", param_hint="--separator")
    return separator


def _tell_how_it_was_read(batch: ImportBatch, layout: Layout) -> None:
    others = [f"「{name}」{rows:,} 行" for name, rows, _hidden in layout.sheets if name != layout.sheet]
    if others:
        click.echo(f"读的是工作表「{layout.sheet}」，没有读{'、'.join(others)}", err=True)
    if layout.unit_from:
        click.echo(f"注册资本按 {layout.unit.label} 读：{layout.unit_from}", err=True)
    if layout.unused:
        click.echo(f"没有用到的列：{'、'.join(layout.unused)}", err=True)
    for number, why in batch.asides:
        click.echo(f"第 {number} 行{why}，没有当作企业", err=True)
    if batch.skipped_count > len(batch.asides):
        click.echo(f"……共 {batch.skipped_count:,} 行没有当作企业", err=True)


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
