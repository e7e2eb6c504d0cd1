"""What the numbers of events mean, each with its rows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import true

from app.core.access.auth import Actor
from app.core.records.metrics import Metric, Rows, Told
from app.promotion.gatherings import queries
from app.promotion.gatherings.enums import GatheringFigure as F
from app.promotion.gatherings.models import Gathering
from app.promotion.gatherings.queries import GatheringAsked
from app.promotion.gatherings.queries.figures import FOLLOWED
from app.register.accounts.enums import Permission as P


@dataclass(frozen=True, kw_only=True, slots=True)
class GatheringMetric(Metric[GatheringAsked]):
    """A number of an event."""

    of: str = "招商活动"
    formula: str = "合于条件的有几个，每个只数一次"
    cohort: str = "这场活动名单上的客商"
    cut_off: str = "打开页面的那一刻"
    figure: F

    def rows(self, actor: Actor, question: GatheringAsked) -> Rows:
        return Rows(queries.guests_counted(self.figure, question, actor), true())


def _metric(figure: F, words: str, unit: str, reads: P = P.GATHERINGS_READ) -> GatheringMetric:
    code, name = f"gathering.{figure.value}", f"招商活动，{figure.label}"
    return GatheringMetric(code=code, name=name, figure=figure, words=words, unit=unit, reads=reads)


_AFTER = "活动最后一天以后的 {} 天里，有走访、接待、电话视频，或登记了线索；只算看的人看得到的"
OWN: tuple[GatheringMetric, ...] = (
    _metric(F.GUESTS, "名单上的人，请的和现场来的", "人"),
    _metric(F.CAME, "在门口签了到的人", "人"),
    _metric(F.COMPANIES, "签了到的人里，单位在企业库里的；几个人来算一家", "家"),
    _metric(F.FOLLOWED_30, f"签到的企业里，{_AFTER.format(30)}", "家", P.VISITS_READ),
    _metric(F.FOLLOWED_90, f"签到的企业里，{_AFTER.format(90)}", "家", P.VISITS_READ),
)
BY_FIGURE = {metric.figure: metric for metric in OWN}


@dataclass(frozen=True, slots=True)
class GatheringNumber:
    """A number of an event as its page prints it. `share` is of the companies that came; `due_on` is the day
    from which it changes no more, where that is still ahead.
    """

    told: Told
    label: str
    unit: str
    share: str
    due_on: date | None


def numbers_of(gathering: Gathering, actor: Actor, today: date) -> list[GatheringNumber]:
    """The numbers of an event that somebody may read."""
    asked = GatheringAsked(gathering)
    counted = {
        metric.figure: metric.rows(actor, asked).total().count for metric in OWN if actor.may(metric.reads)
    }
    companies = counted.get(F.COMPANIES, 0)
    return [_number(gathering, figure, count, companies, today) for figure, count in counted.items()]


def _number(gathering: Gathering, figure: F, count: int, companies: int, today: date) -> GatheringNumber:
    metric, within = BY_FIGURE[figure], FOLLOWED.get(figure)
    query = {"public_id": gathering.public_id, "figure": figure.value}
    told = Told(metric, count, None, "gatherings.figure", query)
    share = f"{count * 100 // companies}%" if within and companies else ""
    due = gathering.last_on + within if within else None
    return GatheringNumber(
        told, figure.label, metric.unit, share, due if due is not None and due >= today else None
    )
