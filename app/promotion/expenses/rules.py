"""What is wrong with an expense or a budget as it was typed. Pure."""

from datetime import date

from app.core.values.money import WAN, in_words, in_yuan

LONGEST_NAME = 120
LONGEST_RECEIPT = 40
EARLIEST = date(2000, 1, 1)
MOST = 100 * WAN  # 元 of one expense: beyond it 元 and 万元 were most likely mixed up
LEAST_BUDGET = 1000  # 元 a year of one kind: below it as well
MOST_BUDGET = 5000 * WAN


def same_receipt(number: str) -> str:
    """A receipt number as it is compared and kept: without spaces, in capitals."""
    return "".join(number.split()).upper()


def problems(*, spent_on: date, amount: int, today: date) -> dict[str, str]:
    """Field -> sentence. `amount` in 元."""
    found = {}
    if spent_on > today:
        found["spent_on"] = f"支出日期最晚是今天（{today}）：花了再记"
    elif spent_on < EARLIEST:
        found["spent_on"] = f"支出日期早于 {EARLIEST.year} 年，看看年份"
    if amount <= 0:
        found["amount"] = "金额要大于 0；退回的钱，改原来那一笔"
    elif amount > MOST:
        found["amount"] = (
            f"一笔 {in_words(amount)}，超过了 {in_words(MOST)}：这里按元写，例如 856.50；"
            "确有这么多，就按票据分开记"
        )
    return found


def problems_of_budget(*, year: int, amount: int, today: date) -> dict[str, str]:
    """The same of what is given for a year, in 元; 0 takes back what was given."""
    if not today.year - 5 <= year <= today.year + 1:
        return {"": f"预算只定 {today.year - 5} 到 {today.year + 1} 年的"}
    if 0 < amount < LEAST_BUDGET:
        return {
            "amount": f"全年 {in_yuan(amount)}，是不是「万元」？写 {amount}万，或者写够 {LEAST_BUDGET} 元"
        }
    if amount > MOST_BUDGET:
        return {
            "amount": f"全年 {in_words(amount)}，是不是把「元」写成了「万元」？最多 {in_words(MOST_BUDGET)}"
        }
    return {}
