"""`flask import enterprises FILE` and the like: the same import from the shell, without the dry run."""

import json
import time
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from app.core.access.auth import SYSTEM, Actor, acting_as
from app.core.storage.db import db
from app.core.values.errors import NotFound, RuleBroken
from app.exchange.imports import jobs, services
from app.exchange.imports.columns import Layout
from app.exchange.imports.keeping import PROBLEMS
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.reading import FileChoice
from app.exchange.imports.targets import TARGETS, Target
from app.exchange.imports.writing import Report
from app.register.accounts.queries import actor_by_login


class _Kinds(AppGroup):
    """A command for each kind of row that can be imported."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(TARGETS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        target = TARGETS.get(name)
        return _command(target) if target else None


imports = _Kinds("import", help="导入")

_HELP = """从 xlsx、csv 或 csv.gz 导入{noun}。疑似重复的行不写，只计数。

进度写到标准错误；标准输出的最后一行是一个 JSON：created、updated、unchanged、suspected、rejected，
不是{noun}的行 skipped，读的工作表 sheet 和所有工作表 sheets，以及没有用到的列 unused_columns。
"""


def _command(target: Target) -> click.Command:
    def run(**given: Any) -> None:
        _import(target, **given)

    parameters = [
        click.Argument(
            ["path"], metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path)
        ),
        click.Option(["--as", "login"], metavar="登录名", help="以谁的名义导入；不写就记作系统"),
        click.Option(["--json", "only_json"], is_flag=True, help="只输出结果，不显示进度"),
        click.Option(
            ["--sheet"],
            metavar="工作表",
            default="",
            help=f"读哪一张工作表；不写就读最像{target.noun}名录的一张",
        ),
        click.Option(
            ["--heading-row"],
            metavar="行号",
            type=click.IntRange(1),
            help="表头在第几行；不写就在前 10 行里找",
        ),
        click.Option(
            ["--separator"],
            metavar="分隔符",
            default="",
            help="文本文件的分隔符：, ; | 或 tab；不写就自己认",
        ),
    ]
    command = with_appcontext(run)
    return click.Command(
        target.code, callback=command, params=[*parameters], help=_HELP.format(noun=target.noun)
    )


def _import(
    target: Target,
    *,
    path: Path,
    login: str | None,
    only_json: bool,
    sheet: str,
    heading_row: int | None,
    separator: str,
) -> None:
    choice = FileChoice(sheet, heading_row, _separator(separator))
    with acting_as(_actor(login)):
        try:
            batch, counts = jobs.import_at_once(path, _report(silent=only_json), target, choice)
        except RuleBroken as refusal:
            raise click.ClickException("；".join(refusal.problems.values())) from refusal
        layout = services.layout_of(batch)
        if not only_json:
            _tell_how_it_was_read(batch, layout, target)
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


def _tell_how_it_was_read(batch: ImportBatch, layout: Layout, target: Target) -> None:
    others = [f"「{name}」{rows:,} 行" for name, rows, _hidden in layout.sheets if name != layout.sheet]
    if others:
        click.echo(f"读的是工作表「{layout.sheet}」，没有读{'、'.join(others)}", err=True)
    if layout.unit_from:
        click.echo(
            f"{target.labels[target.vocabulary.amount]}按 {layout.unit.label} 读：{layout.unit_from}",
            err=True,
        )
    if layout.unused:
        click.echo(f"没有用到的列：{'、'.join(layout.unused)}", err=True)
    for number, why in batch.asides:
        click.echo(f"第 {number} 行{why}，没有当作{target.noun}", err=True)
    if batch.skipped_count > len(batch.asides):
        click.echo(f"……共 {batch.skipped_count:,} 行没有当作{target.noun}", err=True)


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
