"""What the parts of these pages share."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chains.models import Chain

bp = Blueprint("chain_papers", __name__)
kinds_bp = Blueprint("paper_kinds", __name__)
Answer = str | Response | tuple[str, int]


def page_of_chain(chain: Chain) -> str:
    return url_for("chains.detail", public_id=chain.public_id)


def page_of(paper: ChainPaper) -> str:
    return url_for("chain_papers.detail", public_id=paper.public_id)


def page_of_kind(kind: PaperKind) -> str:
    return url_for("paper_kinds.detail", public_id=kind.public_id)
