"""Reads of kinds and of the versions of each chain."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.core.records.typed import contains_any
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.core.web.files import StoredFile
from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chain_papers.rules import FILE

_OF_PAPER = (joinedload(ChainPaper.chain), joinedload(ChainPaper.kind), joinedload(ChainPaper.author))
_NEWEST = (ChainPaper.as_of.desc(), ChainPaper.id.desc())


def get_kind(public_id: str) -> PaperKind:
    """The kind with this id, also an archived one; NotFound otherwise."""
    query = select(PaperKind).where(PaperKind.public_id == public_id)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_paper(public_id: str) -> ChainPaper:
    """The version with this id, also an archived one; NotFound otherwise."""
    query = select(ChainPaper).where(ChainPaper.public_id == public_id).options(*_OF_PAPER)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def kinds_in_use() -> Sequence[PaperKind]:
    """The kinds that the county keeps, in its order."""
    query = select(PaperKind).where(PaperKind.archived_at.is_(None))
    return db.session.scalars(query.order_by(PaperKind.position, PaperKind.id)).all()


def names_in_use(but: PaperKind | None = None) -> list[str]:
    """The names of these as they are by now, but for one."""
    query = select(PaperKind.name).where(PaperKind.archived_at.is_(None))
    with db.session.no_autoflush:
        return list(db.session.scalars(query if but is None else query.where(PaperKind.id != but.id)))


def old_kinds() -> Sequence[PaperKind]:
    """Those that it keeps no more, the latest first, at most BESIDE."""
    query = select(PaperKind).where(PaperKind.archived_at.is_not(None))
    return db.session.scalars(query.order_by(PaperKind.archived_at.desc(), PaperKind.id).limit(BESIDE)).all()


def has_papers(kind: PaperKind) -> bool:
    """Whether somebody has uploaded a version of a kind."""
    query = select(ChainPaper.id).where(ChainPaper.kind_id == kind.id, ChainPaper.is_kept()).limit(1)
    return db.session.scalar(query) is not None


@dataclass(frozen=True, slots=True)
class NewestPaper:
    """The version that counts, its files, and whether there are others before it."""

    paper: ChainPaper
    files: Sequence[StoredFile]
    has_older: bool


def newest_of(chain_id: int) -> dict[int, NewestPaper]:
    """Of each kind (inner id) the version of a chain that counts: that of the latest day, of these the one
    that was uploaded last.
    """
    place = func.row_number().over(partition_by=ChainPaper.kind_id, order_by=_NEWEST).label("place")
    of_chain = select(ChainPaper.id, place).where(ChainPaper.chain_id == chain_id, ChainPaper.is_kept())
    ranked = of_chain.subquery()
    query = select(ChainPaper, ranked.c.place).join(ranked, ranked.c.id == ChainPaper.id)
    rows = db.session.execute(query.where(ranked.c.place <= 2).options(*_OF_PAPER)).all()
    newest = [paper for paper, place in rows if place == 1]
    older = {paper.kind_id for paper, place in rows if place > 1}
    files = files_of(newest)
    return {
        paper.kind_id: NewestPaper(paper, files.get(paper.public_id, ()), paper.kind_id in older)
        for paper in newest
    }


def files_of(papers: Iterable[ChainPaper]) -> Mapping[str, Sequence[StoredFile]]:
    """The files of some versions, by their public ids, in the order in which they were added."""
    found: dict[str, list[StoredFile]] = defaultdict(list)
    ids = [paper.public_id for paper in papers]
    query = select(StoredFile).where(
        StoredFile.owner_kind == ChainPaper.__tablename__,
        StoredFile.owner_id.in_(ids),
        StoredFile.taken_off_at.is_(None),
    )
    for row in db.session.scalars(query.order_by(StoredFile.id)) if ids else ():
        found[row.owner_id].append(row)
    return found


def versions_beside(paper: ChainPaper) -> Sequence[ChainPaper]:
    """All versions of the same kind and chain, archived ones as well, the newest first, at most BESIDE."""
    query = select(ChainPaper).where(
        ChainPaper.chain_id == paper.chain_id, ChainPaper.kind_id == paper.kind_id
    )
    return db.session.scalars(query.options(*_OF_PAPER).order_by(*_NEWEST).limit(BESIDE)).all()


def file_kinds() -> list[PaperKind]:
    """The kinds in use of which files are uploaded."""
    return [kind for kind in kinds_in_use() if kind.source == FILE]


def papers_by_id(public_ids: Collection[str]) -> Sequence[ChainPaper]:
    """Some versions, by their public ids."""
    return db.session.scalars(
        select(ChainPaper).where(ChainPaper.public_id.in_(public_ids)).options(*_OF_PAPER)
    ).all()


def kinds_naming(sought: Sought) -> Sequence[PaperKind]:
    """The kinds whose texts name somebody."""
    known = PaperKind.public_id.in_(sought.known_of(PaperKind.__tablename__))
    texts = (PaperKind.name, PaperKind.note, PaperKind.archive_reason)
    query = select(PaperKind).where(or_(contains_any(sought.words, *texts), known))
    return db.session.scalars(query.order_by(PaperKind.id).limit(BESIDE)).all()


def papers_naming(sought: Sought) -> Sequence[ChainPaper]:
    """The versions whose texts name somebody."""
    known = ChainPaper.public_id.in_(sought.known_of(ChainPaper.__tablename__))
    says = or_(contains_any(sought.words, ChainPaper.note, ChainPaper.archive_reason), known)
    query = select(ChainPaper).where(says).options(*_OF_PAPER)
    return db.session.scalars(query.order_by(ChainPaper.id.desc()).limit(BESIDE)).all()
