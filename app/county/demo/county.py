"""Who there is in the invented county: units, people, sign-ins, resident teams, their rotation. Data."""

from dataclasses import dataclass

from app.register.accounts.enums import Role, UnitKind

K = UnitKind
COUNTY = "青岚县"
BUREAU = "招商局"
FIRST, SECOND = "招商一科", "招商二科"

# name, kind, the unit above; in the order of the unit list
UNITS: tuple[tuple[str, UnitKind, str | None], ...] = (
    (COUNTY, K.COUNTY, None),
    (BUREAU, K.BUREAU, COUNTY),
    (FIRST, K.SECTION, BUREAU),
    (SECOND, K.SECTION, BUREAU),
    ("驻长三角组", K.RESIDENT_TEAM, BUREAU),
    ("驻珠三角组", K.RESIDENT_TEAM, BUREAU),
    ("驻京津冀组", K.RESIDENT_TEAM, BUREAU),
    ("驻成渝组", K.RESIDENT_TEAM, BUREAU),
    ("发改局", K.DEPARTMENT, COUNTY),
    ("工信局", K.DEPARTMENT, COUNTY),
    ("自然资源局", K.DEPARTMENT, COUNTY),
    ("行政审批局", K.DEPARTMENT, COUNTY),
    ("统计局", K.DEPARTMENT, COUNTY),
    ("市场监管局", K.DEPARTMENT, COUNTY),
    ("经开区", K.PARK, COUNTY),
    ("高新区", K.PARK, COUNTY),
    ("云台镇", K.TOWNSHIP, COUNTY),
    ("柳溪镇", K.TOWNSHIP, COUNTY),
    ("石桥镇", K.TOWNSHIP, COUNTY),
    ("竹坪乡", K.TOWNSHIP, COUNTY),
)
TEAMS = tuple(name for name, kind, _above in UNITS if kind is K.RESIDENT_TEAM)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person; without a role they have no sign-in."""

    name: str
    login: str
    unit: str
    post: str
    role: Role | None = None


R = Role
PEOPLE: tuple[Somebody, ...] = (
    Somebody("郑启明", "zhengqiming", BUREAU, "信息化专员", R.ADMINISTRATOR),
    Somebody("梁思源", "liangsiyuan", COUNTY, "副县长", R.LEADER),
    Somebody("秦望舒", "qinwangshu", COUNTY, "县长", R.LEADER),
    Somebody("董怀瑾", "donghuaijin", COUNTY, "县纪委监委驻局纪检组长", R.AUDITOR),
    Somebody("韩知行", "hanzhixing", BUREAU, "局长", R.BUREAU_HEAD),
    Somebody("贺文澜", "hewenlan", BUREAU, "副局长", R.BUREAU_HEAD),
    Somebody("何立群", "heliqun", FIRST, "科长", R.OFFICER),
    Somebody("叶小棠", "yexiaotang", FIRST, "四级主任科员", R.OFFICER),
    Somebody("方砚秋", "fangyanqiu", FIRST, "科员", R.OFFICER),
    Somebody("沈若兰", "shenruolan", SECOND, "科长", R.OFFICER),
    Somebody("袁亦辰", "yuanyichen", SECOND, "四级主任科员", R.OFFICER),
    Somebody("白若溪", "bairuoxi", SECOND, "科员", R.OFFICER),
    Somebody("罗曼青", "luomanqing", BUREAU, "驻长三角组组长", R.RESIDENT),
    Somebody("许景和", "xujinghe", BUREAU, "驻珠三角组组长", R.RESIDENT),
    Somebody("陶知远", "taozhiyuan", "发改局", "副科长", R.RESIDENT),
    Somebody("孟书瑶", "mengshuyao", "工信局", "科员", R.RESIDENT),
    Somebody("邹景行", "zoujingxing", "经开区", "招商部副部长", R.RESIDENT),
    Somebody("江映雪", "jiangyingxue", "云台镇", "副镇长", R.RESIDENT),
    Somebody("宋知秋", "songzhiqiu", "高新区", "招商专员", R.RESIDENT),
    Somebody("程砚书", "chengyanshu", "自然资源局", "科员", R.RESIDENT),
    Somebody("薛明远", "xuemingyuan", "行政审批局", "科员", R.RESIDENT),
    Somebody("卢沛文", "lupeiwen", "柳溪镇", "经济发展办主任", R.RESIDENT),
    Somebody("钟离岚", "zhonglilan", "石桥镇", "干部", R.RESIDENT),
    Somebody("夏承安", "xiachengan", "工信局", "干部", R.RESIDENT),
    Somebody("柏云舟", "baiyunzhou", "发改局", "干部", R.RESIDENT),
    Somebody("范舒然", "fanshuran", "竹坪乡", "干部", R.RESIDENT),
    Somebody("彭思齐", "pengsiqi", "经开区", "招商部部长", R.OFFICER),
    Somebody("温子墨", "wenzimo", "高新区", "招商部部长", R.OFFICER),
    Somebody("杜若川", "duruochuan", "云台镇", "镇长", R.OFFICER),
    Somebody("石静姝", "shijingshu", "柳溪镇", "副镇长", R.OFFICER),
    Somebody("龚远航", "gongyuanhang", "石桥镇", "副镇长", R.OFFICER),
    Somebody("史念慈", "shinianci", "竹坪乡", "副乡长", R.OFFICER),
    Somebody("顾清和", "guqinghe", "发改局", "副局长"),
    Somebody("武承泽", "wuchengze", "工信局", "副局长"),
    Somebody("田望津", "tianwangjin", "自然资源局", "副局长"),
    Somebody("蒋沐阳", "jiangmuyang", "行政审批局", "副局长"),
    Somebody("余书白", "yushubai", "统计局", "副局长"),
    Somebody("常怀远", "changhuaiyuan", "市场监管局", "公平竞争审查科科长", R.OFFICER),
    Somebody("傅以宁", "fuyining", "市场监管局", "四级主任科员"),
    Somebody("姚星河", "yaoxinghe", "工信局", "产业科科长"),
)
BY_LOGIN = {person.login: person for person in PEOPLE}
ADMINISTRATOR, HEAD, DEPUTY = "zhengqiming", "hanzhixing", "hewenlan"
# whom the table of sign-ins names
SHOWN = (
    *("shenruolan", "heliqun", "pengsiqi", "luomanqing", "xujinghe"),
    *("changhuaiyuan", "hanzhixing", "liangsiyuan", "zhengqiming", "donghuaijin"),
)
REVIEWER = "changhuaiyuan"
REVIEWERS = (REVIEWER, "fuyining")  # the second does not sign in: what they conclude comes on paper
BUREAU_OFFICERS = ("heliqun", "yexiaotang", "fangyanqiu", "shenruolan", "yuanyichen", "bairuoxi")
LOCAL_OFFICERS = ("pengsiqi", "wenzimo", "duruochuan", "shijingshu", "gongyuanhang", "shinianci")

# Four turns of half a year each, the last one running. The first of a team heads it; whoever stays on
# through several turns gets one membership for each.
TURNS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("luomanqing", "taozhiyuan", "mengshuyao"),
        ("xujinghe", "zoujingxing", "jiangyingxue"),
        ("songzhiqiu", "chengyanshu", "xuemingyuan"),
        ("lupeiwen", "zhonglilan", "xiachengan"),
    ),
    (
        ("luomanqing", "taozhiyuan", "baiyunzhou"),
        ("xujinghe", "jiangyingxue", "mengshuyao"),
        ("songzhiqiu", "chengyanshu", "fanshuran"),
        ("lupeiwen", "xiachengan", "zoujingxing"),
    ),
    (
        ("luomanqing", "baiyunzhou", "zhonglilan"),
        ("xujinghe", "mengshuyao", "xuemingyuan"),
        ("taozhiyuan", "songzhiqiu", "fanshuran"),
        ("zoujingxing", "lupeiwen", "xiachengan"),
    ),
    (
        ("luomanqing", "mengshuyao", "zhonglilan"),
        ("xujinghe", "xuemingyuan", "jiangyingxue"),
        ("songzhiqiu", "fanshuran", "chengyanshu"),
        ("zoujingxing", "xiachengan", "baiyunzhou"),
    ),
)

# Which provinces a resident team looks after; the sections share the rest.
TEAM_OF_PROVINCE = {
    province: team
    for team, provinces in (
        ("驻长三角组", ("上海市", "江苏省", "浙江省", "安徽省", "江西省")),
        ("驻珠三角组", ("广东省", "广西壮族自治区", "福建省", "海南省", "湖南省")),
        ("驻京津冀组", ("北京市", "天津市", "河北省", "山东省", "辽宁省", "山西省", "内蒙古自治区")),
        ("驻成渝组", ("重庆市", "四川省", "贵州省", "云南省", "陕西省")),
    )
    for province in provinces
}
