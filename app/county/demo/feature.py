"""The invented county."""

from app.core.records.feature import Feature
from app.county.demo import cli

FEATURE = Feature(commands=(cli.group,))
