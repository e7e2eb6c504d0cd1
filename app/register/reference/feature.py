"""Industries and divisions, as the state numbers them."""

from app.core.records.feature import Feature
from app.register.reference import views
from app.register.reference.cli import reference

FEATURE = Feature(pages=(views.bp,), commands=(reference,))
