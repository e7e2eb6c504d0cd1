"""产业链图谱: on the screen, on paper, as a picture."""

from io import BytesIO

from flask import Blueprint, render_template, send_file, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.exporting import EXPORTS
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import in_beijing, now, today
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.figures.chain_maps.enums import Drawn, Paper
from app.figures.chain_maps.showing import MOST_TARGETS, ChainMap, MapAsked, drawn, panel_of
from app.register.accounts.enums import Permission as P
from app.register.chains.enums import ChainTier, NodeAction
from app.register.chains.models import Chain
from app.register.chains.policy import may_change
from app.register.chains.queries import get_chain, get_node

bp = Blueprint("chain_maps", __name__)


def page_of(chain: Chain) -> str:
    """The address of the map of a chain."""
    return url_for("chain_maps.show", public_id=chain.public_id)


def gaps_of(chain: Chain) -> str:
    """The same with all links grey but those that are missing or weak."""
    states = [Drawn.MISSING.value, Drawn.WEAK.value]
    return url_for("chain_maps.show", public_id=chain.public_id, state=states)


def _asked() -> MapAsked:
    return MapAsked(
        day=pages.read_date("on", "截至哪一天") or today(),
        folded=pages.read_members("fold", "收起", ChainTier),
        states=pages.read_members("state", "强弱缺", Drawn),
        action=pages.read_member("action", "打算", NodeAction),
        text=pages.read_text("q", 60),
        town=pages.read_text("town", 12),
    )


def _map(public_id: str) -> ChainMap:
    return drawn(get_chain(public_id), _asked(), require_actor())


@bp.get("/chains/<public_id>/map")
@requires(P.CHAINS_READ)
def show(public_id: str) -> str:
    """产业链图谱."""
    of = _map(public_id)
    folds = {tier: _toggled(of.asked.folded, tier) for tier in ChainTier}
    return render_template(
        "chain_maps/map.html",
        chain=of.chain,
        of=of,
        folds=folds,
        states=Drawn.choices(),
        actions=NodeAction.choices(),
    )


def _toggled(folded: frozenset[ChainTier], tier: ChainTier) -> str:
    """The address of this map with a tier folded, or unfolded again."""
    asked = sorted(each.value for each in folded ^ {tier})
    return pages.url_with(fold=asked or None)


@bp.get("/chains/nodes/<public_id>/panel")
@requires(P.CHAINS_READ)
def panel(public_id: str) -> str:
    """一个环节，在图谱旁边."""
    day = pages.read_date("on", "截至哪一天") or today()
    node, actor = get_node(public_id), require_actor()
    return render_template(
        "chain_maps/_panel.html",
        of=panel_of(node, day, actor),
        node=node,
        most_targets=MOST_TARGETS,
        may_change=may_change(actor, node.chain),
    )


@bp.get("/chains/<public_id>/map/print")
@requires(P.CHAINS_READ)
@costs(sheets.PRINTS)
def printed(public_id: str) -> str:
    """产业链图谱，印在 A3 或 A4 上."""
    paper = pages.read_member("paper", "纸张", Paper) or Paper.A3
    of, me = _map(public_id), require_actor()
    page = render_template(
        "chain_maps/paper.html",
        chain=of.chain,
        of=of,
        paper=paper,
        states=Drawn.choices(),
        watermark=f"{me.name} {today():%Y-%m-%d}",
    )
    _record_look(of, "print", f"打印产业链图谱「{of.chain.name}」（{paper.label}）")
    return page


@bp.get("/chains/<public_id>/map.svg")
@requires(P.LISTS_EXPORT)
@requires(P.CHAINS_READ)
@costs(EXPORTS)
def picture(public_id: str) -> Response:
    """产业链图谱，SVG 图片."""
    of = _map(public_id)
    content, name = render_template("chain_maps/picture.svg", of=of, states=Drawn.choices()), of.chain.name
    _record_look(of, "export", f"导出产业链图谱「{name}」（svg）")
    return send_file(
        BytesIO(content.encode()),
        mimetype="image/svg+xml",
        as_attachment=True,
        download_name=f"{name}图谱 {in_beijing(now()):%Y%m%d-%H%M}.svg",
    )


def _record_look(of: ChainMap, deed: str, summary: str) -> None:
    """That somebody took the map along stands in the audit."""
    subject = subject_of(of.chain)
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.{deed}", subject, summary)
