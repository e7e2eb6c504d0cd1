"""The form of a chain's file."""

from flask_wtf.file import FileField, FileRequired

from app.core.web.forms import BaseForm
from app.exchange.chain_files.services import ENDINGS


class ChainFileForm(BaseForm):
    """One file of one chain."""

    file = FileField(
        "选文件",
        [FileRequired("请选一个文件")],
        description="xlsx 或 json，照模板或导出的样子",
        render_kw={"accept": ",".join(ENDINGS)},
    )
