"""A chain's file: written, read, brought in. Never commits."""

from app.exchange.chain_files.services.bringing import bring_in
from app.exchange.chain_files.services.reading import ENDINGS, read_file
from app.exchange.chain_files.services.writing import as_json, as_workbook, template

__all__ = ["ENDINGS", "as_json", "as_workbook", "bring_in", "read_file", "template"]
