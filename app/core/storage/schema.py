"""Which migration the database stands at: a start on any other than the program's own is refused."""

from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text

from app.core.storage.db import db, reading
from config import ROOT

UPGRADE = "flask --app wsgi db upgrade"


class OutdatedSchema(SystemExit):
    """Ends the process with the sentence that says what to type."""


def wanted(root: Path = ROOT) -> str:
    """The newest migration that came with the program."""
    return (root / "migrations" / "HEAD").read_text(encoding="utf-8").strip()


def found() -> str | None:
    """The migration the database stands at; None when it holds no tables of the product."""
    with reading(), db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def problem(root: Path = ROOT) -> str:
    """Why the program must not run on this database, with what to type; empty when it may."""
    stands_at, needed = found(), wanted(root)
    if stands_at == needed:
        return ""
    if stands_at is None:
        return f"数据库还没有建表，请先运行：{UPGRADE}"
    if stands_at > needed:
        return f"数据库是新版（{stands_at}，程序只到 {needed}），请换用新版程序，或者用旧的备份恢复"
    return f"数据库还是旧版（{stands_at}，程序要 {needed}），请先运行：{UPGRADE}"


def require_current(app: Flask, root: Path = ROOT) -> None:
    """Raises OutdatedSchema unless database and program fit each other."""
    with app.app_context():
        sentence = problem(root)
    if sentence:
        raise OutdatedSchema(sentence)
