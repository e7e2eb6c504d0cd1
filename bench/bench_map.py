"""The map of a chain at 50, 150 and 300 links with twice as many lines: laid out, drawn as SVG, its page
answered, painted in Chromium.

Painted is what somebody at a desk waits for, from the request on: until the picture stands that comes with
the page, and until the last stroke of ECharts; in a browser that has opened the map of another chain before,
the median of several.
"""

import argparse
import random
import statistics
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import _common as common
from bench_weight import fetched, make_run
from flask import current_app
from playwright.sync_api import Page
from sqlalchemy import select

from app.core.access.auth import SYSTEM
from app.core.storage.db import db
from app.core.values.clock import today
from app.figures.chain_maps.enums import Drawn
from app.figures.chain_maps.rules import MapLink, laid_out
from app.figures.chain_maps.showing import MapAsked, drawn
from app.register.accounts.models import Person
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.models import Chain, ChainNode, ChainSupply, NodeJudgement
from tests.services.chromium import running_browser
from tests.services.product import Installation

SIZES = (50, 150, 300)
NAMES = ("正极材料", "隔膜", "电池管理系统", "热管理与底盘轻量化", "铜箔铝箔与结构件", "功率半导体模块封装")
GOAL_MS = 1000
OPENED = 5  # times


def fill(sizes: tuple[int, ...]) -> None:
    """A chain of each size, judged but for every seventh link."""
    chance = random.Random(1)
    for size in sizes:
        chain = Chain(code=f"MAP-{size}", name=f"{size} 个环节")
        db.session.add(chain)
        db.session.flush()
        nodes = list(_nodes(chain, size, chance))
        pairs = {(chance.choice(nodes).id, chance.choice(nodes).id) for _ in range(5 * size)}
        apart = sorted(pair for pair in pairs if pair[0] != pair[1])
        db.session.add_all(ChainSupply(supplier_id=one, buyer_id=other) for one, other in apart[: 2 * size])
    db.session.commit()


def _nodes(chain: Chain, size: int, chance: random.Random) -> Iterator[ChainNode]:
    person = db.session.scalars(select(Person.id)).first()
    above: ChainNode | None = None
    for at in range(size):
        tier = list(ChainTier)[at * 3 // size]
        is_part = above is not None and above.tier is tier and at % 4
        node = ChainNode(
            chain_id=chain.id,
            parent_id=above.id if above and is_part else None,
            code=f"N{at}",
            live_code=f"N{at}",
            name=f"{chance.choice(NAMES)}{at}",
            tier=tier,
            position=at,
            importance=chance.randint(1, 5),
            action=chance.choice(list(NodeAction)),
        )
        db.session.add(node)
        db.session.flush()
        if not is_part:
            above = node
        if at % 7:
            state, rate = chance.choice(list(NodeState)), chance.randint(0, 100)
            told = {"state": state, "local_rate": rate, "reason": "量过", "effective_on": today()}
            db.session.add(NodeJudgement(node_id=node.id, actor_id=person, **told))
        yield node


def chain_of(size: int) -> Chain:
    return db.session.scalars(select(Chain).where(Chain.code == f"MAP-{size}")).one()


def made(size: int) -> tuple[float, float]:
    """Milliseconds of the layout alone, and of the whole picture as SVG with its readings."""
    chain, asked = chain_of(size), MapAsked(today())
    of = drawn(chain, asked, SYSTEM)
    links = [
        MapLink(one.of.node.public_id, one.of.node.name, one.of.node.tier, None, 0, one.of.node.importance)
        for one in of.rows
    ]
    edges = [(curve.supplier, curve.buyer) for curve in of.layout.curves]

    sheet = current_app.jinja_env.get_template("chain_maps/picture.svg")

    def picture() -> str:
        return sheet.render(of=drawn(chain, asked, SYSTEM), states=Drawn.choices())

    return common.median_ms(lambda: laid_out(links, edges)), common.median_ms(picture)


def painted(page: Page, url: str) -> tuple[float, float]:
    """Milliseconds until the picture of the page stands, and until ECharts has drawn it."""
    page.goto(url)
    page.wait_for_selector("[data-drawn]")
    first, last = page.evaluate(
        """() => [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
            performance.getEntriesByName("map-drawn")[0].startTime]"""
    )
    return float(first), float(last)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default=",".join(map(str, SIZES)))
    sizes = tuple(int(size) for size in options.parse_args().sizes.split(","))
    with tempfile.TemporaryDirectory(prefix="bench-map-") as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'county.sqlite3'}"
        rows = []
        with (
            common.prepared(home, url, lambda: fill(sizes)) as browsers,
            make_run(Installation(home, url)) as (_root, address),
            running_browser() as chromium,
        ):
            ids = {size: chain_of(size).public_id for size in sizes}
            name, _, value = browsers[0].cookie.partition("=")
            context = chromium.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies([{"name": name, "value": value, "url": f"http://{address}"}])
            page = context.new_page()
            painted(page, f"http://{address}/chains/{ids[sizes[0]]}/map")
            for size in sizes:
                path = f"/chains/{ids[size]}/map"
                answered = common.median_ms(partial(fetched, address, browsers[0], path))
                seen = [painted(page, f"http://{address}{path}") for _ in range(OPENED)]
                first, last = (statistics.median(each) for each in zip(*seen, strict=True))
                rows.append((size, 2 * size, *made(size), answered, first, last))
            context.close()
    common.table(
        "产业链图谱（毫秒）", ("环节", "供应关系", "排布", "SVG", "页面", "看到图", "画完（ECharts）"), rows
    )
    size, last = rows[-1][0], rows[-1][-1]
    print("  " + common.goal(last <= GOAL_MS, f"{size} 个环节画完 ≤ {GOAL_MS} 毫秒，量得 {last:.0f}"))


if __name__ == "__main__":
    main()
