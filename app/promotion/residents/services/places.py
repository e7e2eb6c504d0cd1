"""A place as somebody writes it."""

from app.core.values.errors import RuleBroken
from app.promotion.residents import rules
from app.register.reference.queries import read_division
from app.register.reference.rules import place_prefix


def city_code(text: str) -> str | None:
    """The city that was meant; a district is told as its city, since nobody is asked for more. Raises
    RuleBroken at the field `city`.
    """
    if not text:
        return None
    found = read_division(text)
    if found is None:
        raise RuleBroken({"city": f"没有找到「{text}」，写城市的名称，例如：苏州市"})
    if found.code.endswith("0000") and found.code[:2] not in rules.MUNICIPALITIES:
        raise RuleBroken({"city": f"「{found.name}」是一个省，写到市，例如：苏州市"})
    return place_prefix(found.code).ljust(6, "0")
