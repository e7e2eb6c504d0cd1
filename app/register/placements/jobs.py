"""Proposes links for companies: every night, and after each import those that are new or have changed. Learns
once what is common among the county's companies, then judges them in batches. Commits after each batch.
"""

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db, reading_apart
from app.core.work.jobs import Job, Progress, enqueue
from app.register.chains.models import ChainNode
from app.register.placements import queries, services
from app.register.placements.placing import ENGINE, Placing, words_of_links
from app.register.placements.services import Begun, CompanyJudged, Outcome
from app.register.reference.queries import all_industry_names

PROPOSE = "placements.propose"
BATCH = 500
# What is common among so many says as much as the whole library, and is learned in seconds.
LEARNED_FROM = 20_000


def propose(progress: Progress | None = None) -> Outcome:
    """Judges the companies that are to be judged. Where it was interrupted it goes on the next time; where
    another process judges at the same moment it leaves the rest to that one.
    """
    outcome = Outcome()
    with reading_apart():
        nodes = queries.nodes_to_judge()
        judged_by = words_of_links(nodes)
    if not nodes:
        return outcome
    with acting_as(SYSTEM):
        run: Begun | None = services.begin(judged_by)
        db.session.commit()
        placing: Placing | None = None
        while run is not None:
            with reading_apart():
                ids = queries.changed_companies(run.after_id, run.since, BATCH)
                placing = placing or (_learned() if ids else None)
                found = _judged(placing, ids) if placing else []
            if not ids:
                services.end(run)
                db.session.commit()
                return outcome
            run = _keep(run, ids[-1], found, outcome)
            if progress:
                progress.report(outcome.judged)
    return outcome


def _learned() -> Placing:
    nodes: list[ChainNode] = queries.nodes_to_judge()
    return Placing(nodes, queries.sample_of_companies(LEARNED_FROM), all_industry_names())


def _judged(placing: Placing, ids: list[int]) -> list[CompanyJudged]:
    return [
        CompanyJudged(company.id, company.digest, placing.proposed(company))
        for company in queries.known_companies(ids)
    ]


def _keep(run: Begun, to_id: int, found: list[CompanyJudged], outcome: Outcome) -> Begun | None:
    """Writes a batch together with how far it brings the run: both or neither."""
    kept = services.keep_proposed(found, ENGINE)
    further = services.advance(run, to_id)
    if further is None:
        db.session.rollback()
        return None
    db.session.commit()
    outcome.add(kept)
    return further


def ask() -> None:
    """Asks for it once the transaction under way is committed; nothing where the county has no links."""
    if queries.nodes_to_judge():
        enqueue(PROPOSE, "给新导入的企业找产业链环节", {})


def run_proposing(_job: Job, progress: Progress) -> dict[str, int]:
    """Handler of the job `placements.propose`."""
    outcome = propose(progress)
    return {"judged": outcome.judged, "proposed": outcome.proposed}
