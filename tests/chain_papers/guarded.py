"""What maps and lists of chains give the guards over the whole app, as parts of chains: they have no list of
their own.
"""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.register.accounts.models import Person
from app.register.chain_papers.enums import PaperForm
from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chains.models import Chain
from tests.house.acting import ALL, DENIED, REASON, REFUSED, Act, Sight, Tried, both, in_days, typed

OF_PAPER = {"kind": "chain_paper"}
# They are the whole county's: whoever gets to a route gets to every version.
HEADS: Sight = both({"HEAD": ALL})
TELLERS: Sight = both({"HEAD": ALL, "OFF": ALL})
# Files hang on any record: who may add them elsewhere is refused here.
EVERYBODY_WITH_FILES: Sight = both({"HEAD": ALL, "OFF": ALL, "RES": ALL})


def _kind(name: str) -> PaperKind:
    row = PaperKind(name=name, form=PaperForm.MAP, position=1, note="储能")
    db.session.add(row)
    db.session.flush()
    return row


def _paper(chain: Chain, kind: PaperKind, author_id: int) -> ChainPaper:
    row = ChainPaper(chain_id=chain.id, kind_id=kind.id, as_of=today(), note="储能", author_id=author_id)
    db.session.add(row)
    db.session.flush()
    return row


def filled(chain: Chain, author_id: int) -> None:
    """A kind more each time, with a version of a chain; and one more of the first kind."""
    number = db.session.scalar(select(func.count()).select_from(PaperKind)) or 0
    kind = _kind(f"图{number}")
    first = db.session.scalars(select(PaperKind).order_by(PaperKind.id)).first() or kind
    _paper(chain, first, author_id)
    _paper(chain, kind, author_id)


def shared(chain: Chain, author_id: int) -> Mapping[str, Record]:
    number = 100 + (db.session.scalar(select(func.count()).select_from(PaperKind)) or 0)
    kind, old_kind = _kind(f"图{number}"), _kind(f"旧图{number}")
    row, old = _paper(chain, kind, author_id), _paper(chain, kind, author_id)
    old.archived_at = old_kind.archived_at = now()
    db.session.flush()
    return {"paper": row, "old paper": old, "paper kind": kind, "old paper kind": old_kind}


def paper_of(chain: Chain) -> ChainPaper:
    return db.session.scalars(select(ChainPaper).where(ChainPaper.chain_id == chain.id)).first() or _paper(
        chain, _kind("图"), db.session.scalars(select(Person.id)).first() or 0
    )


def _today(_tried: Tried) -> str:
    return in_days(0)


def _kind_of(tried: Tried) -> str:
    return tried.records["paper kind"].public_id


KIND_FORM = typed(name="区域分布图", form="map", source="file", position="2", note="")
PAPER_FORM = typed(as_of=_today, note="专班审过")

FILLS = {
    "chain_papers.PaperKindForm": (PaperKind,),
    "chain_papers.NewPaperForm": (ChainPaper,),
    "chain_papers.EditPaperForm": (ChainPaper,),
}
BY_ANOTHER_NAME = {"chain_papers.NewPaperForm.kind": ChainPaper.kind_id}
QUESTIONS = frozenset({"chain_papers.NewPaperForm.file"})
ACTS = {
    "chain_papers.load_examples": Act("", HEADS),
    "paper_kinds.create": Act("", HEADS, KIND_FORM),
    "paper_kinds.update": Act("paper kind", HEADS, KIND_FORM),
    "paper_kinds.archive": Act("paper kind", HEADS, REASON),
    "paper_kinds.restore": Act("old paper kind", HEADS),
    "chain_papers.create": Act(
        "chain",
        TELLERS,
        typed(kind=_kind_of, as_of=_today, note=""),
        outcome=REFUSED,  # without a file
    ),
    "chain_papers.update": Act("paper", TELLERS, PAPER_FORM),
    "chain_papers.archive": Act("paper", TELLERS, REASON),
    "chain_papers.restore": Act("old paper", TELLERS),
    "attachments.create#of a paper": Act(
        "paper",
        EVERYBODY_WITH_FILES,
        outcome=REFUSED,
        but={"* RES *": DENIED},
        arguments=OF_PAPER,
    ),
}
