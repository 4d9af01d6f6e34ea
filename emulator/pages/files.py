"""The bytes of an attachment, for whoever may see the record that it hangs on."""

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from .records import find_module, find_record
from .visits import Visit, page

bp = Blueprint("files", __name__)


@page(bp, "/tab/<module>/<record_id>/attachments/<attachment_id>")
def download(visit: Visit, module: str, record_id: str, attachment_id: str) -> ResponseReturnValue:
    """An attachment, always as a download: what strangers uploaded is never run here."""
    record = find_record(visit, find_module(visit, module), record_id)
    attachment = visit.world.find("Attachments", attachment_id)
    if attachment is None or (attachment.get("Parent_Id") or {}).get("id") != record["id"]:
        abort(404, "There is no such attachment.")
    content = visit.world.files.get(str(attachment.get("$file_id")))
    if content is None:
        abort(404, "This attachment is a link, or its file is gone.")
    answer = Response(content, content_type="application/octet-stream")
    answer.headers.set(
        "Content-Disposition", "attachment", filename=_file_name(attachment.get("File_Name"))
    )
    return answer


def _file_name(name: object) -> str:
    plain = "".join(one for one in str(name or "file") if one.isprintable() and one not in '/\\"')
    return plain.encode("ascii", "replace").decode() or "file"
