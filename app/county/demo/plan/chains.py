"""Two example chains as the bureau has judged them: at a meeting of a year ago, some links anew since."""

from functools import partial
from typing import NamedTuple

from app.core.values.workdays import working_day_after
from app.county.demo.acts import Deed, GivePost, JudgeNode, LoadChains, PlanNode
from app.county.demo.calendar import DAY, Story
from app.county.demo.plan.telling import BEGIN, FIELD, PAPER, Telling
from app.register.chains.enums import NodeAction, NodeState
from app.register.posts.enums import PostKind

HEAD = "hanzhixing"
LOADED, FIRST, AGAIN = 420, 400, 75  # days ago
A_DAY = 6  # links entered in one day after the meeting
CODES = ("NEV", "FOOD")
_MEETING = "全县产业链研究会会议纪要"
_ROUND = "工信局和经开区逐家走访后汇总"
MISSING, WEAK, STRONG = NodeState
FILL, STRENGTHEN, EXTEND = NodeAction
Stood = tuple[NodeState, int | None, str]  # state, share bought here in %, why


class Link(NamedTuple):
    """A link of a chain: how important, what is planned, how it stood at the meeting and how since."""

    code: str
    importance: int
    action: NodeAction | None
    stood: Stood
    since: Stood | None = None


LINKS: tuple[Link, ...] = (
    Link("NEV-01", 3, None, (MISSING, 0, "县内和周边都没有矿，锂盐全部外购，不打算补")),
    Link("NEV-02", 5, FILL, (MISSING, 0, "电芯厂一年用正极材料上万吨，全从外省买")),
    Link(
        "NEV-03",
        4,
        STRENGTHEN,
        (WEAK, 25, "有一家石墨化加工，没有成品负极"),
        (WEAK, 35, "二期投产，还差包覆工序"),
    ),
    Link("NEV-04", 3, FILL, (MISSING, 0, "化工园区没有通过认定，电解液一直进不来")),
    Link("NEV-05", 4, FILL, (MISSING, 5, "只有一家做分切，基膜全部外购")),
    Link(
        "NEV-06",
        4,
        STRENGTHEN,
        (WEAK, 40, "结构件够用，铜箔要买"),
        (STRONG, 70, "铜箔项目达产，结构件能供外县"),
    ),
    Link("NEV-07", 5, STRENGTHEN, (STRONG, 60, "两家电芯厂，是全县的链主")),
    Link("NEV-08", 3, EXTEND, (WEAK, 20, "只有一家做小电机，电控没有企业做")),
    Link("NEV-09", 3, STRENGTHEN, (WEAK, 45, "压铸有三家，热管理只有一家")),
    Link("NEV-10", 3, None, (STRONG, 65, "线束企业多，能供周边整车厂")),
    Link("NEV-11", 2, None, (MISSING, None, "电芯厂的设备都是整线买的，本地配套率还没摸清")),
    Link("NEV-12", 4, EXTEND, (WEAK, 30, "只有一家专用车改装")),
    Link("NEV-13", 2, None, (STRONG, 80, "充电桩装配和运营都有本地企业")),
    Link("NEV-14", 4, FILL, (MISSING, 0, "电芯厂的废料运到外省处理"), (WEAK, 15, "拆解线已投产，再生还没有")),
    Link("FOOD-01", 4, STRENGTHEN, (STRONG, 85, "粮油、蔬菜基地连片")),
    Link("FOOD-02", 4, STRENGTHEN, (STRONG, 75, "生猪和肉鸡养殖量大，规模场占六成")),
    Link("FOOD-03", 3, None, (WEAK, 50, "饲料厂两家，动保全部外购")),
    Link("FOOD-04", 3, FILL, (MISSING, 5, "酵母、香精、甜味剂都从外省买")),
    Link("FOOD-05", 4, None, (STRONG, 90, "面粉、大米、食用油都有骨干企业")),
    Link("FOOD-06", 4, STRENGTHEN, (WEAK, 40, "有屠宰，深加工少"), (STRONG, 65, "冷鲜肉二期投产")),
    Link("FOOD-07", 3, EXTEND, (WEAK, 30, "乳品只有一家，饮料靠代工")),
    Link("FOOD-08", 2, None, (STRONG, 60, "白酒、酱醋有老字号")),
    Link("FOOD-09", 3, EXTEND, (WEAK, 35, "小厂多，没有全国牌子")),
    Link("FOOD-10", 5, FILL, (MISSING, 0, "原料都有，没有一家预制菜工厂"), (WEAK, 20, "第一家中央厨房投产")),
    Link("FOOD-11", 3, STRENGTHEN, (WEAK, 40, "纸箱够用，软包装和食品机械要买")),
    Link("FOOD-12", 4, FILL, (MISSING, 10, "没有万吨以上冷库，旺季外租")),
)  # FOOD-13 nobody has judged yet


class Post(NamedTuple):
    """Who is charged with a chain, since when and until when, in days ago."""

    chain: str
    post: PostKind
    person: str
    since: int
    until: int | None = None


LEADER, DEPUTY, TASK_FORCE = PostKind
POSTS: tuple[Post, ...] = (
    Post("NEV", LEADER, "liangsiyuan", FIRST, AGAIN + 1),
    Post("NEV", LEADER, "qinwangshu", AGAIN),
    Post("NEV", DEPUTY, "pengsiqi", FIRST),
    Post("NEV", TASK_FORCE, "heliqun", FIRST),
    Post("NEV", TASK_FORCE, "mengshuyao", FIRST),
    Post("NEV", TASK_FORCE, "yaoxinghe", AGAIN),
    Post("FOOD", LEADER, "liangsiyuan", FIRST),
    Post("FOOD", DEPUTY, "duruochuan", FIRST),
    Post("FOOD", TASK_FORCE, "shenruolan", FIRST),
    Post("FOOD", TASK_FORCE, "shinianci", AGAIN),
)


def chains_judged(telling: Telling) -> list[Deed]:
    """The examples loaded, who is charged with them, what is planned for each link, and all judgements."""
    story = Story()
    loaded, first, again = (telling.span.ago(days) for days in (LOADED, FIRST, AGAIN))
    story.add(loaded, BEGIN, partial(LoadChains, by=HEAD, codes=CODES))
    for told in POSTS:
        since = telling.span.ago(told.since)
        until = None if told.until is None else telling.span.ago(told.until)
        give = partial(GivePost, by=HEAD, chain=told.chain, person=told.person, post=told.post)
        story.add(since, FIELD, partial(give, on=since, until=until))
    for place, link in enumerate(LINKS):
        entered = working_day_after(first + place // A_DAY * DAY)
        plan = partial(PlanNode, by=HEAD, node=link.code, importance=link.importance, action=link.action)
        story.add(entered, FIELD, plan)
        judged = [(entered, first, link.stood, _MEETING)]
        judged += [(again, again, link.since, _ROUND)] if link.since else []
        for day, on, (state, rate, why), evidence in judged:
            judge = partial(JudgeNode, by=HEAD, node=link.code, state=state, local_rate=rate)
            story.add(day, PAPER, partial(judge, on=on, reason=why, evidence=evidence))
    return story.acts(telling.rng, telling.span)
