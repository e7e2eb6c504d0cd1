"""What the scores of companies go by, out of the library, in a number of statements that does not depend on
how many companies are asked for.

Whoever reads targets reads all of it: judgements, anchors, tags, signs and how many contacts there are stand
on pages of chains and companies, and only ordinary visits count, by their day.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, cast, null, select, union_all
from sqlalchemy.orm import joinedload

from app.core.storage.db import db
from app.core.values.clock import in_beijing, today
from app.core.values.money import in_words
from app.promotion.targets.models import TargetFact
from app.promotion.targets.rules import (
    SIGN_MONTHS,
    CompanyKnown,
    EnteredKnown,
    GapKnown,
    Provenance,
    SignKnown,
    TieKnown,
)
from app.promotion.visits.queries import met_last
from app.register.anchors.queries import ties_of
from app.register.chains.models import ChainNode
from app.register.chains.queries import Judged, judged_as_of
from app.register.chains.rules import gap_index, why_no_gap
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import contacts_in_use
from app.register.placements.queries import homes
from app.register.signs.queries import recent_signs
from app.register.tags.queries import tags_on_many

_COMPANY = "enterprises.detail"
_SIGN_DAYS = timedelta(days=31 * SIGN_MONTHS)  # rules say which of them count


@dataclass(frozen=True, slots=True)
class ToScore:
    """A company for some links; as a target, what was entered of that counts as well: `facts`, from whoever
    has read them already.
    """

    company: Enterprise
    nodes: Sequence[ChainNode]
    target_id: int | None = None
    facts: Sequence[TargetFact] | None = None


@dataclass(frozen=True, slots=True)
class Reachable:
    """How many people of a company are known, of them those who decide, and when it was last met."""

    contacts: int = 0
    deciders: int = 0
    met_on: date | None = None


NOBODY = Reachable()


def reach_of(ids: Collection[int]) -> dict[int, Reachable]:
    """Of some companies, by inner id, in one reading; who is not there is NOBODY's."""
    ids = list(ids)
    people, met = contacts_in_use(ids), met_last(ids)
    rows = union_all(people.add_columns(cast(null(), Date)), _with_none(met))
    found: dict[int, Reachable] = {}
    for company, decides, met_on in db.session.execute(rows):
        was = found.get(company, NOBODY)
        found[company] = Reachable(
            was.contacts + (decides is not None), was.deciders + bool(decides), met_on or was.met_on
        )
    return found


def _with_none(met: Any) -> Any:
    company, day = met.selected_columns
    return met.with_only_columns(company, cast(null(), Boolean), day)


def known_of(asked: Sequence[ToScore], reach: Mapping[int, Reachable] | None = None) -> list[CompanyKnown]:
    """What is known of each today, in one reading of each kind of fact; `reach` is that of the companies,
    from whoever has asked already.
    """
    if not asked:
        return []
    day, companies = today(), [one.company for one in asked]
    nodes = _nodes_today(asked)
    links = {node.id for own in nodes for node in own}
    judged = judged_as_of({node.chain_id for own in nodes for node in own}, day)
    ties = _ties(links, day)
    entered = _entered(asked)
    tags = tags_on_many(Enterprise.__tablename__, [company.public_id for company in companies])
    ids = [company.id for company in companies]
    signs, reach = signs_of(ids, day), reach_of(ids) if reach is None else reach
    found = []
    for one, own in zip(asked, nodes, strict=True):
        company = one.company
        known = reach.get(company.id, NOBODY)
        found.append(
            CompanyKnown(
                on=day,
                library=_library(company),
                capital=company.capital,
                established_on=company.established_on,
                gone=_gone(company),
                tags=tuple(
                    (row.tag.name, in_beijing(row.created_at).date())
                    for row in tags.get(company.public_id, ())
                ),
                gaps=tuple(_gap(node, judged) for node in own),
                ties=tuple(tie for node in own for of, tie in ties.get(node.id, ()) if of != company.id),
                signs=signs.get(company.id, ()),
                entered=entered.get(one.target_id or 0, ()),
                contacts=known.contacts,
                deciders=known.deciders,
                met_on=known.met_on,
            )
        )
    return found


