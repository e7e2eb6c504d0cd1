"""What targets give the guards over the whole app."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from app.core.records.history import Cause, EntryKind
from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.promotion.leads.enums import LeadSource
from app.promotion.targets import rules
from app.promotion.targets.enums import FactKind, ScorePart, TargetStage
from app.promotion.targets.models import (
    TargetEnterprise,
    TargetEntry,
    TargetFact,
    TargetNode,
    TargetWeights,
)
from app.promotion.targets.services import fill_weights
from app.register.accounts.models import Unit
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from tests.assessments import acts as assessments
from tests.factories.leads import person_id
from tests.house.acting import (
    ARCHIVE,
    DENIED,
    EVERYBODY,
    HELD,
    HELD_READ,
    REASON,
    REFUSED,
    RESTORE,
    SAME,
    Act,
    Sight,
    Tried,
    both,
    colleague,
    in_days,
    many,
    myself,
    not_for_residents,
    typed,
)
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

OF_TARGET = {"kind": "target"}
# Who assigns targets, and who corrects their ledger, of those who see one.
ASSIGNERS: Sight = both({"HEAD": HELD["open"]["HEAD"], "OFF": HELD["open"]["OFF"]})
CORRECTORS: Sight = both({"HEAD": HELD["open"]["HEAD"]})
NEXT_WEIGHTS = typed(
    valid_from=lambda _t: in_days(9),
    note="常务会议定的",
    fit="30",
    anchors="20",
    expansion="20",
    strength="15",
    site="10",
    reach="5",
)
FACT = typed(kind="alumnus", what="董事长在县一中读过书", source="商会名录", told_on=lambda _t: in_days(0))
FIELDS = {"method": "referral", "origin": "展会名录", "note": "隔膜龙头"}


def _company(number: int) -> Enterprise:
    name = f"目标企业{number}有限公司"
    row = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(row)
    db.session.flush()
    return row


def open_target(
    company: Enterprise, owner_id: int, unit: Unit, team: Unit | None, *, open_: bool = True
) -> TargetEnterprise:
    held = {"owner_id": owner_id, "unit_id": unit.id, "team_id": team.id if team else None}
    row = TargetEnterprise(
        enterprise_id=company.id,
        open_enterprise_id=company.id if open_ else None,
        stage=TargetStage.PLANNED,
        stage_since=today(),
        registered_on=today(),
        method=LeadSource.CHAIN,
        note="储能",
        author_id=owner_id,
        **held,
    )
    db.session.add(row)
    db.session.flush()
    first = {"effective_on": today(), "actor_id": owner_id, "cause": Cause.REGISTRATION, "target_id": row.id}
    moved = first | {"cause": Cause.BY_HAND, "kind": EntryKind.MOVE, "stage_from": TargetStage.POOL}
    db.session.add_all(
        [
            TargetEntry(kind=EntryKind.MOVE, stage=TargetStage.POOL, **first),
            TargetEntry(kind=EntryKind.ASSIGN, **first, **held),
        ]
    )
    db.session.flush()
    db.session.add(TargetEntry(stage=TargetStage.PLANNED, **moved))
    db.session.flush()
    return row


def _fact(target: TargetEnterprise, kind: FactKind) -> TargetFact:
    told = {"what": "总经理是本县人", "source": "商会名录", "told_on": today(), "author_id": target.author_id}
    row = TargetFact(target_id=target.id, kind=kind, **told)
    db.session.add(row)
    db.session.flush()
    return row


def _planned_weights(number: int) -> TargetWeights:
    """Not begun, so that they can still be changed."""
    row = TargetWeights(valid_from=today() + timedelta(days=number + 1), note=f"第{number}次改")
    fill_weights(row, {**rules.SHIPPED, ScorePart.FIT: 26, ScorePart.REACH: 9})
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    """The n-th target, on the first link that there is."""
    row = open_target(_company(number), at.person.id, at.bureau, at.team)
    _fact(row, FactKind.NATIVE)
    _planned_weights(number)
    assessments.filled(at, number)
    node = db.session.scalars(select(ChainNode).order_by(ChainNode.id)).first()
    if node is not None:
        db.session.add(TargetNode(target_id=row.id, node_id=node.id))
        db.session.flush()
    return row


def _shared(ties: Ties) -> Mapping[str, Record]:
    number = 100 + (db.session.scalar(select(func.count()).select_from(TargetEnterprise)) or 0)
    maker = person_id(ties.maker)
    row = open_target(_company(number), maker, ties.unit, ties.team)
    old = open_target(_company(number + 1), maker, ties.unit, ties.team, open_=False)
    old.archived_at = now()
    db.session.flush()
    return {
        "target": row,
        "old target": old,
        "company to win": _company(number + 2),
        "target fact": _fact(row, FactKind.NATIVE),
        "target veto": _fact(row, FactKind.TWO_HIGH),
        "planned weights": _planned_weights(number),
        **assessments.shared(ties, number),
    }


def _company_name(tried: Tried) -> str:
    return tried.records["company to win"].public_id


def _link_of(target: TargetEnterprise) -> str:
    wanted = select(TargetNode).where(TargetNode.target_id == target.id)
    return db.session.scalars(wanted).one().node.public_id


def _fact_of(target: TargetEnterprise) -> str:
    return db.session.scalars(select(TargetFact).where(TargetFact.target_id == target.id)).one().public_id


def _last_weights(_target: TargetEnterprise) -> str:
    planned = select(TargetWeights).order_by(TargetWeights.valid_from.desc())
    return db.session.scalars(planned).first().public_id  # type: ignore[union-attr]


FURNISHING = Furnishing(
    at="/targets/",
    filled=_filled,
    shared=_shared,
    fills={
        **assessments.FILLS,
        "targets.NewTargetForm": (TargetEnterprise, TargetNode),
        "targets.TakeUpForm": (TargetEnterprise, TargetNode),
        "targets.EditTargetForm": (TargetEnterprise, TargetNode),
        "targets.MoveTargetForm": (TargetEnterprise, TargetEntry),
        "targets.AssignTargetForm": (TargetEnterprise, TargetEntry),
        "targets.CorrectTargetForm": (TargetEnterprise, TargetEntry),
        "targets.NewFactForm": (TargetFact,),
        "targets.LiftFactForm": (TargetFact,),
        "targets.TargetWeightsForm": (TargetWeights,),
        "targets._TargetWeightsForm": (TargetWeights,),
    },
    by_another_name={
        **assessments.BY_ANOTHER_NAME,
        "targets.NewTargetForm.nodes": TargetNode.node_id,
        "targets.TakeUpForm.nodes": TargetNode.node_id,
        "targets.EditTargetForm.nodes": TargetNode.node_id,
        "targets.MoveTargetForm.to": TargetEnterprise.stage,
    },
    questions=frozenset(
        {
            "targets.CorrectTargetForm.reason",
            "targets.NewTargetForm.next_on",
            "targets.NewTargetForm.next_what",
            "targets.TakeUpForm.next_on",
            "targets.TakeUpForm.next_what",
        }
    ),
    below={
        **assessments.BELOW,
        "/targets/candidates/": _link_of,
        "/targets/facts/": _fact_of,
        "/target_weights/": _last_weights,
    },
    costly={"targets.candidates": ("searches",), **assessments.COSTLY},
    edited="note",
    acts={
        **assessments.ACTS,
        "targets.create": Act(
            "",
            EVERYBODY,
            typed(**FIELDS, enterprise=_company_name, owner=myself, registered_on=lambda _t: in_days(0)),
        ),
        "targets.update": Act("target", HELD, typed(**FIELDS)),
        "targets.save_move": Act(
            "target", HELD, typed(to="contacted", effective_on=lambda _t: in_days(0), reason="展会上见过")
        ),
        "targets.save_assign": Act(
            "target", ASSIGNERS, typed(owner=colleague, effective_on=lambda _t: in_days(0))
        ),
        "targets.take_back": Act("target", HELD, outcome=REFUSED, arguments={"place": 1}),
        "targets.save_correction": Act("target", CORRECTORS, typed(reason="点错了"), arguments={"place": 3}),
        "targets.create_fact": Act("target", HELD, FACT),
        "targets.save_lift": Act("target fact", HELD, typed(lifted_why="已经调走")),
        "targets.save_lift#of a veto": Act(
            "target veto",
            HELD,
            typed(lifted_why="已经整改"),
            but={"* OFF *": DENIED, "* RES *": DENIED},
        ),
        "target_weights.create": Act("", EVERYBODY, NEXT_WEIGHTS),
        "target_weights.update": Act("planned weights", EVERYBODY, NEXT_WEIGHTS),
        "target_weights.withdraw": Act("planned weights", EVERYBODY),
        "targets.archive": Act("target", HELD, REASON),
        "targets.restore": Act("old target", HELD),
        "targets.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},
            arguments={"view": "all"},
        ),
        "enterprises.done_to_many#target": Act(
            "",
            EVERYBODY,
            many("company to win", **FIELDS, owner=myself, registered_on=lambda _t: in_days(0)),
            arguments={"act": "target"},
        ),
        "targets.done_to_many": Act(
            "", HELD, many("target", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "targets.done_to_many#restore": Act("", HELD, many("old target"), otherwise=SAME, arguments=RESTORE),
        "targets.done_to_many#assign": Act(
            "",
            not_for_residents(ASSIGNERS),
            many("target", owner=colleague, effective_on=lambda _t: in_days(0)),
            otherwise=SAME,
            but={"* RES *": DENIED},
            arguments={"act": "assign"},
        ),
        "attachments.create#of a target": Act("target", HELD, outcome=REFUSED, arguments=OF_TARGET),
        "comments.create#of a target": Act("target", HELD_READ, typed(text="请盯紧"), arguments=OF_TARGET),
        "steps.create#of a target": Act(
            "target",
            HELD,
            typed(what="约总经理", due_on=lambda _tried: in_days(5), owner=colleague),
            arguments=OF_TARGET,
        ),
        "tags.choose#on a target": Act("target", HELD, outcome=SAME, arguments=OF_TARGET),
    },
)
