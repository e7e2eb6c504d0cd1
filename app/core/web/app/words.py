"""What failed and what to do, for who looked or who sent something."""

from flask import request

from app.core.web.app.checks import WRITING

# status -> (what failed, what to do)
_WORDS: dict[int, tuple[str, str]] = {
    400: ("这个请求没有看懂", "请返回上一页，按页面上的格式重新填写"),
    401: ("请先登录", "登录以后再试"),
    403: ("这一步不在您的职责内", "需要时请联系招商局"),
    404: ("没有找到这个页面或记录", "可能已归档，或者链接不完整。可以用上面的搜索框再找一次"),
    405: ("这个地址不能这样访问", "请从页面上的按钮进入"),
    408: ("传得太慢，没有收下", "请换个网络好一点的地方再试，或者把文件压缩小一些再传"),
    409: ("这条记录刚被别人改过，没有保存", "请返回，看过新内容后再改"),
    411: ("没有说明内容有多长，没有收下", "请从页面上的表单提交；还不行，换一个浏览器再试"),
    413: ("内容太大，没有收下", "单个文件不超过 20 MB，请压缩或拆开后再传"),
    414: ("网址太长，没有处理", "请把搜索的字写短一些，或者少选几个条件，再试一次"),
    415: ("这种格式没有收下", "请从页面上的表单提交"),
    422: ("填写的内容有问题，没有保存", "请返回改好后再试"),
    428: ("没有说明改的是哪一版，没有保存", "请刷新页面后重新填写"),
    429: ("操作太频繁", "请过几分钟再试"),
    431: ("浏览器带来的内容太多，没有处理", "请清除浏览器里本系统的 Cookie，重新登录后再试"),
    500: ("程序出错了，没有保存", "请再试一次；还不行，请把下面的编号告诉管理员"),
    501: ("这种请求没有收下", "请从页面上的按钮进入；还不行，换一个浏览器再试"),
    503: ("暂时忙不过来，没有保存", "请过一会儿再试"),
    507: ("服务器的磁盘满了，没有保存", "请告诉管理员清出磁盘空间；在这之前可以看、可以查，存不进新内容"),
}
TEXT_TOO_LONG = ("写的内容太长，没有收下", "一次最多约 2 万字，请分成几次写")
DATABASE_AWAY = ("数据库没有应答，没有保存", "请过一会儿再试；一直这样，请告诉管理员")
# The same where somebody only looked: nothing was filled in, and nothing could have been saved.
_WORDS_OF_LOOKING: dict[int, tuple[str, str]] = {
    400: ("这个地址没有看懂", "请从页面上的链接、按钮重新进入，不要改地址里的内容"),
    409: ("这条记录刚有改动，页面没有打开", "请再打开一次"),
    500: ("程序出错了，页面没有打开", "请再试一次；还不行，请把下面的编号告诉管理员"),
    503: ("暂时忙不过来，页面没有打开", "请过一会儿再试"),
    507: ("服务器的磁盘满了，页面没有打开", "请告诉管理员清出磁盘空间"),
}
DATABASE_AWAY_OF_LOOKING = ("数据库没有应答，页面没有打开", DATABASE_AWAY[1])
GO_BACK = "可以返回上一页，或者从菜单、列表重新进入"


def words_for(status: int) -> tuple[str, str]:
    """What failed and what to do, for who looked or who sent something."""
    among = _WORDS if request.method in WRITING else _WORDS | _WORDS_OF_LOOKING
    return among.get(status, among[400 if status < 500 else 500])
