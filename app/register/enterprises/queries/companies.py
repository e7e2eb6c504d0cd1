"""Reads of companies: one, by what was typed, pages of a list; when somebody of ours last met them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import joinedload

from app.core.index.searching import EVERYONE, Query, SearchUnavailable, county_words, reader
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.registries import LAST_CONTACTS
from app.register.accounts.models import Person
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.enterprises.naming import about_company
from app.register.enterprises.rules import (
    check_credit_code,
    name_key,
)
from app.register.reference.queries import division_names

NAMED_NAMESAKES = 5  # companies of one name that a sentence tells apart


def get_enterprise(public_id: str) -> Enterprise:
    """One company with its names, in one statement, archived or not; NotFound when there is none."""
    query = (
        select(Enterprise)
        .where(Enterprise.public_id == public_id)
        .options(joinedload(Enterprise.author).joinedload(Person.unit), joinedload(Enterprise.other_names))
    )
    row = db.session.scalars(query).unique().one_or_none()
    if row is None:
        raise NotFound
    return row


def find_enterprises(q: str, limit: int = 8) -> list[Enterprise]:
    """Live companies for a picker: the latest when nothing is asked, else by name, other name or credit code,
    filled up from the index, which also knows pinyin, initials and slips.
    """
    query = select(Enterprise).where(Enterprise.archived_at.is_(None)).limit(limit)
    if not name_key(q):
        return list(db.session.scalars(query.order_by(Enterprise.updated_at.desc(), Enterprise.id.desc())))
    found = list(db.session.scalars(query.where(is_meant(q)).order_by(Enterprise.name, Enterprise.id)))
    if len(found) < limit:
        hits = _from_index(q, limit)
        also = db.session.scalars(query.where(Enterprise.public_id.in_(hits)))
        place = {public_id: number for number, public_id in enumerate(hits)}
        known = {row.id for row in found}
        found += sorted((row for row in also if row.id not in known), key=lambda row: place[row.public_id])
    return found[:limit]


def _from_index(q: str, limit: int) -> list[str]:
    """Public ids of companies the search index finds; none while it is away."""
    try:
        query = Query(q, (EVERYONE,), kinds=("enterprise",), words=county_words(), limit=limit)
        page = reader().search(query)
    except SearchUnavailable:
        return []
    return [hit.id for hit in page.hits]


def read_enterprise(text: str) -> Enterprise | None:
    """The one live company whose public id, credit code, full name or other name was written."""
    found = _meant_by(text, 2)
    return found[0] if len(found) == 1 else None


def _meant_by(text: str, limit: int, *, archived: bool = False) -> list[Enterprise]:
    key = name_key(text)
    if not key:
        return []
    code = check_credit_code(text).code
    query = (
        select(Enterprise)
        .where(
            Enterprise.archived_at.is_not(None) if archived else Enterprise.archived_at.is_(None),
            or_(
                Enterprise.public_id == text.strip()[:16],
                Enterprise.credit_code == code if archived else Enterprise.live_code == code,
                Enterprise.name_key == key,
                Enterprise.id.in_(ids_with_other_name(EnterpriseName.name_key == key)),
            ),
        )
        .order_by(Enterprise.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


NOBODY = "库里没有这家企业，请从提示里选，或先登记企业"


def why_not_one(text: str) -> str:
    """Why a written company is not one of the library: several are called so, it is archived, or nobody is.
    Every page on which a company is picked by writing its name says it in these words.
    """
    same = _meant_by(text, NAMED_NAMESAKES + 1)
    if len(same) > 1:
        places = division_names([row.region_code for row in same])
        told = "；".join(told_apart(row, places) for row in same[:NAMED_NAMESAKES])
        number = f"{NAMED_NAMESAKES} 家以上" if len(same) > NAMED_NAMESAKES else f"{len(same)} 家"
        return f"库里有 {number}同名：{told}。请从提示里选，或写要的那一家的信用代码"
    archived = _meant_by(text, 1, archived=True)
    if archived:
        row = archived[0]
        return f"「{row.name}」已归档（{row.archive_reason}）。确实要用的，请先打开企业页恢复"
    return NOBODY


def told_apart(row: Enterprise, places: Mapping[str, str]) -> str:
    """By what companies of one name are told apart: the credit code and the place."""
    code = f"信用代码 {row.credit_code}" if row.credit_code else "没有信用代码"
    return f"{code}，{places.get(row.region_code or '', '地区未填')}"


def ids_with_other_name(condition: ColumnElement[bool]) -> Select[int]:
    return select(EnterpriseName.enterprise_id).where(condition)


def live_row_with_code(code: str, exclude_id: int | None = None) -> Enterprise | None:
    """The live company that already holds a credit code."""
    row = db.session.scalar(select(Enterprise).where(Enterprise.live_code == code))
    return None if row is None or row.id == exclude_id else row


def last_contacts(ids: Sequence[int]) -> dict[int, date]:
    """When somebody of ours last met each company, as far as any feature knows."""
    latest: dict[int, date] = {}
    for source in LAST_CONTACTS.values():
        for row_id, day in source(list(ids)).items():
            latest[row_id] = max(day, latest.get(row_id, day))
    return latest


def is_meant(q: str) -> ColumnElement[bool]:
    """Each term is in one of the names or in the credit code, or sounds like a name."""
    return about_company(q, Enterprise.id, lambda _term: false())


def list_of(public_ids: Collection[str]) -> list[Enterprise]:
    """These companies, archived or not."""
    return list(db.session.scalars(select(Enterprise).where(Enterprise.public_id.in_(public_ids))))
