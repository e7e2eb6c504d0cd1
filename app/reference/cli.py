"""`flask reference load`: fills the reference tables by hand."""

import click
from flask.cli import AppGroup

from app.core.db import db
from app.reference import services

reference = AppGroup("reference", help="行业分类和行政区划")


@reference.command("load")
def load() -> None:
    """装入行业分类和行政区划；已有的版本不动。"""
    written = services.load()
    db.session.commit()
    click.echo(f"行业 {written['industries']} 条，行政区划 {written['divisions']} 条")
