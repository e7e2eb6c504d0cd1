"""`flask backup` and `flask restore`."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.core.storage import schema
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.office.operations import services


def _tell(line: str) -> None:
    click.echo(line, err=True)


@click.command("backup", help="备份数据库和文件到一个文件夹；系统可以照常运行。")
@click.argument("target", type=click.Path(path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Prints where the backup lies, with the audit head to be kept elsewhere."""
    try:
        made = services.back_up(target, _tell)
    except RuleBroken as refused:
        raise click.ClickException(str(refused)) from refused
    answer = {
        "backup": str(made.folder),
        "revision": made.manifest.revision,
        "rows": sum(made.manifest.counts.values()),
        "files": len(made.manifest.files),
        "audit_number": made.manifest.audit_number,
        "audit_hash": made.manifest.audit_hash,
    }
    click.echo(json.dumps(answer, ensure_ascii=False))


@click.command("restore", help="用备份恢复数据库和文件；请先停止系统。")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="现有数据不是空的也照样盖掉")
@with_appcontext
def restore(folder: Path, force: bool) -> None:
    """Says what to run next: the index is not part of a backup."""
    try:
        manifest = services.restore(folder, force=force, tell=_tell)
        db.session.commit()
    except RuleBroken as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(
        f"已恢复 {sum(manifest.counts.values())} 行、{len(manifest.files)} 个文件，"
        f"审计链末条第 {manifest.audit_number} 条，核对无误；所有人要重新登录"
    )
    if manifest.revision != schema.wanted():
        click.echo(f"备份的数据库是旧版，请运行：{schema.UPGRADE}")
    click.echo("最后请重建搜索索引：flask --app wsgi search rebuild --fresh")
