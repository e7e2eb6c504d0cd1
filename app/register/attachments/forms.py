"""The form of an attachment."""

from app.core.web.forms import BaseForm, upload_field


class AttachmentForm(BaseForm):
    """A file for a record."""

    file = upload_field("文件", hint="PDF、Word、Excel、OFD 或图片，一个不超过 20 MB")
