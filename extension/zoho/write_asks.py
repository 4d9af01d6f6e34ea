"""Every write that we ask of Zoho, and every question that finds out what became of one; no I/O.

Where versions of the API want another shape, it is chosen here.
https://www.zoho.com/crm/developer/docs/api/v8/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from extension.errors import ZohoRefused

from .asks import PER_PAGE, Asks
from .hanging import ACTIVITY_LISTS, MEMBER_STATUS
from .protocol import Ask, Upload
from .versions import V3

MOST_ROWS = 100
MOST_FIELDS = 50
LIGHT_ROWS = 10
"""Writes of more records than this count for Zoho's sub-concurrency.
https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html"""

NOTE_FIELDS = "id,Note_Title,Note_Content,Created_By,Created_Time,Modified_By,Modified_Time"
ATTACHMENT_FIELDS = "id,File_Name,Size,Created_By,Created_Time"

Row = Mapping[str, Any]
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class WriteAsks(Asks):
    """The writes beside the questions of `Asks`."""

    def create(self, module: str, rows: Sequence[Row], *, workflows: bool = True) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html"""
        return self._rows("POST", (module,), rows, _trigger(workflows))

    def upsert(
        self, module: str, rows: Sequence[Row], by: Sequence[str], *, workflows: bool = True
    ) -> Ask:
        """Change the record that has the same value in one of these fields, or create one.

        https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
        """
        more = {"duplicate_check_fields": list(by), **_trigger(workflows)}
        return self._rows("POST", (module, "upsert"), rows, more)

    def update(self, module: str, rows: Sequence[Row], *, workflows: bool = True) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/update-records.html"""
        return self._rows("PUT", (module,), rows, _trigger(workflows))

    def delete(self, module: str, ids: Sequence[str], *, workflows: bool = True) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html"""
        trigger = {} if workflows else {"wf_trigger": "false"}
        return self._delete((module,), ids, trigger)

    def restore(self, ids: Sequence[str]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/restore-recycle-bin-records.html"""
        self._need("recycle_bin")
        path = self._path("settings", "recycle_bin", "actions", "restore")
        return Ask("POST", path, json={"ids": _few(ids)}, writes=True)

    def read(self, module: str, ids: Sequence[str], fields: Sequence[str]) -> Ask:
        """These fields of these records, converted leads included."""
        if len(fields) > MOST_FIELDS:
            raise ValueError(f"One call reads at most {MOST_FIELDS} fields.")
        return self._get(
            module,
            ids=",".join(_few(ids)),
            fields=",".join(fields),
            per_page=str(PER_PAGE),
            **({"converted": "both"} if module == "Leads" else {}),
        )

    def query(self, query: str) -> Ask:
        """A question in COQL, made with `coql`. A POST that only reads.

        https://www.zoho.com/crm/developer/docs/api/v8/Get-Records-through-COQL-Query.html
        """
        return Ask("POST", self._path("coql"), json={"select_query": query}, heavy=True)

    def notes(self, module: str, record_id: str) -> Ask:
        return self._list(module, record_id, "Notes", NOTE_FIELDS)

    def add_notes(self, notes: Sequence[tuple[str, str, str, str]]) -> Ask:
        """Notes of several records: module, id, title, content.

        https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html
        """
        rows = [
            {**_texts(title, content), **self._parent(module, record_id)}
            for module, record_id, title, content in notes
        ]
        return self._rows("POST", ("Notes",), rows, {})

    def attachments(self, module: str, record_id: str) -> Ask:
        return self._list(module, record_id, "Attachments", ATTACHMENT_FIELDS)

    def attachment(self, module: str, record_id: str, attachment_id: str) -> Ask:
        """The bytes of one.

        https://www.zoho.com/crm/developer/docs/api/v8/download-attachments.html
        """
        return self._get(module, record_id, "Attachments", attachment_id)

    def attach(self, module: str, record_id: str, upload: Upload) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html"""
        path = self._path(module, record_id, "Attachments")
        return Ask("POST", path, writes=True, upload=upload)

    def attach_link(self, module: str, record_id: str, url: str, title: str) -> Ask:
        path = self._path(module, record_id, "Attachments")
        return Ask("POST", path, {"attachmentUrl": url, "title": title}, writes=True)

    def remove_attachment(self, module: str, record_id: str, attachment_id: str) -> Ask:
        return Ask(
            "DELETE", self._path(module, record_id, "Attachments", attachment_id), writes=True
        )

    def add_tags(self, module: str, ids: Sequence[str], names: Sequence[str]) -> Ask:
        """Beside those that are there.

        https://www.zoho.com/crm/developer/docs/api/v8/add-tags.html
        """
        return self._tags("add_tags", module, ids, names, {"over_write": False})

    def remove_tags(self, module: str, ids: Sequence[str], names: Sequence[str]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/remove-tags.html"""
        return self._tags("remove_tags", module, ids, names, {})

    def activities(self, module: str, record_id: str, related: str) -> Ask:
        title = "Event_Title" if related.startswith("Events") else "Subject"
        return self._list(module, record_id, related, f"id,{title},Who_Id")

    def list_of(self, module: str, record_id: str, related: str) -> Ask:
        """Any list that hangs on a record, with the fields that `hanging` reads."""
        match related:
            case "Notes":
                return self.notes(module, record_id)
            case "Attachments":
                return self.attachments(module, record_id)
            case "Campaigns":
                return self.campaigns(module, record_id)
            case name if name in ACTIVITY_LISTS:
                return self.activities(module, record_id, name)
        return self.related(module, record_id, related)

    def related(self, module: str, record_id: str, related: str) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/get-related-records.html"""
        return self._list(module, record_id, related, "id")

    def campaigns(self, module: str, record_id: str) -> Ask:
        return self._list(module, record_id, "Campaigns", f"id,{MEMBER_STATUS}")

    def link_related(self, module: str, record_id: str, related: str, rows: Sequence[Row]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/update-related-records.html"""
        return self._rows("PUT", (module, record_id, related), rows, {})

    def unlink_related(self, module: str, record_id: str, related: str, ids: Sequence[str]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/delink-related-records.html"""
        return self._delete((module, record_id, related), ids, {})

    def _rows(self, method: str, segments: Sequence[str], rows: Sequence[Row], more: Row) -> Ask:
        """Up to 100 rows at once; more than ten are a heavy call."""
        body = {"data": [dict(row) for row in _few(rows)], **more}
        heavy = len(rows) > LIGHT_ROWS
        return Ask(method, self._path(*segments), json=body, writes=True, heavy=heavy)

    def _delete(self, segments: Sequence[str], ids: Sequence[str], more: Mapping[str, str]) -> Ask:
        params = {"ids": ",".join(_few(ids)), **more}
        return Ask("DELETE", self._path(*segments), params, writes=True)

    def _list(self, module: str, record_id: str, related: str, fields: str) -> Ask:
        return self._get(module, record_id, related, fields=fields, per_page=str(PER_PAGE))

    def _tags(
        self, verb: str, module: str, ids: Sequence[str], names: Sequence[str], more: Row
    ) -> Ask:
        path = self._path(module, "actions", verb)
        if self.version >= V3:
            tags = [{"name": name} for name in names]
            return Ask("POST", path, json={"tags": tags, "ids": _few(ids), **more}, writes=True)
        # Older versions part the names by commas, and know no way to write one.
        if any("," in name for name in names):
            raise ZohoRefused(
                f"Version {self.version} of Zoho's API cannot set a tag with a comma in its name. "
                "An administrator can set a later one.",
                zoho_code="API_NOT_SUPPORTED",
            )
        params = {"ids": ",".join(_few(ids)), "tag_names": ",".join(names)}
        return Ask("POST", path, params, writes=True)


def _trigger(workflows: bool) -> dict[str, list[str]]:
    """Zoho runs everything unless it is told to run nothing."""
    return {} if workflows else {"trigger": []}


def _texts(title: str, content: str) -> dict[str, str]:
    """A note has a title, a content, or both."""
    both = {"Note_Title": title, "Note_Content": content}
    return {key: value for key, value in both.items() if value}


def _few(given: Sequence[Each]) -> list[Each]:
    if not 0 < len(given) <= MOST_ROWS:
        raise ValueError(f"One call is about 1 to {MOST_ROWS} records.")
    return list(given)
