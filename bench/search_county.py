"""An invented county of companies, as many as wanted: number n is always the same company, so nothing has to
be kept to look at it again.
"""

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pypinyin import lazy_pinyin

from search.interface import Document

SEED = 20_260_101
FIRST_DAY = 738_000
UNITS, TEAMS, PEOPLE = 20, 60, 200
_REGIONS = Path(__file__).resolve().parents[1] / "search" / "language" / "regions.csv"
_SCOPE, _SCOPE_START, _PRODUCTS = 60, "一般项目：", 3

_TWO_CHAR_BRAND = (
    "安澳奥邦宝保北博才昌畅超辰晨成诚驰创春纯达大丹德登迪帝鼎东恩法帆方飞丰风峰锋福富港高格冠光广国海瀚航豪"
    "浩和禾合恒弘宏鸿湖华辉汇惠慧吉佳嘉坚建健江杰捷金锦晶精景久聚凯康科可坤蓝朗乐雷力立利联亮林凌龙隆鹿伦美"
    "盟米敏名明铭诺欧朋鹏普奇祺启千乾谦强勤青清庆全泉仁荣融瑞润赛三森山尚盛晟世首舒顺思斯松苏索太泰腾天田通同"
    "拓万旺威为唯维伟纬卫文沃西希锡先贤祥翔晓欣新信星兴旭轩雅亚阳扬耀业依怡亿易益银英盈永优友宇玉裕元原源远跃"
    "云运泽展兆哲正志智中众洲卓紫宗尊"
)
_POPULAR_BRANDS = """
天和 恒达 华瑞 鑫源 宏盛 金鼎 永信 泰和 东方 新华 长城 中科 海川 正泰昌 嘉禾 立讯达 隆基源 三一诺 明阳辉 万盛
华夏 大唐 国泰 安泰 兴业 瑞丰 亿利 凯达 盛世 天成 鸿运 长兴 南方 北辰 乐康 重远 行知 银河 单氏 朝晖
"""
_POPULAR = tuple(_POPULAR_BRANDS.split())
# Trade as it stands in names: its code, what such companies make.
_TRADES = {
    "充电": ("C3829", "充电桩 充电模块 换电设备 直流充电枪 充电站监控系统"),
    "动力电池": ("C3841", "锂电池 电池模组 磷酸铁锂 三元正极材料 电解液"),
    "储能": ("C3849", "储能柜 储能变流器 液流电池 电池管理系统 消防预制舱"),
    "光伏": ("C3825", "太阳能组件 逆变器 单晶硅片 光伏支架 背板膜"),
    "风电": ("C3811", "风力发电机 叶片模具 偏航轴承 塔筒法兰 变桨系统"),
    "新材料": ("C2651", "碳纤维 改性塑料 环氧树脂 隔膜 石墨烯浆料"),
    "新能源": ("D4416", "氢燃料电池 电解槽 储氢瓶 生物质颗粒 热泵机组"),
    "智能装备": ("C3491", "工业机器人 数控机床 减速器 自动化生产线 伺服电机"),
    "精密机械": ("C3484", "滚珠丝杠 精密模具 齿轮箱 压铸件 紧固件"),
    "半导体": ("C3972", "晶圆 功率器件 封装基板 光刻胶 探针卡"),
    "光电": ("C3976", "液晶面板 背光模组 导光板 激光器 光学镜片"),
    "电子": ("C3982", "印制电路板 连接器 片式电容 柔性线路板 传感器"),
    "通信": ("C3921", "光模块 基站天线 光纤光缆 交换机 滤波器"),
    "软件": ("I6513", "工业软件 数据中台 视频分析平台 电子政务系统 嵌入式系统"),
    "生物医药": ("C2761", "单抗药物 疫苗 血液制品 诊断试剂 细胞培养基"),
    "制药": ("C2720", "中药饮片 片剂 注射剂 原料药 口服液"),
    "医疗器械": ("C3581", "监护仪 骨科植入物 一次性输液器 内窥镜 呼吸机"),
    "食品": ("C1432", "预制菜 速冻水饺 烘焙原料 调味酱 植物蛋白饮料"),
    "粮油": ("C1331", "菜籽油 大米 小麦粉 玉米淀粉 饲料豆粕"),
    "农业": ("A0141", "蔬菜种苗 食用菌 有机肥 茶叶 水产苗种"),
    "牧业": ("A0313", "生猪 肉牛 配合饲料 鲜奶 种禽"),
    "纺织": ("C1751", "化纤面料 针织布 棉纱 功能性家纺 无纺布"),
    "服饰": ("C1819", "运动服装 羽绒服 童装 职业装 内衣"),
    "家居": ("C2110", "定制家具 沙发 实木地板 智能门锁 床垫"),
    "包装": ("C2231", "瓦楞纸箱 铝塑膜 吸塑托盘 食品包装袋 玻璃瓶"),
    "化工": ("C2614", "表面活性剂 聚氨酯 涂料 胶粘剂 医药中间体"),
    "环保": ("C3591", "污水处理设备 除尘器 膜组件 固废处置 脱硝催化剂"),
    "再生资源": ("C4210", "废旧电池回收 再生铜 再生铝 报废汽车拆解 再生塑料"),
    "铝业": ("C3252", "铝型材 铝箔 铝合金轮毂 铝板带 散热器"),
    "钢构": ("C3311", "钢结构件 彩钢板 网架 装配式建筑部品 钢模板"),
    "汽车零部件": ("C3670", "制动盘 线束 汽车座椅 保险杠 热管理阀"),
    "航空": ("C3744", "无人机 航空紧固件 复材机身 飞控系统 航空座椅"),
    "船舶": ("C3731", "游艇 船用柴油机 锚链 甲板机械 舱口盖"),
    "轴承": ("C3451", "圆锥滚子轴承 轴承钢球 直线导轨 关节轴承 轮毂单元"),
    "泵业": ("C3441", "离心泵 潜水泵 真空泵 机械密封 泵阀铸件"),
    "电缆": ("C3831", "电力电缆 控制电缆 漆包线 光电复合缆 高压附件"),
    "照明": ("C3872", "路灯 植物照明灯 灯珠 舞台灯具 应急灯"),
    "玩具": ("C2451", "益智玩具 毛绒玩具 遥控车模 积木 童车"),
    "体育用品": ("C2442", "跑步机 钓具 羽毛球拍 帐篷 滑雪板"),
    "陶瓷": ("C3071", "日用瓷 氧化铝陶瓷 卫生洁具 瓷砖 陶瓷刀具"),
    "玻璃": ("C3042", "光伏玻璃 中空玻璃 药用玻璃管 汽车玻璃 玻璃纤维"),
    "物流": ("G5990", "冷链仓储 道路货物运输 集装箱堆场 快递分拨 供应链金融"),
    "商贸": ("F5199", "日用百货 五金产品 建筑材料 母婴用品 酒类"),
    "文旅": ("R9020", "民宿运营 景区索道 研学旅行 露营地 演艺策划"),
    "检测": ("M7452", "环境检测 材料检测 电池检测 食品检测 计量校准"),
    "种业": ("A0511", "杂交水稻种 玉米种 油菜种 脱毒种苗 种子包衣剂"),
    "矿业": ("B1019", "石英砂 萤石 石灰石 长石 膨润土"),
    "木业": ("C2021", "胶合板 刨花板 木门 竹地板 木质颗粒"),
}
_TRADE_NAMES = tuple(_TRADES)
_TAILS = ("科技", "实业", "技术", "制造", "", "", "", "")
_FORMS = ("有限公司",) * 6 + ("股份有限公司", "有限责任公司", "集团有限公司", "（集团）有限公司")
_VERBS = ("制造", "销售", "研发", "加工")
_BOILERPLATE = (
    "技术服务、技术开发、技术咨询",
    "企业管理咨询",
    "货物进出口",
    "技术进出口",
    "普通机械设备租赁",
    "会议及展览服务",
    "非居住房地产租赁",
)
_TAGS = ("专精特新", "高新技术企业", "上市公司", "外商投资", "独角兽", "隐形冠军")
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Ids look random, and tell their number.
_STRIDE = 0x9E37_79B9_7F4A_7C15
_BACK = pow(_STRIDE, -1, 2**64)


