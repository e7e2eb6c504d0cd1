"""The company library as a list, declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import true

from app.core.access.auth import Actor
from app.core.records.columns import Cell, ListColumn, of
from app.core.records.filters import Condition, Text, choice
from app.core.records.listing import Listing, View
from app.core.values.clock import in_beijing
from app.core.values.labels import short_of
from app.core.values.money import in_wan
from app.register.accounts.enums import Permission
from app.register.enterprises import queries
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.models import Enterprise
from app.register.enterprises.rules import name_key
from app.register.reference.filters import ByIndustry, ByRegion
from app.register.reference.queries import division_names, industry_names
from app.register.tags.filters import ByTag

_IN_USE = Enterprise.archived_at.is_(None)


def _by_text(text: str) -> Condition:
    """Signs alone ask for nothing."""
    return queries.is_meant(text) if name_key(text) else true()


def _mine(actor: Actor) -> list[Condition]:
    return [_IN_USE, Enterprise.author_id == actor.person_id]


@dataclass(frozen=True, slots=True)
class _CompanyRow:
    of: Enterprise
    region: str
    industry: str
    contacted: date | None


def _with_names(rows: Sequence[Enterprise]) -> list[_CompanyRow]:
    regions = division_names([row.region_code for row in rows])
    industries = industry_names([row.industry_code for row in rows])
    contacted = queries.last_contacts([row.id for row in rows]) if rows else {}
    return [
        _CompanyRow(
            row,
            regions.get(row.region_code or "", ""),
            industries.get(row.industry_code or "", ""),
            contacted.get(row.id),
        )
        for row in rows
    ]


def _name(row: _CompanyRow) -> Cell:
    return Cell(row.of.name, page=("enterprises.detail", row.of.public_id))


def _capital(row: _CompanyRow) -> Cell:
    if row.of.capital is None:
        return Cell(row.of.capital_text or "", is_bare=True)
    return Cell(in_wan(row.of.capital))


def _status(row: _CompanyRow) -> Cell:
    """On a card only what is unusual."""
    return Cell(row.of.status.label, phone="off" if row.of.status is EnterpriseStatus.ACTIVE else "")


ENTERPRISES = Listing(
    kind="enterprise",
    title="企业库",
    noun="企业",
    counter="家",
    endpoint="enterprises.index",
    reads=Permission.ENTERPRISES_READ,
    takes=Permission.LISTS_EXPORT,
    key=Enterprise.id,
    visible=lambda _actor: true(),
    load=queries.load,
    shown=_with_names,
    filters=(
        Text(name="q", label="名称或代码", holds=_by_text, hint="名称、别名、信用代码"),
        ByRegion(column=Enterprise.region_code),
        ByIndustry(column=Enterprise.industry_code),
        choice(Enterprise.status, EnterpriseStatus),
        ByTag(column=Enterprise.public_id),
    ),
    views={
        "all": View("全部", lambda _actor: [_IN_USE]),
        "mine": View("我登记的", _mine),
        "archived": View("已归档", lambda _actor: [Enterprise.archived_at.is_not(None)]),
    },
    sorts={
        "name": Enterprise.name,
        "updated": Enterprise.updated_at,
        "capital": Enterprise.capital,
        "established": Enterprise.established_on,
    },
    sorted_by="-updated",
    columns=(
        of(Enterprise.name, _name, sorts=True),
        ListColumn(
            key="credit_code",
            label=short_of(Enterprise.credit_code),
            cell=lambda row: row.of.credit_code,
            kind="nowrap",
            on_page=False,
        ),
        of(Enterprise.region_code, lambda row: row.region, width="name", phone="note"),
        of(Enterprise.industry_code, lambda row: row.industry, width="name", phone="next"),
        of(Enterprise.capital, _capital, unit="万元", kind="num", width="money", phone="sum", sorts=True),
        of(
            Enterprise.established_on,
            lambda row: row.of.established_on,
            key="established",
            kind="date",
            width="date",
            sorts=True,
        ),
        of(Enterprise.status, _status, width="narrow", phone="stage"),
        ListColumn(
            key="contacted",
            label="最近联系",
            cell=lambda row: row.contacted,
            kind="date",
            width="date",
            phone="light",
            unknown="没有联系",
        ),
        ListColumn(
            key="updated",
            label="更新",
            cell=lambda row: in_beijing(row.of.updated_at).date(),
            kind="date",
            width="date",
            sorts=True,
            on_paper=False,
        ),
    ),
)
