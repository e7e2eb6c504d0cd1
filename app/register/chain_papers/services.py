"""Kinds are added, changed, archived; versions are uploaded, put right, archived. Never commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.versions import archived, claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import files
from app.register.accounts.enums import Permission as P
from app.register.chain_papers import policy, queries, rules
from app.register.chain_papers.enums import PaperForm
from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chain_papers.sources import PAPER_SOURCES
from app.register.chains.models import Chain

NOT_THEIR_KIND = "产业链有哪些图和清单由招商局负责人来定"
NOT_THEIRS = "图和清单由招商干部和招商局负责人来传"
NO_FILE = "选一个文件"


@dataclass(frozen=True, slots=True)
class KindData:
    """What is typed about a kind; `source` is FILE or a code of PAPER_SOURCES."""

    name: str
    form: PaperForm
    source: str = rules.FILE
    position: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperData:
    """What is typed about a version besides its kind."""

    as_of: date
    note: str = ""


# --- kinds -------------------------------------------------------------------------------------------


def add_kind(data: KindData) -> PaperKind:
    """The county keeps one more. Raises NotAllowed, and RuleBroken, also where the name is in use."""
    _begin()
    return _add(data, queries.names_in_use())


def _add(data: KindData, in_use: Collection[str], *, is_example: bool = False) -> PaperKind:
    if problem := rules.problem_of_count(len(in_use)):
        raise RuleBroken({"name": problem})
    kind = PaperKind(is_example=is_example, source=rules.FILE)
    _write_kind(kind, data, in_use)
    db.session.add(kind)
    db.session.flush()
    return kind


def change_kind(kind: PaperKind, seen: int | None, data: KindData) -> None:
    """Raises as `add_kind` does, and Stale when somebody saved since."""
    _begin()
    claim(kind, seen or 0, fixed=lambda: archived(kind))
    must_be_live(kind)
    if data.source != kind.source and kind.source == rules.FILE and queries.has_papers(kind):
        raise RuleBroken({"source": "已经有人传过文件，来源不能改；要从系统里来，归档这一项再新加"})
    _write_kind(kind, data, queries.names_in_use(but=kind))
    db.session.flush()


def load_examples() -> list[PaperKind]:
    """Adds 四图五清单, labelled as examples and the county's own to change; what it has under a name stays as
    it is. Raises NotAllowed, and RuleBroken where there would be too many.
    """
    _begin()
    names = queries.names_in_use()
    last = max((kind.position for kind in queries.kinds_in_use()), default=0)
    added = list[PaperKind]()
    for example in (each for each in rules.EXAMPLES if each.name not in names):
        source = example.source if example.source in PAPER_SOURCES else rules.FILE
        position = min(last + len(added) + 1, rules.LAST)
        data = KindData(example.name, example.form, source, position, example.note)
        added.append(_add(data, [*names, *(kind.name for kind in added)], is_example=True))
    return added


def _begin() -> None:
    if not policy.may_set(require_actor()):
        raise NotAllowed(NOT_THEIR_KIND)
    wait_turn(Turn.PAPER_KINDS)  # before the row: its name is judged beside those of others


def _write_kind(kind: PaperKind, data: KindData, others: Collection[str]) -> None:
    problems = {}
    if problem := rules.problem_of_name(data.name, others):
        problems["name"] = problem
    if data.source not in (rules.FILE, kind.source) and data.source not in PAPER_SOURCES:
        problems["source"] = "没有这个来源，请从列表里选"
    if problems:
        raise RuleBroken(problems)
    kind.name, kind.form, kind.source = data.name, data.form, data.source
    kind.position, kind.note = data.position, data.note


def _comes_back_alone(kind: PaperKind) -> None:
    """One that comes back must not have the name of another one by now."""
    if kind.is_archived:
        return
    wait_turn(Turn.PAPER_KINDS)
    others = queries.names_in_use(but=kind)
    if problem := rules.problem_of_name(kind.name, others) or rules.problem_of_count(len(others)):
        raise RuleBroken(problem)


KINDS = Archiving(
    right=P.CHAINS_WRITE,
    found=queries.get_kind,
    may=policy.may_set,
    refusal=NOT_THEIR_KIND,
    follow=_comes_back_alone,
)


# --- versions ----------------------------------------------------------------------------------------


def add_paper(chain: Chain, kind: PaperKind, data: PaperData, file: files.Stored | None) -> ChainPaper:
    """A version for a chain with its file, in the name of who acts. Raises NotAllowed and RuleBroken."""
    actor = require_actor()
    if actor.person_id is None or not policy.may_upload(actor, chain):
        must_be_live(chain)
        raise NotAllowed(NOT_THEIRS)
    problems = _problems(data)
    if kind.is_archived or kind.source != rules.FILE:
        problems["kind"] = "选一项在用的、来源是上传文件的"
    if file is None:
        problems["file"] = NO_FILE
    if problems or file is None:
        raise RuleBroken(problems)
    paper = ChainPaper(chain=chain, kind=kind, author_id=actor.person_id)
    paper.as_of, paper.note = data.as_of, data.note
    db.session.add(paper)
    db.session.flush()
    files.attach(file, subject_of(paper))
    db.session.flush()
    return paper


def change_paper(paper: ChainPaper, seen: int | None, data: PaperData) -> None:
    """Its day and its note. Raises NotAllowed, RuleBroken, and Stale when somebody saved since."""
    if not policy.may_write(require_actor(), paper):
        must_be_live(paper.chain)
        raise NotAllowed(NOT_THEIRS)
    claim(paper, seen or 0, fixed=lambda: archived(paper))
    must_be_live(paper)
    if problems := _problems(data):
        raise RuleBroken(problems)
    paper.as_of, paper.note = data.as_of, data.note
    db.session.flush()


def _problems(data: PaperData) -> dict[str, str]:
    problem = rules.problem_of_day(data.as_of, today())
    return {"as_of": problem} if problem else {}


PAPERS = Archiving(
    right=P.PLACEMENTS_DECIDE,
    found=queries.get_paper,
    may=policy.may_write,
    refusal=NOT_THEIRS,
)
