"""flask assessments: closed periods held against the rows that they kept."""

import click
from flask.cli import AppGroup

from app.promotion.assessments import services

commands = AppGroup("assessments", help="考核：核对已结账的得分")


@commands.command("verify")
def verify() -> None:
    """用结账时留下的明细重算每一期，和存下的得分对。"""
    wrong = services.verify_all()
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        raise click.ClickException(f"有 {len(wrong)} 处对不上")
    click.echo("全部对得上")
