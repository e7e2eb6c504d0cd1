"""Who may see a step: unit, team and confidentiality of what it came from, and the people named on it."""

from app.core.access.scopes import Access
from app.promotion.steps.models import Step

STEP_ACCESS = Access(Step)
visible, may_see = STEP_ACCESS.visible, STEP_ACCESS.may_see
