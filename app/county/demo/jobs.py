"""After the load: companies on links, what shows that some expand, maps and lists of chains, the index, built
at once, what is kept of searches in it. Commits.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select

from app.core.access.auth import acting_as
from app.core.index import reindexing
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry, OutboxState
from app.core.values.clock import today
from app.county.demo import services
from app.finding.finder.enums import SortedBy
from app.finding.finder.queries import Asked, search
from app.finding.saved_searches.jobs import count_all
from app.finding.saved_searches.queries import count_now, count_saved
from app.finding.saved_searches.services import save_search
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.campaigns.models import Campaign
from app.promotion.gatherings.models import Gathering
from app.promotion.outings.models import Outing
from app.promotion.targets.models import TargetEnterprise
from app.register.accounts.queries import actor_by_login
from app.register.anchors import services as anchors
from app.register.anchors.models import ChainAnchor
from app.register.chain_papers import services as papers
from app.register.chain_papers.models import PaperKind
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements import jobs as placing
from app.register.placements import services as placements
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.signs import services as signs
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign

HEAD, SEARCHER = "hanzhixing", "shenruolan"
LATEST = 3
CONFIRMED = 12  # companies on links
ANCHORS_SINCE, TOLD = 400, 40  # days ago
ANCHOR_NOTE = "县里最大的一家，带动上下游配套"
# What the anchor of each chain buys and cannot get here: link, what, 元 a year, from where.
NEEDS: dict[str, tuple[tuple[str, str, int | None, str], ...]] = {
    "NEV": (
        ("NEV-02", "磷酸铁锂正极材料", 860_000_000, "湖南、四川"),
        ("NEV-05", "9 微米湿法隔膜", 120_000_000, "江苏常州"),
        ("NEV-04", "电解液", None, "广东"),
    ),
    "FOOD": (("FOOD-12", "万吨级冷库仓储", 18_000_000, "邻县"), ("FOOD-04", "酵母和香精", None, "湖北宜昌")),
}

# What is told of the companies that the county has its eyes on, one after another: how many days ago, what
# kind, what happened, 元, who says so. The county had read some of it years ago.
SIGNS: tuple[tuple[int, SignKind, str, int | None, str], ...] = (
    (21, SignKind.FUNDING, "完成 B 轮融资，用于新基地建设", 180_000_000, "公司公告"),
    (48, SignKind.HIRING, "一次招聘 120 名设备和工艺工程师", None, "招聘网站"),
    (75, SignKind.SUBSIDIARY, "在邻市设立全资子公司，经营范围含本行业制造", 50_000_000, "工商登记公示"),
    (96, SignKind.CONTRACT, "中标整车厂三年供货项目", 260_000_000, "招标网中标公告"),
    (130, SignKind.EXPANSION, "二期厂房开工，计划新增两条产线", 320_000_000, "环评公示"),
    (160, SignKind.FULL_CAPACITY, "销售负责人说订单排到明年三月，三班生产", None, "走访时了解"),
    (220, SignKind.FUNDING, "获产业基金战略投资", 90_000_000, "行业媒体"),
    (310, SignKind.CONTRACT, "中标省内储能电站设备采购", 74_000_000, "公共资源交易网"),
    (340, SignKind.OTHER, "获评省级专精特新企业，准备申报国家级", None, "省工信部门名单"),
    (520, SignKind.HIRING, "校园招聘 60 人", None, "高校就业网"),
    (760, SignKind.EXPANSION, "技改扩产，产能提高三成", 45_000_000, "技改备案公示"),
    (1_150, SignKind.SUBSIDIARY, "设立销售公司", 10_000_000, "工商登记公示"),
)
EACH = 5  # of them the next company begins so many later, so that neighbours differ


# What was uploaded for the chains: chain, which kind of the example set, how many days ago, what for, lines.
PAPERS: tuple[tuple[str, str, int, str, str], ...] = (
    ("NEV", "技术路线图", 420, "第一版", "磷酸铁锂、固态电池两条路线，各到哪一步"),
    ("NEV", "技术路线图", 35, "专班会议审过，补了钠离子电池", "磷酸铁锂、固态电池、钠离子电池三条路线"),
    ("NEV", "重点项目清单", 12, "按本月调度表更新", "在建和在谈的重点项目，按投资额排"),
    ("FOOD", "政策和服务机构清单", 60, "", "县里能承诺的政策，能来服务的科研和检测机构"),
)


def place_companies() -> None:
    """Companies as the nightly job proposes them for links, of which the officer everybody looks at first has
    confirmed the plainest and refused one. Commits. Does nothing when there are some already.
    """
    if db.session.scalar(select(NodePlacement.id).limit(1)) is not None:
        return
    db.session.rollback()
    placing.propose()
    query = select(NodePlacement).order_by(NodePlacement.score.desc(), NodePlacement.id)
    rows = list(db.session.scalars(query))
    with acting_as(actor_by_login(SEARCHER)):
        for row in rows[:CONFIRMED]:
            placements.confirm(row, row.version)
        for row in rows[-1:]:
            placements.refuse(row, row.version, "去厂里看过，只做销售，不生产")
    db.session.commit()


def name_anchors() -> None:
    """An anchor of each chain since the meeting of a year ago, the company that speaks for it most plainly,
    with what it cannot get here. Commits. Does nothing when there are some already.
    """
    if db.session.scalar(select(ChainAnchor.id).limit(1)) is not None:
        return
    for code, needs in NEEDS.items():
        with acting_as(actor_by_login(HEAD)):
            chain = db.session.scalars(select(Chain).where(Chain.code == code)).one()
            since = anchors.AnchorData(today() - timedelta(days=ANCHORS_SINCE), note=ANCHOR_NOTE)
            anchor = anchors.name_anchor(chain, _plainest(chain), since)
        with acting_as(actor_by_login(SEARCHER)):
            for link, what, amount, bought_from in needs:
                node = db.session.scalars(select(ChainNode).where(ChainNode.live_code == link)).one()
                told_on = today() - timedelta(days=TOLD)
                anchors.add_need(
                    anchor, anchors.NeedData(node, what, "采购部走访时说的", told_on, amount, bought_from)
                )
        db.session.commit()


def tell_signs() -> None:
    """What shows that companies expand which are wanted or stand on a link, two or three at each. Commits.
    Does nothing when there are some already.
    """
    if db.session.scalar(select(ExpansionSign.id).limit(1)) is not None:
        return
    placed = select(NodePlacement.enterprise_id).where(NodePlacement.state == PlacementState.CONFIRMED)
    wanted = select(TargetEnterprise.open_enterprise_id)
    query = select(Enterprise).where(Enterprise.id.in_(placed) | Enterprise.id.in_(wanted))
    companies = db.session.scalars(query.where(Enterprise.is_kept()).order_by(Enterprise.id)).all()
    with acting_as(actor_by_login(SEARCHER)):
        for place, company in enumerate(companies):
            for number in range(2 + place % 2):
                days, kind, what, amount, source = SIGNS[(place * EACH + number * EACH) % len(SIGNS)]
                on = today() - timedelta(days=days + place)
                signs.create_sign(company, signs.SignData(kind, on, what, source, amount))
    db.session.commit()


def upload_papers() -> None:
    """The example set of maps and lists, and what was uploaded of it for the two chains. Commits. Does
    nothing when there are kinds already.
    """
    if db.session.scalar(select(PaperKind.id).limit(1)) is not None:
        return
    pages = [(told, services.scan(told[1], told[4])) for told in PAPERS]
    with acting_as(actor_by_login(HEAD)):
        kinds = {kind.name: kind for kind in papers.load_examples()}
    with acting_as(actor_by_login(SEARCHER)):
        for (code, name, days, note, _lines), page in pages:
            chain = db.session.scalars(select(Chain).where(Chain.code == code)).one()
            data = papers.PaperData(today() - timedelta(days=days), note)
            papers.add_paper(chain, kinds[name], data, page)
    db.session.commit()


def run_campaigns() -> None:
    """Three directed campaigns. Commits. Does nothing when there are some already."""
    if db.session.scalar(select(Campaign.id).limit(1)) is not None:
        return
    services.run_campaigns()
    db.session.commit()


def run_outings() -> None:
    """Two outings of leaders and a delegation. Commits. Does nothing when there are some already."""
    if db.session.scalar(select(Outing.id).limit(1)) is not None:
        return
    services.run_outings()
    db.session.commit()


def run_gatherings() -> None:
    """An event that is over and one to come. Commits. Does nothing when there are some already."""
    if db.session.scalar(select(Gathering.id).limit(1)) is not None:
        return
    services.run_gatherings()
    db.session.commit()


def score_teams() -> None:
    """Two schemes, months of one closed. Commits. Does nothing when there are some already."""
    if db.session.scalar(select(AssessmentScheme.id).limit(1)) is not None:
        return
    services.score_teams()
    db.session.commit()


def _plainest(chain: Chain) -> Enterprise:
    """The company with the best placement on a chain, one that is confirmed before all that wait."""
    rows = select(NodePlacement).join(ChainNode, ChainNode.id == NodePlacement.node_id)
    rows = rows.where(ChainNode.chain_id == chain.id, NodePlacement.state != PlacementState.REFUSED)
    waits = NodePlacement.state != PlacementState.CONFIRMED
    best = rows.order_by(waits, NodePlacement.score.desc(), NodePlacement.id).limit(1)
    return db.session.scalars(best).one().enterprise


def finish_index() -> int:
    """Builds the index in one go and drops what the load had left for the relay. Commits.

    Returns how many documents it holds; raises SearchUnavailable with the relay's rows untouched.
    """
    waiting = db.session.scalar(select(func.max(OutboxEntry.id))) or 0
    db.session.commit()
    count = reindexing.rebuild()
    db.session.execute(
        delete(OutboxEntry).where(OutboxEntry.id <= waiting, OutboxEntry.state == OutboxState.PENDING)
    )
    db.session.commit()
    return count


def save_searches() -> None:
    """Two searches of the officer everybody looks at first, one as if saved before the latest hits came.

    Commits. Needs the index; does nothing when she has some already.
    """
    actor = actor_by_login(SEARCHER)
    watched = Asked("光伏", kind="lead")
    found = count_now(watched, actor)
    if found is None or count_saved(actor):
        return
    latest = search(replace(watched, sorted_by=SortedBy.RECENT), actor).hits[:LATEST]
    seen = tuple(key for key in found.keys if key not in {hit.key for hit in latest})
    known = replace(found, keys=seen)
    save_search(actor, watched, "光伏线索", is_watched=True, found=known)
    mine = Asked("我的 在谈")
    found = count_now(mine, actor)
    save_search(actor, mine, "我手上在谈的", is_watched=False, found=found)
    db.session.commit()
    count_all()
