"""The straightforward way, to stand beside ours: Zoho's official Python SDK, one lead at a time.

`python -m benchmarks.sdk ADDRESS TOKEN LEAD…`, in a process of its own since the SDK keeps one
account per process. Each lead becomes a vendor that gets its notes, attachments and tasks, and is
marked. Nothing is checked that the SDK does not check, and nothing can be undone.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap, SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.attachments import AttachmentsOperations, FileBodyWrapper
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.notes import BodyWrapper as NotesBody
from zohocrmsdk.src.com.zoho.crm.api.notes import Note, NotesOperations, ParentId
from zohocrmsdk.src.com.zoho.crm.api.record import (
    BodyWrapper,
    Record,
    RecordOperations,
    SearchRecordsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.related_records import (
    GetRelatedRecordsParam,
    RelatedRecordsOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.util import Choice, StreamWrapper

LISTS = {
    "Notes": "Note_Title,Note_Content",
    "Attachments": "File_Name",
    "Tasks": "Subject",
}


def main() -> int:
    address, token, *leads = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        initialise(address, token, Path(folder))
        began = time.perf_counter()
        for lead in leads:
            convert(int(lead))
        print(json.dumps({"seconds": time.perf_counter() - began}))
    return 0


def initialise(address: str, token: str, folder: Path) -> None:
    environment = DataCenter.Environment(address, f"{address}/oauth/v2/token", address)
    account = OAuthToken(access_token=token, api_domain=address, find_user=False)
    # Its own validation fetches every module's fields first; without it, it is at its quickest.
    config = SDKConfig(auto_refresh_fields=False, pick_list_validation=False)
    store = FileStore(str(folder / "tokens"))
    Initializer.initialize(environment, account, store, config, str(folder))


def convert(lead: int) -> None:
    """One lead to a vendor, with what hangs on it."""
    held = only(RecordOperations("Leads").get_record(lead))
    company = str(held.get_key_value("Company"))
    found = ParameterMap()
    found.add(SearchRecordsParam.criteria, f"(Vendor_Name:equals:{company})")
    RecordOperations("Vendors").search_records(found)
    made = Record()
    made.add_key_value("Vendor_Name", company)
    made.add_key_value("Phone", held.get_key_value("Phone"))
    made.add_key_value("Email", held.get_key_value("Email"))
    vendor = created(RecordOperations("Vendors").create_records(body(made)))
    copy_notes(lead, vendor)
    copy_attachments(lead, vendor)
    move_tasks(lead, vendor)
    mark = Record()
    mark.add_key_value("Lead_Status", Choice("Contacted"))
    RecordOperations("Leads").update_record(lead, body(mark))


def copy_notes(lead: int, vendor: int) -> None:
    for one in listed(lead, "Notes"):
        module, parent, note = MinifiedModule(), ParentId(), Note()
        module.set_api_name("Vendors")
        parent.set_module(module)
        parent.set_id(vendor)
        note.set_note_title(one.get_key_value("Note_Title"))
        note.set_note_content(one.get_key_value("Note_Content"))
        note.set_parent_id(parent)
        wrapper = NotesBody()
        wrapper.set_data([note])
        NotesOperations().create_notes(wrapper)


def copy_attachments(lead: int, vendor: int) -> None:
    for one in listed(lead, "Attachments"):
        name = str(one.get_key_value("File_Name"))
        answer = AttachmentsOperations().get_attachment(one.get_id(), lead, "Leads")
        whole = b"".join(answer.get_object().get_file().get_stream())
        upload = FileBodyWrapper()
        upload.set_file(StreamWrapper(name=name, stream=whole))
        AttachmentsOperations().upload_attachments(vendor, "Vendors", upload)


def move_tasks(lead: int, vendor: int) -> None:
    for one in listed(lead, "Tasks"):
        task, what = Record(), Record()
        what.set_id(vendor)
        task.add_key_value("What_Id", what)
        task.add_key_value("$se_module", "Vendors")
        RecordOperations("Tasks").update_record(one.get_id(), body(task))


def listed(lead: int, name: str) -> Iterator[Any]:
    wanted = ParameterMap()
    wanted.add(GetRelatedRecordsParam.fields, LISTS[name])
    answer = RelatedRecordsOperations(name, "Leads").get_related_records(lead, wanted)
    if answer.get_status_code() != 204:
        yield from answer.get_object().get_data()


def body(record: Any) -> Any:
    wrapper = BodyWrapper()
    wrapper.set_data([record])
    return wrapper


def only(answer: Any) -> Any:
    (found,) = answer.get_object().get_data()
    return found


def created(answer: Any) -> int:
    (outcome,) = answer.get_object().get_data()
    return int(outcome.get_details()["id"])


if __name__ == "__main__":
    sys.exit(main())
