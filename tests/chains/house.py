"""What chains give the guards over the whole app."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.register.accounts.models import Person
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains.enums import ChainTier, NodeState
from app.register.chains.models import (
    Chain,
    ChainChange,
    ChainNode,
    ChainSupply,
    NodeIndustry,
    NodeJudgement,
)
from app.register.enterprises.models import Enterprise
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost
from tests.chain_papers import guarded as papers
from tests.house.acting import (
    ALL,
    ARCHIVE,
    DENIED,
    DONE,
    EVERY_ROLE,
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

# Chains are the whole county's: whoever gets to a route gets to every chain.
HEADS: Sight = both({"HEAD": ALL})
EVERY_HEAD = both(dict.fromkeys(EVERY_ROLE, ALL))
# What hangs on any record is also asked for by who may do so on other kinds.
OTHERS = {f"* {role} *": DENIED for role in ("OFF", "RES")}
# Who is charged with a chain is said by who keeps the accounts, too.
POSTERS: Sight = both({"HEAD": ALL, "ADM": ALL})
OF_CHAIN = {"kind": "chain"}
FORM = typed(code="NEW-CHAIN", name="另一条产业链")


def _today(_tried: Tried) -> str:
    return in_days(0)


POST_FORM = typed(
    post="task_force",
    person=lambda tried: tried.who.public_id,
    starts_on=lambda _tried: in_days(0),
    ends_on="",
)
TELLERS: Sight = both({"HEAD": ALL, "OFF": ALL})
NODE_FORM = typed(code="NEW-NODE", name="另一个环节", tier="upstream", importance="3", parent="", action="")


def _chain(code: str, name: str = "动力电池") -> Chain:
    row = Chain(code=code, name=name, aliases="锂电", note="储能")
    db.session.add(row)
    db.session.flush()
    return row


def _node(chain: Chain, number: int) -> ChainNode:
    row = ChainNode(
        chain_id=chain.id,
        code=f"N-{number}",
        live_code=f"N-{number}",
        name=f"环节{number}",
        tier=list(ChainTier)[number % 3],
        position=number,
        importance=3,
        keywords="隔膜",
        industries=[NodeIndustry(industry_code="C3985")],
    )
    db.session.add(row)
    db.session.flush()
    return row


def _nodes(chain: Chain) -> list[ChainNode]:
    return list(
        db.session.scalars(select(ChainNode).where(ChainNode.chain_id == chain.id).order_by(ChainNode.id))
    )


def _filled(at: Seeding, number: int) -> Record:
    """The n-th chain; the first gets a link more each time, judged and supplied by all before it."""
    chain = _chain(f"CHAIN-{number}", f"产业链{number}")
    first = db.session.scalars(select(Chain).order_by(Chain.id)).first() or chain
    before = _nodes(first)
    node = _node(first, number)
    db.session.add_all(ChainSupply(supplier_id=each.id, buyer_id=node.id) for each in before[:1])
    judged = before[0] if before else node
    db.session.add(
        NodeJudgement(
            node_id=judged.id,
            state=NodeState.WEAK,
            local_rate=30,
            reason=f"第{number}次判断",
            effective_on=today(),
            actor_id=at.person.id,
        )
    )
    _post(chain, at.person.id)
    _need(_anchor(chain), node)
    papers.filled(chain, at.person.id)
    return chain


def _shared(ties: Ties) -> Mapping[str, Record]:
    number = len(db.session.scalars(select(Chain.id)).all())
    row, old = _chain(f"S-{number}"), _chain(f"OLD-{number}", "旧产业链")
    old.archived_at = now()
    nodes = [_node(row, each) for each in range(4)]
    change = ChainChange(
        chain_id=row.id,
        told="加了「环节3」",
        nodes_before={},
        supplies_before=[],
        supplies_after=[],
        versions_after={str(nodes[3].id): nodes[3].version},
        made_id=nodes[3].id,
        author_id=ties.maker.person_id,
    )
    db.session.add(change)
    db.session.add(ChainSupply(supplier_id=nodes[0].id, buyer_id=nodes[1].id))
    db.session.flush()
    names = ("link", "bought link", "other link")
    links = dict(zip(names, nodes, strict=False))
    post = _post(row, ties.maker.person_id or 0, PostKind.DEPUTY)
    anchor = _anchor(row)
    links |= {"anchor": anchor, "anchor need": _need(anchor, nodes[0])}
    links |= papers.shared(row, ties.maker.person_id or 0)
    return {"chain": row, "old chain": old, "chain change": change, "chain post": post, **links}


def _change(chain: Chain) -> ChainChange:
    row = ChainChange(
        chain_id=chain.id,
        told="移动",
        nodes_before={},
        supplies_before=[],
        supplies_after=[],
        versions_after={},
        author_id=db.session.scalars(select(NodeJudgement.actor_id)).first(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _post(chain: Chain, person_id: int, post: PostKind = PostKind.LEADER) -> ChainPost:
    row = ChainPost(chain_id=chain.id, person_id=person_id, post=post, starts_on=today())
    db.session.add(row)
    db.session.flush()
    return row


def _anchor(chain: Chain) -> ChainAnchor:
    number = db.session.scalar(select(func.count()).select_from(ChainAnchor))
    name = f"链主企业{number}有限公司"
    company = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(company)
    db.session.flush()
    row = ChainAnchor(chain_id=chain.id, enterprise_id=company.id, starts_on=today())
    db.session.add(row)
    db.session.flush()
    return row


def _anchor_of(chain: Chain) -> ChainAnchor:
    first = db.session.scalars(select(ChainAnchor).where(ChainAnchor.chain_id == chain.id)).first()
    return first or _anchor(chain)


def _need(anchor: ChainAnchor, node: ChainNode) -> AnchorNeed:
    told = {"what": "隔膜", "source": "采购部", "told_on": today()}
    row = AnchorNeed(anchor_id=anchor.id, node_id=node.id, **told)
    db.session.add(row)
    db.session.flush()
    return row


def _post_of(chain: Chain) -> str:
    person = db.session.scalars(select(Person.id).order_by(Person.id)).first()
    assert person is not None
    return _post(chain, person, PostKind.TASK_FORCE).public_id


def _other(name: str) -> object:
    def asked(tried: Tried) -> str:
        return tried.records[name].public_id

    return asked


NEED_FORM = typed(
    what="湿法隔膜", node=_other("link"), amount="", bought_from="", source="来函", told_on=_today
)

FURNISHING = Furnishing(
    at="/chains/",
    filled=_filled,
    shared=_shared,
    below={
        "/chains/nodes/": lambda chain: _nodes(chain)[0].public_id,
        "/chains/changes/": lambda chain: _change(chain).public_id,
        "/anchors/on/": lambda chain: chain.public_id,
        "/anchors/": lambda chain: _anchor_of(chain).public_id,
        "/anchors/needs/": lambda chain: _need(_anchor_of(chain), _nodes(chain)[0]).public_id,
        "/posts/on/": lambda chain: chain.public_id,
        "/posts/": _post_of,
        "/chain_files/": lambda chain: chain.public_id,
        "/chain_papers/on/": lambda chain: chain.public_id,
        "/chain_papers/": lambda chain: papers.paper_of(chain).public_id,
        "/paper_kinds/": lambda chain: papers.paper_of(chain).kind.public_id,
    },
    fills={
        **papers.FILLS,
        "chains.ChainForm": (Chain,),
        "chains.NodeForm": (ChainNode, NodeIndustry),
        "chains.JudgementForm": (NodeJudgement,),
        "chains.EndSupplyForm": (ChainSupply,),
        "chain_files.ChainFileForm": (Chain,),
        "anchors.AnchorForm": (ChainAnchor,),
        "anchors.NewAnchorForm": (ChainAnchor,),
        "anchors.NeedForm": (AnchorNeed,),
        "posts.PostForm": (ChainPost,),
        "posts.EndPostForm": (ChainPost,),
        "chains.SupplyForm": (ChainSupply,),
        "chains.MoveNodeForm": (ChainNode,),
        "chains.MergeNodeForm": (ChainNode,),
        "chains.RemoveNodeForm": (ChainNode,),
        "chains.SplitNodeForm": (ChainNode,),
    },
    by_another_name={
        **papers.BY_ANOTHER_NAME,
        "chains.NodeForm.parent": ChainNode.parent_id,
        "chains.NodeForm.industries": NodeIndustry.industry_code,
        "chains.MoveNodeForm.parent": ChainNode.parent_id,
        "posts.PostForm.person": ChainPost.person_id,
        "anchors.NewAnchorForm.enterprise": ChainAnchor.enterprise_id,
        "anchors.NeedForm.node": AnchorNeed.node_id,
    },
    questions=frozenset(
        {
            *papers.QUESTIONS,
            *("chains.SupplyForm.direction", "chains.SupplyForm.other"),
            "chain_files.ChainFileForm.file",
            *("chains.MergeNodeForm.into", "chains.RemoveNodeForm.reason"),
            *(f"chains.SplitNodeForm.{name}" for name in ("code", "name", "parts", "others")),
            *(f"chains.SplitNodeForm.{name}" for name in ("keywords", "products", "industries")),
        }
    ),
    costly={
        "chain_files.as_json": ("exports",),
        "chain_files.template": ("downloads",),
        "chain_files.workbook": ("exports",),
    },
    edited="note",
    acts={
        **papers.ACTS,
        "chains.create": Act("", HEADS, FORM),
        "chains.update": Act("chain", HEADS, FORM),
        "chains.archive": Act("chain", HEADS, REASON),
        "chains.restore": Act("old chain", HEADS),
        "chains.load_examples": Act("", HEADS),
        "chains.create_node": Act("chain", HEADS, NODE_FORM),
        "chains.update_node": Act("link", HEADS, NODE_FORM),
        "chains.judge": Act(
            "link",
            HEADS,
            typed(state="weak", reason="减产", effective_on=lambda _tried: in_days(0)),
        ),
        "chains.add_supply": Act("link", HEADS, typed(direction="buyer", other=_other("other link"))),
        "chains.remove_supply": Act("link", HEADS, typed(direction="buyer", other=_other("bought link"))),
        "chains.move": Act("link", HEADS, typed(parent="", tier="upstream", position="9")),
        "chains.merge": Act("link", HEADS, typed(into=_other("other link"))),
        "chains.split": Act("link", HEADS, typed(code="SPLIT", name="拆出的环节")),
        "chains.remove": Act("link", HEADS, REASON),
        "chains.undo": Act(
            "chain change", HEADS, outcome=DENIED, but={"open HEAD owner": DONE}
        ),  # by who made it
        "anchors.create": Act("chain", HEADS, typed(enterprise=_other("company"), starts_on=_today)),
        "anchors.update": Act("anchor", HEADS, typed(starts_on=_today, note="县里最大的一家")),
        "anchors.remove": Act("anchor", HEADS),
        "anchors.create_need": Act("anchor", TELLERS, NEED_FORM),
        "anchors.update_need": Act("anchor need", TELLERS, NEED_FORM),
        "anchors.remove_need": Act("anchor need", TELLERS),
        "posts.create": Act("chain", POSTERS, POST_FORM),
        "posts.update": Act("chain post", POSTERS, POST_FORM),
        "posts.end": Act("chain post", POSTERS, typed(ends_on=lambda _tried: in_days(0))),
        "posts.remove": Act("chain post", POSTERS),
        "chain_files.upload": Act("", HEADS, outcome=REFUSED),
        "chains.exported": Act(
            "", EVERYBODY, typed(format="csv", purpose="调度会"), arguments={"view": "all"}
        ),
        "chains.done_to_many": Act(
            "", HEADS, many("chain", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "chains.done_to_many#restore": Act("", HEADS, many("old chain"), otherwise=SAME, arguments=RESTORE),
        "attachments.create#of a chain": Act(
            "chain", EVERY_HEAD, outcome=REFUSED, but=OTHERS, arguments=OF_CHAIN
        ),
        "comments.create#of a chain": Act("chain", EVERYBODY, typed(text="请盯紧"), arguments=OF_CHAIN),
        "tags.choose#on a chain": Act("chain", EVERY_HEAD, outcome=SAME, but=OTHERS, arguments=OF_CHAIN),
    },
)
