"""Signs on the pages of others, and where they name somebody."""

from collections.abc import Collection

from flask import url_for

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.storage.subjects import Lines, SubjectKind, subject_of
from app.core.values import money
from app.core.values.clock import today
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.register.accounts.enums import Permission as P
from app.register.enterprises.models import Enterprise
from app.register.signs import policy, queries
from app.register.signs.models import ExpansionSign
from app.register.signs.views.blueprint import page_of


def _as_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    return {row.public_id: RelatedRow(row.name, page_of(row)) for row in queries.signs_by_id(public_ids)}


def _seen(public_id: str, _actor: Actor) -> ExpansionSign:
    return queries.get_sign(public_id)


KIND = SubjectKind(ExpansionSign.__called__, _as_lines, P.ENTERPRISES_READ, _seen, policy.may_change)


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """What shows that a company expands, for the side of its page."""
    if not policy.may_read(actor):
        return None
    found = queries.signs_of(subject_of(db.session.get_one(Enterprise, enterprise_id)))
    rows = [RelatedRow(f"{row.happened_on}　{row.kind.label}", page_of(row), _words(row)) for row in found]
    return beside(
        ExpansionSign.__called__,
        rows,
        lambda: url_for("signs.index", enterprise=found[0].enterprise.public_id),
        queries.SHOWN,
    )


def of_companies(enterprise_ids: Collection[int], actor: Actor) -> Related | None:
    """What happened within a year at several companies together, the latest first."""
    if not policy.may_read(actor):
        return None
    found = queries.recent_signs(enterprise_ids, today() - queries.YEAR)
    rows = [
        RelatedRow(row.name, page_of(row), f"{row.happened_on}　{_words(row)}")
        for row in sorted(found, key=lambda row: row.happened_on, reverse=True)
    ]
    return beside(ExpansionSign.__called__, rows, lambda: url_for("signs.index", view="recent"))


def _words(sign: ExpansionSign) -> str:
    return sign.what + (f"，{money.in_words(sign.amount)}" if sign.amount else "")


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The signs whose words name somebody."""
    if not policy.may_read(actor):
        return []
    return [
        Naming(
            "expansion_sign",
            row.public_id,
            RelatedRow(row.name, page_of(row), "扩张迹象：内容、来源、链接或归档原因"),
        )
        for row in queries.naming(sought)
    ]
