"""each row of both ledgers says its cause, each audit event of which run it is

Until now a row was told apart by the sentence that the product wrote as its reason, which people could write as
well. Rows that stand there are marked by that sentence, their kind and their place: what one act writes stands in
one piece, and nothing that people enter comes between. What no person could enter is told without the sentence.

Events that stand there keep no run, and with it their hash. Going down forgets the runs of later events, whose
chain then no longer fits.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}
CAUSES = (
    *("by_hand", "registration", "redated", "registered_twice", "handed_over"),
    *("contract", "signing", "unsigned", "followed", "taken_back"),
)
_TAKE_BACK = timedelta(minutes=30)
_HANDED_OVER = re.compile(r".+(离开|撤销)，由.+接手")
_CHUNK = 10_000  # rows of one statement
Causes = dict[int, str]  # id of a row -> its cause


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("run_id", sa.String(40), nullable=True))
    for table, owner, causes_of in (
        ("lead_entry", "lead_id", _of_lead),
        ("project_entry", "project_id", _of_project),
    ):
        op.add_column(table, sa.Column("cause", sa.String(30), nullable=True))
        _lift(table)
        _mark(_ledger(table, owner), owner, causes_of)
        with op.batch_alter_table(table, **KEPT) as batch:
            batch.alter_column("cause", existing_type=sa.String(30), nullable=False)
            allowed = ", ".join(f"'{cause}'" for cause in CAUSES)
            batch.create_check_constraint(op.f(f"ck_{table}_cause"), f"cause IN ({allowed})")
        _put_back(table)


def downgrade() -> None:
    for table in ("project_entry", "lead_entry"):
        _lift(table)
        with op.batch_alter_table(table, **KEPT) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_cause"), type_="check")
            batch.drop_column("cause")
        _put_back(table)
    op.drop_column("audit_event", "run_id")


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _lift(table: str) -> None:
    if _is_postgres():
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")


def _put_back(table: str) -> None:
    """As 0004 made them; SQLite has lost them with the table that was copied."""
    if _is_postgres():
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        )


def _ledger(table: str, owner: str) -> Any:
    names = ("id", owner, "kind", "effective_on", "actor_id", "stage_from", "stage", "voids", "reason", "evidence")
    moment = sa.column("recorded_at", sa.DateTime(timezone=True))
    return sa.table(table, *map(sa.column, names), moment, sa.column("cause"))


def _mark(table: Any, owner: str, causes_of: Any) -> None:
    connection = op.get_bind()
    in_order = sa.select(table).order_by(table.c[owner], table.c.id)
    rows = connection.execute(in_order, execution_options={"yield_per": _CHUNK})  # never a whole table in memory
    found: dict[str, list[int]] = {cause: [] for cause in CAUSES}
    for _owner_id, ledger in groupby(rows, attrgetter(owner)):
        for row_id, cause in causes_of(list(ledger)).items():
            found[cause].append(row_id)
    connection.execute(sa.update(table).values(cause="by_hand"))
    statement = sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(cause=sa.bindparam("told"))
    for cause, ids in found.items():
        for chunk in _chunks(ids if cause != "by_hand" else []):
            connection.execute(statement, [{"row_id": row_id, "told": cause} for row_id in chunk])


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


# What one act writes comes in this order, nothing between: the move, then the holder, then the amount.
_AFTER = {"assign": "move", "amount": "assign"}


def _of_lead(ledger: list[Any]) -> Causes:
    """The causes of the rows of one lead, which come in the order in which they were entered."""
    by_id, causes = {row.id: row for row in ledger}, Causes()
    for before, row, following in zip([None, *ledger[:-1]], ledger, [*ledger[1:], None], strict=True):
        cause = causes[before.id] if before else ""
        if row.kind == "move":
            causes[row.id] = "registration" if row.stage_from is None else "by_hand"
        elif row.kind == "correct":
            one_before = by_id.get(before.voids) if cause == "redated" else None
            causes[row.id] = _of_lead_correction(row, by_id[row.voids], one_before)
        elif row.reason == "登记" and cause == "registration" and before.kind == _AFTER[row.kind]:
            causes[row.id] = "registration"
        else:
            causes[row.id] = _of_other(row, following)
    return causes


def _of_lead_correction(row: Any, voided: Any, one_before: Any) -> str:
    """`one_before`: what the correction just before voids, if that one gives the registration another day."""
    if row.evidence:  # the number of the lead that counts instead; a correction by hand has none
        return "registered_twice"
    if voided.kind == "move" and voided.stage_from is None:  # which nobody can correct by hand
        return "redated"
    if row.reason == "随登记日期更正" and one_before and one_before.kind == _AFTER.get(voided.kind):
        return "redated"
    return _of_correction(row, voided)


def _of_other(row: Any, following: Any) -> str:
    """A later move, holder or amount of a lead."""
    signs = following is not None and (following.kind, following.stage) == ("move", "signed")
    if row.kind == "amount" and row.reason == "合同金额" and signs:
        return "contract"
    return "handed_over" if row.kind == "assign" and _HANDED_OVER.fullmatch(row.reason) else "by_hand"


def _of_correction(row: Any, voided: Any) -> str:
    """By its maker soon after, or as any other."""
    soon = row.recorded_at - voided.recorded_at <= _TAKE_BACK
    own = row.actor_id is not None and row.actor_id == voided.actor_id
    return "taken_back" if row.reason == "本人撤销" and own and soon else "by_hand"


_UNSIGNED = "签约已更正，项目随之归档；重新签约后自动恢复"


def _of_project(ledger: list[Any]) -> Causes:
    """The causes of the rows of one project. Nobody enters a holder or an amount by hand; a voided signing
    voids its own rows, and voided those of people with its reason, which nobody could correct.
    """
    by_id, causes = {row.id: row for row in ledger}, Causes()
    for row in ledger:
        if row.kind == "correct":
            voided = by_id[row.voids]
            is_unsigned = causes[voided.id] == "signing" or (voided.reason, row.reason) == ("签约", _UNSIGNED)
            causes[row.id] = "unsigned" if is_unsigned else _of_correction(row, voided)
        elif row.kind == "move":
            causes[row.id] = "signing" if row.stage_from is None else "by_hand"
        elif row.kind == "assign":
            causes[row.id] = "followed" if row.reason == "随线索" else "signing"
        else:
            causes[row.id] = "signing"
    return causes