def _library(company: Enterprise) -> Provenance:
    """What stands on the page of a company is as it was last written there."""
    source = f"企业库（{company.origin}）" if company.origin else "企业库"
    return Provenance(source, in_beijing(company.updated_at).date(), (_COMPANY, company.public_id))


def _gone(company: Enterprise) -> str:
    return "" if company.status is EnterpriseStatus.ACTIVE else company.status.label


def _nodes_today(asked: Sequence[ToScore]) -> list[list[ChainNode]]:
    """The links of each as they are by now: those that were merged are what they became, those that were
    taken off are none.
    """
    into = homes()
    missing = {into[node.id] for one in asked for node in one.nodes if node.id in into}
    known = {node.id: node for one in asked for node in one.nodes}
    missing -= set(known)
    known |= {node.id: node for node in (_links(missing) if missing else ())}
    found = []
    for one in asked:
        ids = dict.fromkeys(into.get(node.id, node.id) for node in one.nodes)
        own = [known[node_id] for node_id in ids]
        found.append([node for node in own if not node.is_archived and not node.chain.is_archived])
    return found


def _links(ids: Collection[int]) -> Sequence[ChainNode]:
    query = select(ChainNode).where(ChainNode.id.in_(ids)).options(joinedload(ChainNode.chain))
    return db.session.scalars(query).all()


def _gap(node: ChainNode, judged: Judged) -> GapKnown:
    row = judged.get(node.id)
    state, rate = (row.state, row.local_rate) if row else (None, None)
    source = f"{row.actor.name}的判断：{row.state.label}" if row else "产业链"
    by = Provenance(source, row.effective_on if row else None, ("chains.node", node.public_id))
    return GapKnown(node.name, gap_index(node.importance, state, rate), why_no_gap(state), by)


def _ties(links: Collection[int], day: date) -> Mapping[int, list[tuple[int, TieKnown]]]:
    """What ties some links to anchors, by link, each with the inner id of the anchor's company."""
    found: dict[int, list[tuple[int, TieKnown]]] = defaultdict(list)
    for tie in ties_of(links, day):
        page = ("chains.detail", tie.chain)
        if tie.needs:
            amount = f"，一年 {in_words(tie.amount)}" if tie.amount else ""
            words, by = f"{tie.company}要买：{tie.what}{amount}", Provenance(tie.source, tie.on, page)
        else:
            words = f"供应「{tie.what}」，{tie.company}在这个环节"
            by = Provenance("产业链的供应关系", tie.on, page)
        found[tie.node_id].append((tie.company_id, TieKnown(words, tie.needs, by)))
    return found


def signs_of(ids: Collection[int], day: date) -> Mapping[int, tuple[SignKnown, ...]]:
    """The signs of some companies that may still say something on a day, by inner id."""
    found: dict[int, tuple[SignKnown, ...]] = {}
    for row in recent_signs(ids, day - _SIGN_DAYS):
        words = f"{row.kind.label}：{row.what}"
        sign = SignKnown(
            row.kind,
            words,
            row.happened_on,
            Provenance(row.source, row.happened_on, ("signs.detail", row.public_id)),
        )
        found[row.enterprise_id] = (*found.get(row.enterprise_id, ()), sign)
    return found


def _entered(asked: Sequence[ToScore]) -> Mapping[int, tuple[EnteredKnown, ...]]:
    """What was entered of targets and counts, by their inner ids, the latest day first."""
    unread = [one for one in asked if one.facts is None]
    ids = [one.target_id for one in unread if one.target_id is not None]
    query = select(TargetFact).where(TargetFact.target_id.in_(ids), TargetFact.lifted_on.is_(None))
    order = (TargetFact.told_on.desc(), TargetFact.id.desc())
    rows = [row for one in asked for row in one.facts or ()]
    rows += db.session.scalars(query.order_by(*order)) if unread else ()
    found: dict[int, tuple[EnteredKnown, ...]] = {}
    for row in rows:
        if row.lifted_on is None:
            known = EnteredKnown(row.kind, row.what, row.told_on, row.source, row.public_id)
            found[row.target_id] = (*found.get(row.target_id, ()), known)
    return found
