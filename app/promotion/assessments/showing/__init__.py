"""How scores are shown: the rows behind a number, a ranking as a workbook and as a Word document."""

from app.promotion.assessments.showing.files import as_document, as_workbook
from app.promotion.assessments.showing.inputs import ShownInput, ShownInputs, shown_inputs

__all__ = ["ShownInput", "ShownInputs", "as_document", "as_workbook", "shown_inputs"]
