"""the first stage set: labels, clocks and what each stage asks for

Defaults that a county changes by adding a later set, never by editing this one: ledger rows keep the id of
the set they were judged by.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Long before any imported history, so that every ledger row has a set of its date.
VALID_FROM = date(2000, 1, 1)
PUBLIC_ID = "0000000stageset1"

# Days in a stage before its light turns red; None where practice knows no general limit.
#   lead, assessed   a county answers a lead within 1 day and assesses it within 3 (宣城市投促局, 2024)
#   first_talk       a claim without any log for 60 days lapses (our default)
#   negotiating      no progress in a month needs a stated reason (德清县's resident-team system)
#   approved         the contract should follow the decision within 30 days (our default)
#   inspecting, reviewing   depend on visits and on the dates of meetings
STAGES = (
    ("lead", "线索", "线索", 1),
    ("assessed", "研判", "线索", 3),
    ("first_talk", "首谈", "线索", 60),
    ("negotiating", "在谈", "在谈", 30),
    ("inspecting", "考察", "在谈", None),
    ("reviewing", "评审", "在谈", None),
    ("approved", "上会", "在谈", 30),
    ("signed", "签约", "签约", None),
    ("on_hold", "暂缓", "暂缓", None),
    ("lost", "流失", "流失", None),
)

# The opinion is written while a lead is 研判 and asked for at the next door.
# 签约: 《公平竞争审查条例》, in force 2024-08-01, covers agreements with single companies.
CRITERIA = (
    ("first_talk", ("assessment", "first_negotiator")),
    ("negotiating", ("contact_made",)),
    ("reviewing", ("summary",)),
    ("approved", ("conclusion",)),
    ("signed", ("agreement", "fair_review")),
)


def upgrade() -> None:
    bind = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(bind, only=["stage_set", "stage_setting", "stage_criterion"])
    now = datetime.now(UTC)
    bind.execute(
        sa.insert(tables.tables["stage_set"]).values(
            public_id=PUBLIC_ID,
            version=1,
            created_at=now,
            updated_at=now,
            valid_from=VALID_FROM,
            note="系统初始的阶段设置",
        )
    )
    set_id = bind.scalar(
        sa.text("SELECT id FROM stage_set WHERE public_id = :public_id"), {"public_id": PUBLIC_ID}
    )
    bind.execute(
        sa.insert(tables.tables["stage_setting"]),
        [
            {
                "stage_set_id": set_id,
                "stage": stage,
                "label": label,
                "position": position,
                "reporting_group": group,
                "clock_days": clock,
            }
            for position, (stage, label, group, clock) in enumerate(STAGES, start=1)
        ],
    )
    bind.execute(
        sa.insert(tables.tables["stage_criterion"]),
        [
            {"stage_set_id": set_id, "stage": stage, "criterion": criterion, "position": position}
            for stage, criteria in CRITERIA
            for position, criterion in enumerate(criteria, start=1)
        ],
    )


def downgrade() -> None:
    of_set = "(SELECT id FROM stage_set WHERE public_id = :public_id)"
    for statement in (
        f"DELETE FROM stage_criterion WHERE stage_set_id IN {of_set}",
        f"DELETE FROM stage_setting WHERE stage_set_id IN {of_set}",
        "DELETE FROM stage_set WHERE public_id = :public_id",
    ):
        op.execute(sa.text(statement).bindparams(public_id=PUBLIC_ID))
