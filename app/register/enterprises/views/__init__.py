"""Pages of the company library and of its contacts: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.register.enterprises.views import archiving, contacts, detail, duplicates, editing, erasing, options
from app.register.enterprises.views.blueprint import bp
from app.register.enterprises.views.lines import KIND
from app.register.enterprises.views.named import named_in

__all__ = [
    "KIND",
    "archiving",
    "bp",
    "contacts",
    "detail",
    "duplicates",
    "editing",
    "erasing",
    "named_in",
    "options",
]
