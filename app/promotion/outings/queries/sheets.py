"""What to know before one goes to a company, and what to ask there, of all companies at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.campaigns.queries import KnownThere, known_there
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import visible as lead_visible
from app.promotion.outings.models import OutingStop
from app.register.accounts.enums import Permission
from app.register.chains.models import ChainNode
from app.register.enterprises.queries import Acquaintance, who_knows
from app.register.placements.queries import links_of
from app.register.signs.models import ExpansionSign
from app.register.signs.queries import recent_signs

_MOST = 4  # of each kind
_LATELY = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a sheet has of a company: its links, what shows that it expands, its people, what was said and
    promised, leads under way, who of us knows it.
    """

    stop: OutingStop
    known: KnownThere
    leads: Sequence[Lead] = ()
    links: Sequence[ChainNode] = ()
    signs: Sequence[ExpansionSign] = ()
    acquaintances: Sequence[Acquaintance] = ()


def briefings_of(stops: Sequence[OutingStop], actor: Actor) -> list[Briefing]:
    """The sheets of those of these stops that are at a company, as far as somebody sees; in one number of
    statements for any number of companies.
    """
    at = {stop: stop.enterprise_id for stop in stops if stop.enterprise_id is not None}
    ids = list(dict.fromkeys(at.values()))
    known, leads, signs = known_there(ids, actor), _leads(ids, actor), _signs(ids)
    links, acquaintances = links_of(ids, actor), who_knows(ids, actor)
    return [
        Briefing(
            stop,
            known[company],
            leads.get(company, ()),
            links.get(company, ()),
            signs.get(company, ()),
            acquaintances.get(company, ())[:_MOST],
        )
        for stop, company in at.items()
    ]


def _leads(ids: Collection[int], actor: Actor) -> dict[int, list[Lead]]:
    found: dict[int, list[Lead]] = defaultdict(list)
    if not actor.may(Permission.LEADS_READ):
        return found
    query = select(Lead).where(
        Lead.enterprise_id.in_(ids),
        Lead.archived_at.is_(None),
        Lead.stage.not_in((LeadStage.LOST, LeadStage.SIGNED)),
        lead_visible(actor),
    )
    for lead in db.session.scalars(query.options(joinedload(Lead.owner)).order_by(Lead.id.desc())):
        found[lead.enterprise_id].append(lead)
    return found


def _signs(ids: Collection[int]) -> dict[int, list[ExpansionSign]]:
    found: dict[int, list[ExpansionSign]] = defaultdict(list)
    for sign in recent_signs(ids, today() - _LATELY):
        if len(found[sign.enterprise_id]) < _MOST:
            found[sign.enterprise_id].append(sign)
    return found


def drafted(briefing: Briefing) -> str:
    """A first text of what to ask: what was promised, where leads stand, what the library does not know."""
    company, known = briefing.stop.enterprise, briefing.known
    if company is None:
        return ""
    told = [f"承诺过的怎么答复：{step.what}（{_day(step.due_on)} 到期）。" for step in known.promises[:_MOST]]
    told += [
        f"线索「{lead.name}」（{lead.stage.label}）：下一步差什么、谁来定。"
        for lead in briefing.leads[:_MOST]
    ]
    told += [f"{_day(sign.happened_on)} {sign.what}：进展到哪里。" for sign in briefing.signs]
    if not known.visits:
        told.append("第一次见：做什么、卖给谁，今后两三年扩不扩产，选址看什么。")
    if not any(contact.is_decider for contact in known.contacts):
        told.append("投资的事谁拍板，怎么约到。")
    if company.headcount is None or company.capital is None:
        told.append("企业规模：人数、产值、注册资本，核对后补到企业库。")
    return "\n".join(told)


def _day(day: date) -> str:
    return day.isoformat()
