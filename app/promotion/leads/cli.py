"""Commands for the ledger's projections: derive them afresh, compare them with the ledger."""

import click
from flask.cli import AppGroup

from app.core.storage.db import db, reading
from app.promotion.leads import projection

leads = AppGroup("leads", help="线索台账的两张推算表：重算、核对")
_SHOWN = 20  # numbers printed per kind of difference


@leads.command("rebuild", help="按台账重算所有线索的阶段区间和首次到达")
def rebuild() -> None:
    """Batches of their own transactions: a stop in between leaves every batch whole."""
    done = 0
    for batch in projection.batches():
        projection.settle_all(batch)
        db.session.commit()
        done += len(batch)
        click.echo(f"已重算 {done} 条线索")
    click.echo(f"完成，共 {done} 条线索")


@leads.command("check", help="核对台账、推算表和线索当前值；有出入时返回 1")
def check() -> None:
    drift = projection.LedgerDrift()
    with reading():
        for batch in projection.batches():
            projection.compare(drift, batch)
        db.session.rollback()
    click.echo(f"核对了 {drift.checked} 条线索")
    for label, numbers in (
        ("阶段区间", drift.spans),
        ("首次到达", drift.arrivals),
        ("当前阶段、负责人或金额", drift.current),
    ):
        more = f" 等 {len(numbers)} 条" if len(numbers) > _SHOWN else ""
        click.echo(
            f"{label}有出入 {len(numbers)} 条" + (f"：{'、'.join(numbers[:_SHOWN])}{more}" if numbers else "")
        )
    if not drift.is_clean:
        raise SystemExit(1)
