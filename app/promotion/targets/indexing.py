"""TargetEnterprise -> search document, with the access tokens of its scope; which changes re-index it."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.storage.outbox import Linked, Through, watch
from app.core.values.clock import in_beijing
from app.core.values.labels import label_of
from app.promotion.targets import queries
from app.promotion.targets.models import TargetEnterprise, TargetNode
from app.promotion.targets.policy import TARGET_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders
from app.register.chains.models import ChainNode
from app.register.enterprises.indexing import follow_company
from app.register.enterprises.models import Enterprise
from app.register.placements.indexing import follow_chains

KIND = "target"


def document_of(target: TargetEnterprise, holders: Holders) -> Document:
    """What is searched of a target: its company under every name, the links it is wanted for, our words."""
    enterprise = target.enterprise
    nodes = [row.node.name for row in target.wanted_for]
    return Document(
        kind=KIND,
        id=target.public_id,
        title=enterprise.name,
        about=enterprise.all_names,
        text="\n".join(filter(None, (*nodes, target.origin, target.note))),
        access=TARGET_ACCESS.tokens(target),
        region=enterprise.region_code or "",
        industry=enterprise.industry_code or "",
        stage=target.stage.value,
        units=holders.units(target.unit_id),
        teams=holders.units(target.team_id),
        owners=holders.people(target.owner_id),
        day=_last_activity(target).toordinal(),
    )


def _last_activity(target: TargetEnterprise) -> date:
    return in_beijing(target.updated_at).date()


def _live() -> Select[TargetEnterprise]:
    return select(TargetEnterprise).join(TargetEnterprise.enterprise).where(TargetEnterprise.is_kept())


_COMPANY = contains_eager(TargetEnterprise.enterprise).selectinload(Enterprise.other_names)
_NODES = selectinload(TargetEnterprise.wanted_for).joinedload(TargetNode.node)


def _documents(asked: Select[TargetEnterprise]) -> list[Document]:
    targets = db.session.scalars(asked.options(_COMPANY, _NODES, *TARGET_ACCESS.loads())).all()
    holders = Holders.of(targets, (row.owner_id for row in targets))
    return [document_of(target, holders) for target in targets]


def _shown(seen: Select[TargetEnterprise], _actor: Actor) -> list[Shown]:
    rows = db.session.scalars(seen.options(_COMPANY, _NODES, joinedload(TargetEnterprise.owner)))
    return [
        Shown(
            public_id=target.public_id,
            title=target.enterprise.name,
            note="、".join(row.node.name for row in target.wanted_for),
            fields=_fields(target),
            status=target.stage.label,
            who=target.owner.name if target.owner else "",
            when=f"列入 {target.registered_on.isoformat()}",
            active_on=_last_activity(target),
        )
        for target in rows
    ]


def _fields(target: TargetEnterprise) -> tuple[tuple[str, str], ...]:
    nodes = "、".join(row.node.name for row in target.wanted_for)
    return (
        (label_of(TargetNode.node_id), nodes),
        (label_of(TargetEnterprise.origin), target.origin),
        (label_of(TargetEnterprise.note), target.note),
        *target.enterprise.labelled_names,
    )


SOURCE = Source(
    kind=KIND,
    label="目标企业",
    place=15,
    icon="target",
    endpoint="targets.detail",
    right=Permission.TARGETS_READ,
    key=TargetEnterprise.id,
    public_id=TargetEnterprise.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=queries.by_text,
)


def register() -> None:
    """Joins targets to the index."""
    join_index(SOURCE)
    watch(TargetNode, Linked(KIND, SOURCE.public_id, on=TargetEnterprise.id, holds=TargetNode.target_id))
    of_node = Through(
        KIND,
        SOURCE.public_id,
        TargetEnterprise.id,
        TargetNode.target_id,
        on=TargetNode.node_id,
        holds=ChainNode.id,
    )
    watch(ChainNode, of_node, only=(ChainNode.name,))
    follow_company(SOURCE, TargetEnterprise.enterprise_id)
    follow_chains(KIND, SOURCE.public_id, TargetEnterprise.enterprise_id)
