"""Files to be kept."""

from typing import Any

from flask_wtf.file import FileField

from app.core.values.errors import RuleBroken
from app.core.web import files
from app.core.web.receiving import LARGEST_FILE


class UploadField(FileField):  # type: ignore[misc]
    """A file to be kept; `data` is what lies on the disk by now, before the first statement of the request.

    A form that is refused for something else carries it along (`promise`), so it need not be chosen again.
    """

    data: files.Stored | None
    _sent_along = ""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self._sent_along = formdata.get(self.promise_name, "") if formdata else ""
        super().process(formdata, *args, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        chosen = [upload for upload in valuelist if isinstance(upload, files.Upload) and upload.filename]
        if not chosen:
            self.data = files.promised(self._sent_along)
            return
        try:
            self.data = files.take_in(chosen[0])
        except RuleBroken as broken:
            raise ValueError(str(broken)) from None

    @property
    def promise_name(self) -> str:
        return f"{self.name}_kept"

    @property
    def promise(self) -> str:
        return files.promise(self.data) if self.data else ""


def upload_field(label: str, *, hint: str = "") -> UploadField:
    """A file of the kinds and size that the product stores."""
    most = {"accept": files.ACCEPTED, "data-most": LARGEST_FILE}
    return UploadField(label, description=hint, render_kw=most)
