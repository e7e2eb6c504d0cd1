"""Pages of signs: one, its forms; and what other pages show of them."""

from app.register.signs.views import entering
from app.register.signs.views.blueprint import bp
from app.register.signs.views.lines import KIND, named_in, of_companies, related_to

__all__ = ["KIND", "bp", "entering", "named_in", "of_companies", "related_to"]