@dataclass(frozen=True, slots=True)
class LegalName:
    """One legal name by its parts; `short` is the part by which people call the company."""

    place: str
    brand: str
    trade: str
    tail: str
    form: str

    @property
    def core(self) -> str:
        return f"{self.brand}{self.trade}{self.tail}"

    @property
    def short(self) -> str:
        return self.brand if len(self.brand) > 2 else f"{self.brand}{self.trade[:2]}"

    @property
    def full(self) -> str:
        return f"{self.place}{self.core}{self.form}"


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    number: int
    name: LegalName
    former: LegalName | None
    alias: str
    region: str
    code: str
    scope: str
    tags: tuple[str, ...]
    unit: int
    team: int
    is_open: bool  # to everybody; else to its unit and its team only
    amount: int
    day: int

    @property
    def legal_names(self) -> tuple[LegalName, ...]:
        return (self.name, self.former) if self.former else (self.name,)

    @property
    def others(self) -> tuple[str, ...]:
        former = (self.former.full,) if self.former else ()
        return (*former, self.alias) if self.alias else former

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name.full, *self.others)

    @property
    def products(self) -> tuple[str, ...]:
        """What it makes, as far as its scope tells."""
        made = self.scope.removeprefix(_SCOPE_START).split("；")[:_PRODUCTS]
        return tuple(part[:-2] for part in made if part[-2:] in _VERBS)

    @property
    def industry(self) -> str:
        return _TRADES[self.name.trade][0]


