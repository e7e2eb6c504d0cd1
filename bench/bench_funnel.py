"""The five funnel queries as of a date, next to the same questions over the raw ledger; what keeping the
projections costs a move. `--leads N` changes the size, `--million` prints a million leads too (projections
copied ten times).
"""

import argparse
from datetime import date, timedelta
from typing import Any

import _common as common
from sqlalchemy import Connection, func, insert, select, text

from app.core.access.auth import SYSTEM, Actor, acting_as
from app.core.access.reach import Reach
from app.core.records.history import Cause, EntryKind
from app.core.storage.db import db, reading
from app.figures.reports.metrics import funnel
from app.figures.reports.rules import Period
from app.promotion.leads import projection
from app.promotion.leads.enums import PATH
from app.promotion.leads.models import Lead, LeadEntry, LeadReach, LeadSpan
from app.promotion.leads.queries import stages_on
from app.register.accounts.enums import Permission

PERIOD = Period(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
LEADER = Actor(
    user_id=1,
    person_id=1,
    name="县领导",
    permissions=frozenset({Permission.COUNT_CONFIDENTIAL}),
    reach=Reach.COUNTY,
)
OFFICER = Actor(
    user_id=1, person_id=2, name="干部", reach=Reach.UNIT, unit_ids=frozenset({3}), team_ids=frozenset({4})
)
GOAL_MS = 300

# The same five questions over the ledger itself: corrections taken out, last row per lead, joined to the
# holder and the sum of the day. Amounts of arrivals are today's, which spares this side a join.
_RANK = (
    "CASE stage "
    + " ".join(f"WHEN '{stage.value}' THEN {n}" for n, stage in enumerate(PATH))
    + " ELSE -1 END"
)
_LIVE = (
    "live AS (SELECT * FROM lead_entry WHERE effective_on <= :as_of AND kind <> 'correct' "
    "AND id NOT IN (SELECT voids FROM lead_entry WHERE voids IS NOT NULL))"
)
_LAST = (
    "(SELECT lead_id, {what} FROM (SELECT lead_id, {what}, row_number() OVER "
    "(PARTITION BY lead_id ORDER BY effective_on DESC, id DESC) AS place FROM live WHERE kind = '{kind}') r "
    "WHERE place = 1)"
)
_STEPS = "steps AS (" + " UNION ALL ".join(f"SELECT {n} AS step" for n in range(len(PATH))) + ")"
_FIRST = (
    f"moves AS (SELECT lead_id, effective_on, {_RANK} AS place FROM live WHERE kind = 'move'), {_STEPS}, "
    "first AS (SELECT lead_id, step, min(effective_on) AS day FROM moves JOIN steps ON place >= step "
    "GROUP BY lead_id, step)"
)
_COHORT = "cohort AS (SELECT lead_id FROM first WHERE step = 0 AND day BETWEEN :start AND :end)"
RAW = {
    "存量": (
        f"WITH {_LIVE} SELECT m.stage, count(*), sum(a.amount) "
        f"FROM {_LAST.format(what='stage', kind='move')} m "
        f"JOIN {_LAST.format(what='unit_id', kind='assign')} h ON h.lead_id = m.lead_id "
        f"JOIN {_LAST.format(what='amount', kind='amount')} a ON a.lead_id = m.lead_id GROUP BY m.stage"
    ),
    "进入": (
        f"WITH {_LIVE}, {_FIRST} SELECT step, count(*), sum(lead.amount) FROM first "
        "JOIN lead ON lead.id = first.lead_id WHERE day BETWEEN :start AND :end GROUP BY step"
    ),
    "同一批": (
        f"WITH {_LIVE}, {_FIRST}, {_COHORT} SELECT step, count(*), sum(lead.amount) FROM first "
        "JOIN cohort ON cohort.lead_id = first.lead_id JOIN lead ON lead.id = first.lead_id GROUP BY step"
    ),
    "流失": (
        f"WITH {_LIVE} SELECT l.before, count(*), sum(lead.amount) "
        "FROM (SELECT lead_id, stage, effective_on, "
        "lag(stage) OVER (PARTITION BY lead_id ORDER BY effective_on, id) AS before FROM live "
        "WHERE kind = 'move') l JOIN lead ON lead.id = l.lead_id "
        "WHERE l.stage = 'lost' AND l.effective_on BETWEEN :start AND :end GROUP BY l.before"
    ),
    "中位天数": (
        f"WITH {_LIVE}, {_FIRST}, {_COHORT} SELECT f.step, f.day, n.day, count(*) FROM first f "
        "JOIN first n ON n.lead_id = f.lead_id AND n.step = f.step + 1 "
        "JOIN cohort ON cohort.lead_id = f.lead_id GROUP BY f.step, f.day, n.day"
    ),
}


def over_the_ledger(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # It takes the row numbers for rare and joins 100,000 rows by nested loops; spare it that.
        connection.execute(text("SET LOCAL enable_nestloop = off"))
    days = {"as_of": PERIOD.as_of, "start": PERIOD.start, "end": PERIOD.end}
    for words in RAW.values():
        asked = {
            name: day.isoformat() if connection.dialect.name == "sqlite" else day
            for name, day in days.items()
        }
        connection.execute(text(words), {name: asked[name] for name in asked if f":{name}" in words}).all()


def ask(actor: Actor) -> None:
    with reading():
        funnel(actor, PERIOD)
        db.session.rollback()


def raw_once() -> None:
    with reading(), db.engine.connect() as connection:
        over_the_ledger(connection)


def queries(name: str, leads: int) -> None:
    whole, own = common.median_ms(lambda: ask(LEADER)), common.median_ms(lambda: ask(OFFICER))
    raw = common.median_ms(raw_once, 2)
    common.table(
        f"漏斗五问，{leads:,} 条线索，{name}（毫秒，中位）",
        ("", "毫秒", "原始台账是它的"),
        [
            ("推算表，全县", whole, common.against(raw, whole)),
            ("推算表，本单位可见", own, common.against(raw, own)),
            ("原始台账，全县", raw, ""),
        ],
    )
    print("  " + common.goal(whole <= GOAL_MS, f"五问合计 ≤ {GOAL_MS} 毫秒，量得 {whole:.0f}"))


def a_move(lead_id: int, keep: bool) -> None:
    """One ledger row and the lead's own columns in one transaction, with or without the projections."""
    lead = db.session.get_one(Lead, lead_id)
    day = max(lead.stage_since, PERIOD.end) + timedelta(days=1)
    entry = LeadEntry(
        lead_id=lead_id,
        kind=EntryKind.MOVE,
        cause=Cause.BY_HAND,
        effective_on=day,
        stage=PATH[lead_id % 5],
        stage_set_id=stages_on().id,
    )
    db.session.add(entry)
    if keep:
        projection.settle_all([lead])
    else:
        lead.stage, lead.stage_since = PATH[lead_id % 5], day
    db.session.commit()


def cost_of_a_move(name: str, leads: int) -> None:
    ids = iter(range(1, leads))
    with acting_as(SYSTEM):
        bare = common.median_ms(lambda: a_move(next(ids), keep=False), 100)
        kept = common.median_ms(lambda: a_move(next(ids), keep=True), 100)
    rows = {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (LeadSpan, LeadReach, LeadEntry)
    }
    db.session.rollback()
    common.table(
        f"一次阶段变动的写入，{name}（毫秒，中位）",
        ("", "毫秒", "倍数"),
        [
            ("台账行和线索本身，含审计和待发", bare, "1.00×"),
            ("并重写该线索的两张推算表", kept, common.against(kept, bare)),
        ],
    )
    per_lead = {table: count / leads for table, count in rows.items()}
    print("  每条线索的行数：" + "，".join(f"{table} {count:.1f}" for table, count in per_lead.items()))


def grow_tenfold(leads: int) -> None:
    """Nine copies of both projections under further ids."""
    with common.bare_connection() as connection:
        for model in (LeadSpan, LeadReach):
            source = common.table_of(model)
            columns = [column for column in source.c if column.name != "id"]
            for copy in range(1, 10):
                shifted: list[Any] = [
                    column + copy * leads if column.name == "lead_id" else column for column in columns
                ]
                copied = select(*shifted).where(source.c.lead_id <= leads)
                connection.execute(insert(source).from_select([column.name for column in columns], copied))
                connection.commit()


def measure(name: str, url: str, leads: int, million: bool) -> None:
    with common.county(url):
        common.people()
        common.fill_enterprises(min(leads, 20_000))
        entries, moves = common.fill_leads(leads, min(leads, 20_000))
        common.analyse()
        print(f"\n== {name}：{leads:,} 条线索，台账 {entries:,} 行，其中阶段变动 {moves:,} 行")
        queries(name, leads)
        cost_of_a_move(name, leads)
        if million:
            grow_tenfold(leads)
            common.analyse()
            whole = common.median_ms(lambda: ask(LEADER), 2)
            print(f"\n  {leads * 10:,} 条线索：五问合计 {whole:,.0f} 毫秒")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leads", type=int, default=100_000)
    options.add_argument("--million", action="store_true")
    chosen = options.parse_args()
    common.engines(
        lambda: measure("SQLite", "", chosen.leads, chosen.million),
        lambda url: measure("PostgreSQL", url, chosen.leads, chosen.million),
    )


if __name__ == "__main__":
    main()
