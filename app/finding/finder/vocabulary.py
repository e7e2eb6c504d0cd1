"""What the words of a search stand for, for one reader: labels, places, industries, who is meant by 我的."""

import re
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.index.searching import county_words, fold, region_codes, sources
from app.core.storage.db import db
from app.core.values.clock import today
from app.delivery.projects.enums import ProjectStage
from app.finding.finder.enums import Condition
from app.finding.finder.understanding import SearchVocabulary
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.queries import stages_on
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, Unit
from app.register.enterprises.enums import EnterpriseStatus
from app.register.reference.queries import division_names, industry_names, read_industry

_INDUSTRY_CODE = re.compile(r"^[A-Ta-t]\d{2,4}$")
# Shorter names of industries (农业, 教育) stand in the names of companies too often to be a condition.
_SHORTEST_INDUSTRY = 4
_WHOLE_REGION = 6
_LONGEST_HOLDER = 30


def vocabulary_of(actor: Actor, kinds: dict[str, str]) -> SearchVocabulary:
    """The words this reader may use; `kinds` are the labels of what they may search, with its kind."""
    people = [] if actor.person_id is None else [actor.person_id]
    return SearchVocabulary(
        today=today(),
        kinds=kinds,
        stages=_stages(),
        me=tuple(db.session.scalars(select(Person.public_id).where(Person.id.in_(people)))),
        teams=_unit_ids(actor.team_ids),
        units=_unit_ids(actor.unit_ids),
        places=lambda word: region_codes(fold(word)),
        industries=industries_called,
        holders=holders_called,
    )


def _stages() -> dict[str, tuple[str, ...]]:
    """Each label, and each other word of the county for it, with the codes it may mean."""
    stages = {label: codes for codes, label in _stage_words()}
    for group in county_words().groups:
        codes = next((stages[word] for word in group if word in stages), None)
        stages |= {word: codes for word in group if codes and word not in stages}
    return stages


def _unit_ids(ids: frozenset[int]) -> tuple[str, ...]:
    return tuple(db.session.scalars(select(Unit.public_id).where(Unit.id.in_(ids)).order_by(Unit.id)))


def stage_labels() -> dict[str, str]:
    """What the stages of leads and projects are called, by code; a code of both as that of the lead."""
    projects = {stage.value: stage.label for stage in ProjectStage}
    return {**projects, **{stage.value: label for stage, label in stages_on().labels.items()}}


def _stage_words() -> list[tuple[tuple[str, ...], str]]:
    """Each label with the codes it may mean: those of today, and those the office began with."""
    words: dict[str, list[str]] = {}
    seeds = [(stage.label, stage.value) for stage in (*LeadStage, *ProjectStage)]
    for label, code in (*((label, code) for code, label in stage_labels().items()), *seeds):
        words.setdefault(label, []).append(code)
    return [(tuple(dict.fromkeys(codes)), label) for label, codes in words.items()]


def industries_called(word: str) -> tuple[str, ...]:
    """The code of the industry that is called exactly so, or has this code."""
    if not _INDUSTRY_CODE.match(word) and (word.isascii() or len(word) < _SHORTEST_INDUSTRY):
        return ()
    row = read_industry(word)
    return (row.code,) if row and word.upper() in (row.code, row.name.upper()) else ()


def holders_called(word: str) -> tuple[Condition, tuple[str, ...]] | None:
    """The people of this name, else the units of this name: whose records to look for."""
    if not 2 <= len(word) <= _LONGEST_HOLDER or word.isascii():
        return None
    people = db.session.scalars(select(Person.public_id).where(Person.name == word).order_by(Person.id)).all()
    if people:
        return Condition.OWNER, tuple(people)
    units = db.session.execute(select(Unit.public_id, Unit.kind).where(Unit.name == word).order_by(Unit.id))
    called = [(public_id, kind is UnitKind.RESIDENT_TEAM) for public_id, kind in units]
    is_team = any(team for _, team in called)
    ids = tuple(public_id for public_id, team in called if team is is_team)
    return (Condition.TEAM if is_team else Condition.UNIT, ids) if ids else None


def labels_of(condition: Condition, values: Sequence[str]) -> dict[str, str]:
    """What people call these values; a value that nothing is known of is left out."""
    return _LABELS[condition](values) if values else {}


def _units(public_ids: Sequence[str]) -> dict[str, str]:
    query = select(Unit.public_id, Unit.name).where(Unit.public_id.in_(public_ids))
    return {public_id: name for public_id, name in db.session.execute(query)}


def _people(public_ids: Sequence[str]) -> dict[str, str]:
    query = select(Person.public_id, Person.name).where(Person.public_id.in_(public_ids))
    return {public_id: name for public_id, name in db.session.execute(query)}


def _places(codes: Sequence[str]) -> dict[str, str]:
    whole = {code: code.ljust(_WHOLE_REGION, "0") for code in codes}
    names = division_names(whole.values())
    return {code: names[long] for code, long in whole.items() if long in names}


_LABELS: Mapping[Condition, Callable[[Sequence[str]], dict[str, str]]] = {
    Condition.STAGE: lambda _codes: stage_labels(),
    Condition.REGION: _places,
    Condition.INDUSTRY: industry_names,
    Condition.UNIT: _units,
    Condition.TEAM: _units,
    Condition.OWNER: _people,
    Condition.STATUS: lambda _codes: dict(EnterpriseStatus.choices()),
    Condition.KIND: lambda _kinds: {source.kind: source.label for source in sources()},
}