def id_of(number: int) -> str:
    return f"{number * _STRIDE % 2**64:016x}"


def number_of(public_id: str) -> int:
    return int(public_id, 16) * _BACK % 2**64


@lru_cache(maxsize=1)
def _places() -> tuple[tuple[str, str], ...]:
    """(as it stands in names, code): of cities twice with and without 市, of counties once."""
    with _REGIONS.open(encoding="utf-8", newline="") as file:
        rows = [(row["name"], row["code"]) for row in csv.DictReader(file)]
    found: list[tuple[str, str]] = []
    for name, code in rows:
        if not code.endswith("00"):
            found.append((name, code))
        elif name.endswith("市") and 2 < len(name) < 5:
            found += [(name[:-1], code)] * 8 + [(name, code)] * 2
    return tuple(found)


def _brand(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return _POPULAR[min(int(chance.paretovariate(0.7)) - 1, len(_POPULAR) - 1)]
    return "".join(chance.choices(_TWO_CHAR_BRAND, k=chance.choices((2, 3, 4), (55, 35, 10))[0]))


def _legal_name(chance: random.Random, place: str) -> LegalName:
    return LegalName(
        place, _brand(chance), chance.choice(_TRADE_NAMES), chance.choice(_TAILS), chance.choice(_FORMS)
    )


def _scope(chance: random.Random, trade: str) -> str:
    made = chance.sample(_TRADES[trade][1].split(), _PRODUCTS)
    parts = [f"{product}{chance.choice(_VERBS)}" for product in made]
    parts += chance.sample(_BOILERPLATE, 4)
    return f"{_SCOPE_START}{'；'.join(parts)}"[:_SCOPE]


def _credit_code(chance: random.Random, region: str) -> str:
    """Of the form of one; YY at the head of the organisation's part is never issued."""
    return f"91{region}YY{''.join(chance.choices(_CODE_SIGNS, k=8))}"


def company(number: int) -> Company:
    chance = random.Random(SEED + number)
    place, region = chance.choice(_places())
    name = _legal_name(chance, place)
    return Company(
        number=number,
        name=name,
        former=_legal_name(chance, place) if chance.random() < 0.1 else None,
        alias=name.short if chance.random() < 0.3 else "",
        region=region,
        code=_credit_code(chance, region),
        scope=_scope(chance, name.trade),
        tags=tuple(chance.sample(_TAGS, 2)) if chance.random() < 0.15 else (),
        unit=chance.randrange(UNITS),
        team=chance.randrange(TEAMS),
        is_open=chance.random() < 0.85,
        amount=chance.randrange(1, 100_000) * 10_000,
        day=FIRST_DAY + chance.randrange(1_000),
    )


def document(one: Company, version: int = 1) -> Document:
    unit, team = f"unit:{one.unit}", f"team:{one.team}"
    return Document(
        kind="enterprise",
        id=id_of(one.number),
        title=one.name.full,
        names=one.others,
        keys=(one.code,),
        text=one.scope,
        access=("all",) if one.is_open else (unit, team),
        region=one.region,
        industry=one.industry,
        status="active",
        units=(unit,),
        teams=(team,),
        owners=(f"person:{one.number % PEOPLE}",),
        tags=one.tags,
        amount=one.amount,
        day=one.day,
        version=version,
    )


# --- as people say it -----------------------------------------------------------------------------


@lru_cache(maxsize=200_000)
def read_aloud(part: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(part))


def spoken(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Syllables of a name, part by part: brand, trade and place are words of their own."""
    return tuple(syllable for part in parts for syllable in read_aloud(part))


def short_place(place: str) -> str:
    return place[:-1] if 2 < len(place) < 5 and place[-1] in "市县区" else place


def forms(one: Company) -> dict[str, tuple[str, ...]]:
    """Every form by which people name this company, with the words that it is made of."""
    found: dict[str, tuple[str, ...]] = {}
    for name in one.legal_names:
        for parts in _forms_of(name):
            found["".join(parts)] = parts
    return found


def _forms_of(name: LegalName) -> list[tuple[str, ...]]:
    inside = (name.brand, name.trade)
    whole = (*inside, name.tail) if name.tail else inside
    short = (name.brand,) if len(name.brand) > 2 else (name.brand, name.trade[:2])
    places = dict.fromkeys((name.place, short_place(name.place)))
    return [short, inside, whole, *((place, *whole) for place in places)]


Seen = Callable[[Company], bool]
# What the reader of every measurement holds: everybody's, two rights, three units, five teams.
HELD_UNITS, HELD_TEAMS = range(3), range(5)
HELD = (
    "all",
    "r:enterprises.read",
    "r:leads.read",
    *(f"unit:{n}" for n in HELD_UNITS),
    *(f"team:{n}" for n in HELD_TEAMS),
)


def is_seen(one: Company) -> bool:
    return one.is_open or one.unit in HELD_UNITS or one.team in HELD_TEAMS
