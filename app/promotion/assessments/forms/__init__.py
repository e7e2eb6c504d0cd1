"""Shape and labels of what is typed about assessments."""

from app.promotion.assessments.forms.schemes import ItemForm, SchemeForm, StartForm
from app.promotion.assessments.forms.scores import EntryForm, ObjectionForm, RulingForm, quantity_of

__all__ = [
    "EntryForm",
    "ItemForm",
    "ObjectionForm",
    "RulingForm",
    "SchemeForm",
    "StartForm",
    "quantity_of",
]
