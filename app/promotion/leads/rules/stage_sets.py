"""What a version of the stages may say."""

from collections.abc import Mapping
from unicodedata import normalize

from app.promotion.leads.enums import LeadStage


def name_field(stage: LeadStage) -> str:
    """Under what the name of a stage is typed and refused."""
    return f"label_{stage.value}"


def problems_of_names(names: Mapping[LeadStage, str]) -> dict[str, str]:
    """Two stages of one name could not be told apart on any page: the refusal, by the field of the second."""
    taken: dict[str, LeadStage] = {}
    found = {}
    for stage, name in names.items():
        first = taken.setdefault(normalize("NFKC", name).casefold(), stage)
        if first is not stage:
            found[name_field(stage)] = f"「{name}」已经是「{first.label}」那一步的名称，换一个"
    return found
