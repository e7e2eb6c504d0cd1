"""What the job proposes, a batch of companies at a time: new rows, better evidence, proposals that no longer
hold. Rows that a person has decided on stay as they are, but for a refusal of which more is known.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.storage.bulk import insert_rows
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.register.placements import queries, rules
from app.register.placements.enums import PlacementSource, PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.rules import Proposed, WordHit


@dataclass(frozen=True, slots=True)
class CompanyJudged:
    """A company (inner id), what was known of it (digest), and the links that speak to it."""

    enterprise_id: int
    known: str
    proposed: tuple[Proposed, ...]


@dataclass(slots=True)
class Outcome:
    """What came of judging companies."""

    judged: int = 0
    proposed: int = 0
    again: int = 0  # refused before, and more is known by now
    changed: int = 0
    withdrawn: int = 0

    def add(self, other: "Outcome") -> None:
        self.judged += other.judged
        self.proposed += other.proposed
        self.again += other.again
        self.changed += other.changed
        self.withdrawn += other.withdrawn


def keep_proposed(judged: Sequence[CompanyJudged], engine: str) -> Outcome:
    """Keeps what was found of some companies, each of them judged against all links."""
    wait_turn(Turn.PLACEMENTS)
    rows: dict[int, list[NodePlacement]] = {}
    for row in queries.of_companies([one.enterprise_id for one in judged]):
        rows.setdefault(row.enterprise_id, []).append(row)
    outcome, fresh = Outcome(judged=len(judged)), list[dict[str, Any]]()
    for one in judged:
        fresh += _keep_of(one, rows.get(one.enterprise_id, ()), engine, outcome)
    db.session.flush()
    insert_rows(NodePlacement, fresh, action="node_placement.create", summary="系统建议")
    outcome.proposed = len(fresh)
    return outcome


def _keep_of(
    one: CompanyJudged, rows: Collection[NodePlacement], engine: str, outcome: Outcome
) -> list[dict[str, Any]]:
    """Of one company; what is new comes back as rows to be inserted."""
    wanted, homes = {each.node_id: each for each in one.proposed}, queries.homes()
    open_rows = [row for row in rows if row.state is PlacementState.PROPOSED and row.decided_at is None]
    for row in rows:
        if row in open_rows:
            continue
        each = wanted.pop(homes.get(row.node_id, row.node_id), None)
        if each and _is_news(row, one, each) and row.node_id == each.node_id:
            _write(row, each, engine)
            row.state, row.was_refused = PlacementState.PROPOSED, True
            outcome.again += 1
    for row in open_rows:
        each = wanted.pop(row.node_id, None)
        if each is None:
            db.session.delete(row)
            outcome.withdrawn += 1
        else:
            outcome.changed += _write(row, each, engine)
    return [_fresh(one, each, engine) for each in wanted.values()]


def _is_news(row: NodePlacement, one: CompanyJudged, each: Proposed) -> bool:
    return row.state is PlacementState.REFUSED and rules.is_new_evidence(
        row.known_then, one.known, WordHit.read(row.hits), each.hits
    )


def _write(row: NodePlacement, each: Proposed, engine: str) -> bool:
    """The evidence as it is by now; whether it is another one than before."""
    told: Mapping[str, Any] = _evidence(each, engine)
    if all(getattr(row, name) == value for name, value in told.items()):
        return False
    for name, value in told.items():
        setattr(row, name, value)
    row.proposed_on = today()
    return True


def _evidence(each: Proposed, engine: str) -> dict[str, Any]:
    return {"score": each.score, "hits": WordHit.kept(each.hits), "engine": engine}


def _fresh(one: CompanyJudged, each: Proposed, engine: str) -> dict[str, Any]:
    return _evidence(each, engine) | {
        "node_id": each.node_id,
        "enterprise_id": one.enterprise_id,
        "state": PlacementState.PROPOSED,
        "source": PlacementSource.ENGINE,
        "proposed_on": today(),
        "known_then": "",
        "was_refused": False,
        "note": "",
    }
