"""Attachments of a record: files, streamed both ways, and links.

https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html
"""

import re
import secrets
from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.http import dump_options_header

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module
from ..world import Record
from . import asking, links
from .reading import shown
from .records_delete import delete_each
from .related import parent
from .value_types import WEBSITE
from .writing import outcome, store

bp = Blueprint("attachments", __name__)

CHUNK = 64 * 1024
LONGEST_URL = 2_000
LISTED = "/<module>/<record_id>/Attachments"
MODULE = "Attachments"
LINK = "Link URL"


def _scope(operation: str) -> list[str]:
    return [f"ZohoCRM.modules.attachments.{operation}"]


@endpoint(bp, LISTED, scopes=_scope("READ"), module=MODULE)
def get_attachments(module: str, record_id: str) -> Answer:
    """A page of a record's attachments, the newest first."""
    call = current()
    above = parent(call, module, record_id)
    names = asking.fields(call)
    where = asking.page(call)
    rows = _of(call, *above)
    only = asking.ids(call)
    if only is not None:
        rows = [row for row in rows if row["id"] in only]
    kept, info = asking.cut(call, rows, where)
    if not kept:
        return None
    own = call.module(MODULE)
    return {"data": [shown(call, own, row, names) for row in kept], "info": info}


def _of(call: Call, module: Module, record: Record) -> list[Record]:
    one = module.related_list(MODULE)
    if one is None:
        raise answers.not_supported()
    return [row.record for row in links.related(call, module, record, one)]


@endpoint(bp, LISTED, methods=["POST"], scopes=_scope("CREATE"), module=MODULE)
def upload_attachment(module: str, record_id: str) -> Answer:
    """A file in the part `file`, or a link in `attachmentUrl` with a `title`."""
    call = current()
    call.permit("Crm_Implied_Create_Attachments")
    above = parent(call, module, record_id)
    _of(call, *above)
    if (request.content_length or 0) > call.world.limits.most_bytes + CHUNK:
        raise _too_large()
    url = request.form.get("attachmentUrl") or call.param("attachmentUrl")
    uploaded = request.files.getlist("file")
    if url is not None:
        values = _link(url, request.form.get("title") or call.param("title") or url)
    elif request.mimetype != "multipart/form-data":
        raise Rejected(
            "INVALID_REQUEST",
            "unable to process your request. please verify whether you have entered proper "
            "method name, parameter and parameter values.",
            {"expected_type": "multipart/form-data"},
        )
    elif not uploaded:
        raise Rejected("MANDATORY_NOT_FOUND", "required field not found")
    elif len(uploaded) > 1:
        raise Rejected("INVALID_DATA", "invalid data provided")
    else:
        values = _file(call, uploaded[0])
    return {"data": [_attach(call, above, values)]}


def _file(call: Call, uploaded: FileStorage) -> Json:
    most = call.world.limits.most_bytes
    content = uploaded.stream.read(most + 1)
    if len(content) > most:
        raise _too_large()
    file_id = secrets.token_hex(24)
    call.world.files[file_id] = content
    name = (uploaded.filename or "file").replace("\\", "/").rpartition("/")[2]
    return {"File_Name": name, "Size": len(content), "$file_id": file_id, "$type": "File"}


def _link(url: str, title: str) -> Json:
    if len(url) > LONGEST_URL or not WEBSITE.fullmatch(url):
        raise Rejected("INVALID_URL_PATTERN", "the given attachment URL is incorrect")
    return {"File_Name": title, "Size": 0, "$file_id": None, "$type": LINK, "$link_url": url}


def _attach(call: Call, above: tuple[Module, Record], values: Json) -> Json:
    module, record = above
    stored = store(
        call,
        call.module(MODULE),
        {
            **values,
            "Owner": call.user.brief(email=True),
            "Parent_Id": call.world.reference(module.api_name, record),
            "$se_module": module.api_name,
        },
    )
    return answers.success("attachment uploaded successfully", outcome(stored))


def _too_large() -> Rejected:
    return Rejected(
        "FILE_SIZE_MORE_THAN_ALLOWED_SIZE",
        "Please check if the size of the file is in the correct range",
        status=413,
    )


@endpoint(bp, f"{LISTED}/<attachment_id>", scopes=_scope("READ"), module=MODULE)
def download_attachment(module: str, record_id: str, attachment_id: str) -> Answer:
    """The bytes of a file. A link has none."""
    call = current()
    above = parent(call, module, record_id)
    found = next((row for row in _of(call, *above) if row["id"] == attachment_id), None)
    if found is None:
        raise answers.invalid_id(3)
    if found.get("$type") == LINK:
        raise Rejected(
            "DOWNLOAD_NOT_ALLOWED", "As it is a linked attachment, you can not download it"
        )
    content = call.world.files.get(str(found.get("$file_id")), b"")
    response = Response(_chunks(content), mimetype="application/x-download")
    response.content_length = len(content)
    response.headers["Content-Disposition"] = _disposition(str(found["File_Name"]))
    return response


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def _disposition(name: str) -> str:
    """The file's name for old readers and, where it is not plain ASCII, for others (RFC 6266)."""
    plain = re.sub(r"[^\x20-\x7e]|[\"\\]", "_", name)
    options: dict[str, str] = {"filename": plain}
    if plain != name:
        options["filename*"] = f"UTF-8''{quote(name, safe='')}"
    return dump_options_header("attachment", options)


@endpoint(bp, LISTED, methods=["DELETE"], scopes=_scope("DELETE"), module=MODULE)
def delete_attachments(module: str, record_id: str) -> Answer:
    call = current()
    above = parent(call, module, record_id)
    wanted = asking.ids(call)
    if wanted is None:
        raise answers.required_param_missing("ids")
    return _delete(call, above, wanted)


@endpoint(
    bp, f"{LISTED}/<attachment_id>", methods=["DELETE"], scopes=_scope("DELETE"), module=MODULE
)
def delete_attachment(module: str, record_id: str, attachment_id: str) -> Answer:
    call = current()
    above = parent(call, module, record_id)
    if attachment_id not in {row["id"] for row in _of(call, *above)}:
        raise answers.invalid_id(3)
    return _delete(call, above, [attachment_id])


def _delete(call: Call, above: tuple[Module, Record], wanted: list[str]) -> Answer:
    """Only attachments of this very record can be deleted through it."""
    there = {row["id"] for row in _of(call, *above)}
    return delete_each(call, call.module(MODULE), wanted, among=there)
