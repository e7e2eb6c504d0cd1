"""`flask chains …`: the example chains from the shell."""

from dataclasses import replace

import click
from flask.cli import AppGroup, with_appcontext

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.register.accounts.enums import Permission
from app.register.chains import services

group = AppGroup("chains", help="产业链：examples")
# Whoever has the shell keeps the county's data.
_OPERATOR = replace(SYSTEM, permissions=frozenset({Permission.CHAINS_WRITE}))


@group.command("examples")
@click.argument("codes", nargs=-1)
@with_appcontext
def examples(codes: tuple[str, ...]) -> None:
    """载入示例产业链；不写代号就是全部，已经有的代号不动。"""
    with acting_as(_OPERATOR):
        try:
            loaded = services.load_examples(codes)
        except RuleBroken as refused:
            db.session.rollback()
            raise click.ClickException(str(refused)) from refused
        db.session.commit()
    for chain in loaded:
        click.echo(f"{chain.code} {chain.name}")
    click.echo(f"载入 {len(loaded)} 条示例产业链" if loaded else "都已经有了，没有变化")
