"""What signs give the guards over the whole app."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.register.enterprises.models import Enterprise
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign
from tests.factories.leads import person_id
from tests.house.acting import (
    ALL,
    ARCHIVE,
    EVERYBODY,
    REASON,
    REFUSED,
    RESTORE,
    SAME,
    Act,
    Sight,
    Tried,
    both,
    in_days,
    many,
    typed,
)
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

OF_SIGN = {"kind": "expansion_sign"}
# What is public of a company is the whole county's: whoever gets to a route gets to every sign.
WRITERS: Sight = both({"HEAD": ALL, "OFF": ALL, "RES": ALL})


def _company(number: int) -> Enterprise:
    name = f"迹象企业{number}有限公司"
    row = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(row)
    db.session.flush()
    return row


def _sign(company: Enterprise, what: str, author_id: int) -> ExpansionSign:
    row = ExpansionSign(
        enterprise_id=company.id,
        kind=SignKind.EXPANSION,
        happened_on=today(),
        what=what,
        amount=50_000_000,
        source="公司公告",
        author_id=author_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    """The n-th sign, and one more at the first company that there is."""
    first = db.session.scalars(select(Enterprise).order_by(Enterprise.id)).first() or _company(-1)
    _sign(first, f"第 {number} 条产线开工，储能", at.person.id)
    return _sign(_company(number), f"二期厂房 {number}，储能", at.person.id)


def _shared(ties: Ties) -> Mapping[str, Record]:
    number = 100 + (db.session.scalar(select(func.count()).select_from(ExpansionSign)) or 0)
    company, maker = _company(number), person_id(ties.maker)
    row, old = _sign(company, "二期厂房开工", maker), _sign(company, "三期厂房开工", maker)
    old.archived_at = now()
    db.session.flush()
    return {"sign": row, "old sign": old, "expanding company": company}


def _expanding(tried: Tried) -> str:
    return tried.records["expanding company"].public_id


FORM = typed(
    enterprise=_expanding,
    kind="hiring",
    happened_on=lambda _tried: in_days(0),
    what="招聘 200 名操作工",
    source="招聘网站",
)

FURNISHING = Furnishing(
    at="/signs/",
    filled=_filled,
    shared=_shared,
    fills={
        "signs.NewSignForm": (ExpansionSign,),
        "signs.EditSignForm": (ExpansionSign,),
    },
    edited="source",
    acts={
        "signs.create": Act("", EVERYBODY, FORM),
        "signs.update": Act("sign", WRITERS, FORM),
        "signs.archive": Act("sign", WRITERS, REASON),
        "signs.restore": Act("old sign", WRITERS),
        "signs.exported": Act(
            "", EVERYBODY, typed(format="csv", purpose="调度会"), arguments={"view": "all"}
        ),
        "signs.done_to_many": Act(
            "", WRITERS, many("sign", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "signs.done_to_many#restore": Act("", WRITERS, many("old sign"), otherwise=SAME, arguments=RESTORE),
        "attachments.create#of a sign": Act("sign", WRITERS, outcome=REFUSED, arguments=OF_SIGN),
        "comments.create#of a sign": Act("sign", EVERYBODY, typed(text="请核实"), arguments=OF_SIGN),
    },
)
