"""After the load: companies on links, the index, built at once, what is kept of searches in it. Commits."""

from dataclasses import replace

from sqlalchemy import delete, func, select

from app.core.access.auth import acting_as
from app.core.index import reindexing
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry, OutboxState
from app.finding.finder.enums import SortedBy
from app.finding.finder.queries import Asked, search
from app.finding.saved_searches.jobs import count_all
from app.finding.saved_searches.queries import count_now, count_saved
from app.finding.saved_searches.services import save_search
from app.register.accounts.queries import actor_by_login
from app.register.placements import jobs as placing
from app.register.placements import services as placements
from app.register.placements.models import NodePlacement

SEARCHER = "shenruolan"
LATEST = 3
CONFIRMED = 12  # companies on links


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
