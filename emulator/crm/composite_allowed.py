"""Which calls may be part of a composite request, and how many records each may touch.

The table of https://www.zoho.com/crm/developer/docs/api/v8/composite-api.html; conversion
options and related record counts are not on it.
"""

import re
from dataclasses import dataclass

UNBOUNDED = 0
ONE = 1
SOME = 25


@dataclass(frozen=True, slots=True)
class Allowed:
    """A kind of call: what Zoho names it, its methods, its path, how many records."""

    name: str
    methods: str
    path: re.Pattern[str]
    records: int


def _kind(name: str, methods: str, path: str, records: int) -> Allowed:
    return Allowed(name, methods, re.compile(path), records)


ID = r"[^/]+"
SPECIAL = r"(?!settings/|users|org$|coql$|Notes(/|$)|__)"
MODULE = SPECIAL + r"[A-Za-z]\w*"
RELATION = r"(?!actions/|Attachments|__)\w+"
ALLOWED = (
    _kind("Get Org", "GET", r"org", UNBOUNDED),
    _kind("Convert a Lead", "POST", rf"Leads/{ID}/actions/convert", UNBOUNDED),
    _kind("Add/Remove Tags for a record", "POST", rf"{MODULE}/{ID}/actions/(add|remove)_tags",
          UNBOUNDED),
    _kind("Get Records' Count", "GET", rf"{MODULE}/actions/count", UNBOUNDED),
    _kind("Blueprint", "GET PUT", rf"{MODULE}/{ID}/actions/blueprint", UNBOUNDED),
    _kind("Get List of Attachments", "GET", rf"{MODULE}/{ID}/Attachments", UNBOUNDED),
    _kind("Tags", "POST PUT DELETE", rf"settings/tags(/{ID}(/actions/merge)?)?", ONE),
    _kind("Roles", "GET POST PUT", rf"settings/roles(/{ID})?", UNBOUNDED),
    _kind("Pipeline", "GET POST PUT", rf"settings/pipeline(/{ID})?", UNBOUNDED),
    _kind("Get Metadata", "GET",
          r"settings/(modules|fields|layouts|related_lists|custom_views|profiles|variables"
          rf"|variable_groups|tags|automation/assignment_rules)(/{ID})*", UNBOUNDED),
    _kind("Users", "POST PUT DELETE", rf"users(/{ID})?", ONE),
    _kind("Get Users", "GET", rf"users(/{ID})?", SOME),
    _kind("Get records through a COQL query", "POST", r"coql", SOME),
    _kind("Notes", "POST PUT DELETE", rf"Notes(/{ID})?|{MODULE}/{ID}/Notes", ONE),
    _kind("Get Notes", "GET", rf"Notes(/{ID})?|{MODULE}/{ID}/Notes(/{ID})?", SOME),
    _kind("Get Deleted Records", "GET", rf"{MODULE}/deleted", SOME),
    _kind("Search Records", "GET", rf"{MODULE}/search", SOME),
    _kind("Upsert Records", "POST", rf"{MODULE}/upsert", ONE),
    _kind("Get Related Records", "GET", rf"{MODULE}/{ID}/{RELATION}(/{ID})?", SOME),
    _kind("Update/Delink Related Records", "PUT DELETE", rf"{MODULE}/{ID}/{RELATION}(/{ID})?",
          ONE),
    _kind("Get Records", "GET", rf"{MODULE}(/{ID})?", SOME),
    _kind("Create Records", "POST", MODULE, ONE),
    _kind("Update Records", "PUT", rf"{MODULE}(/{ID})?", ONE),
    _kind("Delete Records", "DELETE", rf"{MODULE}(/{ID})?", ONE),
)  # fmt: skip


def kind_of(method: str, path: str) -> Allowed | None:
    """The kind of a call with this path (after the version), or None if it is not allowed."""
    plain = path.strip("/")
    for one in ALLOWED:
        if method in one.methods.split() and one.path.fullmatch(plain):
            return one
    return None


def names() -> list[str]:
    return [one.name for one in ALLOWED]
