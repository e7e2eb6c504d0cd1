"""What searching costs whoever searches."""

from app.core.web.budgets import MINUTE, Budget, declare

# Twice as many as somebody can read. Typing cannot reach the other: a box asks 150 ms after the last key at
# the soonest (static/js/suggest.js), which is 400 a minute.
SEARCHES = declare(Budget("searches", "搜索", "次", MINUTE, 120, is_open_when_busy=True, at_once=10))
SUGGESTIONS = declare(
    Budget(
        "suggestions",
        "输入时的提示",
        "次",
        MINUTE,
        450,
        is_open_when_busy=True,
        at_once=20,
        advice="写完以后照样可以提交",
    )
)
