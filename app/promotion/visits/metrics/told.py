"""What the numbers of visits mean that are told beside their list."""

from app.promotion.visits.listing import VISITS

HELD = VISITS.narrowed(
    code="visit.held",
    name="走访",
    words="日期在所选日期之内的外出拜访、来访接待和电话视频；「我的」是本人记的或参加的，不含已归档的",
    cohort="按走访日期分批，按当时参加的人",
)
OWN = (HELD,)
