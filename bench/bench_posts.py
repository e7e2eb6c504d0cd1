"""Lists at 30,000 leads of an officer without a post of a chain, of one with a post, and of the head.

The chain has one company in twenty, each confirmed by a person. Whoever holds a post sees its leads beside
those of their unit: the scope of each list has one condition more, an IN over a subquery, and half as many
rows again hold. Nobody else's has it. Server time, in turns, beside the officer without a post.
"""

import argparse
import time
from datetime import date

import _common as common
from flask.testing import FlaskClient

from app.core.storage.db import db
from app.core.values.clock import now, today
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, User, UserRole
from app.register.chains.enums import ChainTier
from app.register.chains.models import Chain, ChainNode
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost

TIMES = 20
ONE_IN = 20
GOAL = 1.25  # of the officer without a post, at the median over all pages
OFFICER, CHARGED = 2, 3  # people of the same unit once they are moved there
PAGES = (
    "/leads?view=all",
    "/leads?view=all&sort=-amount",
    "/leads?view=all&page=20",
    "/leads?view=all&q=新材料",
    "/funnel",
)


def officer(person_id: int) -> User:
    """An officer of the second unit."""
    user = User(
        login=f"officer{person_id}", person_id=person_id, password_hash="none", must_change_password=False
    )
    user.grants = [UserRole(role=Role.OFFICER)]
    db.session.get_one(Person, person_id).unit_id = 2
    db.session.add(user)
    db.session.commit()
    return user


def charge(person_id: int, companies: int) -> int:
    """A chain with one company in twenty, and a post for this person; how many companies."""
    chain = Chain(code="BENCH", name="测量产业链")
    db.session.add(chain)
    db.session.flush()
    node = ChainNode(chain_id=chain.id, code="B-1", live_code="B-1", name="环节", tier=ChainTier.MIDSTREAM)
    db.session.add(node)
    db.session.flush()
    since: date = today()
    rows = [
        NodePlacement(
            node_id=node.id,
            enterprise_id=number,
            state=PlacementState.CONFIRMED,
            hits=[],
            proposed_on=since,
            decided_at=now(),
        )
        for number in range(1, companies + 1, ONE_IN)
    ]
    db.session.add_all(rows)
    db.session.add(ChainPost(chain_id=chain.id, person_id=person_id, post=PostKind.LEADER, starts_on=since))
    db.session.commit()
    return len(rows)


def served(client: FlaskClient, url: str) -> float:
    """Milliseconds of one answer."""
    begun = time.perf_counter()
    status = common.separately(lambda: client.get(url).status_code)
    assert status == 200, f"{url}: {status}"
    return (time.perf_counter() - begun) * 1000


def median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def measure(name: str, url: str, rows: int, times: int) -> None:
    with common.county(url) as app:
        head = common.people()
        common.fill_enterprises(rows)
        common.fill_leads(rows, rows)
        users = officer(OFFICER), officer(CHARGED), head
        companies = charge(CHARGED, rows)
        common.analyse()
        readers = [common.reader(app, user) for user in users]
        lines, shares = [], []
        for page in PAGES:
            turns = [[served(reader, page) for reader in readers] for _ in range(times + 1)][1:]
            without, charged, whole = (list(each) for each in zip(*turns, strict=True))
            shares.append(median(charged) / median(without))
            told = [[median(each), common.p95(each)] for each in (without, charged, whole)]
            lines.append([page, *(number for pair in told for number in pair)])
    title = f"{rows:,} 条线索，链上 {companies:,} 家企业，{name}（毫秒，服务端，轮流）"
    common.table(title, ("", "没有职务 中位", "p95", "有职务 中位", "p95", "看全县 中位", "p95"), lines)
    share = median(shares)
    print("  " + common.goal(share <= GOAL, f"各页与没有职务的比，中位 ≤ {GOAL}，测得 {share:.2f}"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=30_000)
    options.add_argument("--times", type=int, default=TIMES)
    chosen = options.parse_args()
    common.engines(
        lambda: measure("SQLite", "", chosen.rows, chosen.times),
        lambda url: measure("PostgreSQL", url, chosen.rows, chosen.times),
    )


if __name__ == "__main__":
    main()
