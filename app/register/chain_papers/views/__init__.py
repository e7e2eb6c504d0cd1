"""Pages of kinds and versions, and what other pages show of them."""

from app.register.chain_papers.views import kinds, papers
from app.register.chain_papers.views.blueprint import bp, kinds_bp
from app.register.chain_papers.views.lines import KIND, companies_of, named_in, on_chain

__all__ = ["KIND", "bp", "companies_of", "kinds", "kinds_bp", "named_in", "on_chain", "papers"]
