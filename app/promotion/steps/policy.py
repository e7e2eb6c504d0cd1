"""Who may see a step: unit, team and confidentiality of what it came from, who is charged with a chain of its
company, and the people named on it.
"""

from app.core.access.scopes import Access, Charged
from app.promotion.steps.models import Step
from app.register.placements.queries import IN_CHAIN

STEP_ACCESS = Access(Step, charged=Charged(Step.enterprise_id, IN_CHAIN))
visible, may_see = STEP_ACCESS.visible, STEP_ACCESS.may_see
