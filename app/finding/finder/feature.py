"""The global search."""

from app.core.records.feature import Feature
from app.finding.finder import cli, views

FEATURE = Feature(pages=(views.bp,), commands=(cli.group,))
