"""What assessments give the guards over the whole app; targets, their neighbours, hand it in."""

from collections.abc import Mapping

from sqlalchemy import select

from app.core.storage.db import Record, db
from app.core.values.credit import WHOLE, By
from app.core.values.ids import new_public_id
from app.promotion.assessments import rules
from app.promotion.assessments.enums import SpanKind
from app.promotion.assessments.models import (
    AssessmentEntry,
    AssessmentItem,
    AssessmentObjection,
    AssessmentScheme,
    AssessmentVersion,
)
from app.promotion.assessments.services.schemes import _write
from tests.factories.assessments import ITEMS, months_ago
from tests.factories.leads import person_id
from tests.house.acting import ALL, Act, Tried, both, in_days, typed
from tests.house.county import Seeding
from tests.house.relations import Ties

HEADS = both({"HEAD": ALL})
ENTERERS = both({"HEAD": ALL, "OFF": ALL})
SCORED = both(dict.fromkeys(("HEAD", "OFF", "RES", "LEAD"), "team"))  # nothing is closed yet
ITEM = typed(
    name="一项",
    part="activity",
    measure="visit.outbound",
    counting="count",
    rule="to_max",
    weight="10",
    goal="",
    each="",
    steps="",
    most="",
    least="",
    digits="2",
    position="3",
)


def _version(scheme: AssessmentScheme, *, is_draft: bool) -> AssessmentVersion:
    row = AssessmentVersion(valid_from=None if is_draft else scheme.starts_on)
    scheme.versions.append(row)
    for place, item in enumerate(ITEMS, 1):
        kept = AssessmentItem(position=place, code=new_public_id())
        _write(kept, item)
        row.items.append(kept)
    db.session.flush()
    return row


def _scheme(number: int) -> AssessmentScheme:
    row = AssessmentScheme(
        name=f"考核方案{number}", kind=SpanKind.MONTH, by=By.TEAM, starts_on=months_ago(1), note="按月比"
    )
    db.session.add(row)
    _version(row, is_draft=False)
    return row


def _by_hand(version: AssessmentVersion) -> str:
    return next(item.code for item in version.items if not item.measure)


def _all_of(number: int, group_id: int, author_id: int) -> dict[str, Record]:
    scheme = _scheme(number)
    draft = _version(scheme, is_draft=True)
    code = _by_hand(scheme.versions[0])
    told = {"scheme_id": scheme.id, "group_id": group_id, "author_id": author_id, "item_code": code}
    entry = AssessmentEntry(first_day=months_ago(0), quantity=WHOLE, why="查岗记录", **told)
    appeal = AssessmentObjection(first_day=months_ago(1), words="漏了一次", **told)
    db.session.add_all([entry, appeal])
    db.session.flush()
    found = {"assess scheme": scheme, "assess draft": draft, "assess item": draft.items[0]}
    return {**found, "assess entry": entry, "assess appeal": appeal}


def filled(at: Seeding, number: int) -> None:
    """The n-th scheme of the filled county, with a draft, an entry that waits and an objection."""
    _all_of(number, at.team.id, at.person.id)


def shared(ties: Ties, number: int) -> Mapping[str, Record]:
    """The same for somebody in a relation."""
    team = ties.team or ties.unit
    return _all_of(number, team.id, person_id(ties.maker))


def _last(model: type[Record]) -> str:
    return db.session.scalars(select(model).order_by(model.id.desc())).first().public_id  # type: ignore[union-attr]


def _last_draft(_record: Record) -> str:
    drafts = select(AssessmentVersion).where(AssessmentVersion.valid_from.is_(None))
    return db.session.scalars(drafts.order_by(AssessmentVersion.id.desc())).first().public_id  # type: ignore[union-attr]


def _last_item(_record: Record) -> str:
    of_drafts = select(AssessmentItem).join(AssessmentVersion).where(AssessmentVersion.valid_from.is_(None))
    return db.session.scalars(of_drafts.order_by(AssessmentItem.id.desc())).first().public_id  # type: ignore[union-attr]


BELOW = {
    "/assessments/": lambda _record: _last(AssessmentScheme),
    "/assessments/versions/": _last_draft,
    "/assessments/items/": _last_item,
    "/assessments/entries/": lambda _record: _last(AssessmentEntry),
    "/assessments/objections/": lambda _record: _last(AssessmentObjection),
}
FILLS = {
    "assessments.SchemeForm": (AssessmentScheme,),
    "assessments.ItemForm": (AssessmentItem,),
    "assessments.StartForm": (AssessmentVersion,),
    "assessments.EntryForm": (AssessmentEntry,),
    "assessments.ObjectionForm": (AssessmentObjection,),
    "assessments.RulingForm": (AssessmentObjection,),
}
BY_ANOTHER_NAME = {
    "assessments.EntryForm.item": AssessmentEntry.item_code,
    "assessments.EntryForm.group": AssessmentEntry.group_id,
    "assessments.ObjectionForm.item": AssessmentObjection.item_code,
}
COSTLY = {
    "assessments.printed": ("prints",),
    "assessments.exported": ("exports",),
    "assessments.document": ("exports",),
}


def _nobody(_tried: Tried) -> str:
    return "0" * 16


ACTS = {
    "assessments.create": Act(
        "",
        HEADS,
        typed(
            name="新方案",
            by="team",
            kind="month",
            starts_on=lambda _tried: in_days(-40),
            note="",
            shipped=rules.SHIPPED[0].code,
        ),
    ),
    "assessments.draft": Act("assess scheme", HEADS, outcome="same"),
    "assessments.drop": Act("assess draft", HEADS),
    "assessments.add_item": Act("assess draft", HEADS, ITEM),
    "assessments.update_item": Act("assess item", HEADS, ITEM),
    "assessments.remove_item": Act("assess item", HEADS),
    "assessments.start": Act("assess draft", HEADS, typed(valid_from=lambda _tried: in_days(0), note="改了")),
    "assessments.enter": Act(
        "assess scheme",
        ENTERERS,
        typed(item=_nobody, group=_nobody, quantity="1", why="查岗"),
        outcome="refused",
    ),
    "assessments.confirm": Act("assess entry", ENTERERS, but={"* * owner": "denied"}),
    "assessments.refuse": Act("assess entry", ENTERERS),
    "assessments.close": Act("assess scheme", HEADS),
    "assessments.verify": Act("assess scheme", HEADS, outcome="same"),
    "assessments.exported": Act("assess scheme", ENTERERS),
    "assessments.document": Act("assess scheme", ENTERERS),
    "assessments.object_to": Act("assess scheme", SCORED, outcome="refused", otherwise="denied"),
    "assessments.rule": Act("assess appeal", HEADS, typed(state="dismissed", quantity="", reply="核实无误")),
}
