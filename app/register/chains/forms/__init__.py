"""Shape and labels of what is typed about chains."""

from app.register.chains.forms.shaping import MergeNodeForm, MoveNodeForm, RemoveNodeForm, SplitNodeForm
from app.register.chains.forms.typed import (
    BUYER,
    SUPPLIER,
    ChainForm,
    EndSupplyForm,
    JudgementForm,
    NodeForm,
    SupplyForm,
)

__all__ = [
    "BUYER",
    "SUPPLIER",
    "ChainForm",
    "EndSupplyForm",
    "JudgementForm",
    "MergeNodeForm",
    "MoveNodeForm",
    "NodeForm",
    "RemoveNodeForm",
    "SplitNodeForm",
    "SupplyForm",
]
