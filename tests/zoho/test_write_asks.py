"""Each write has the method, path and shape that its version of the API wants."""

import io

import pytest

from extension.errors import ZohoRefused
from extension.zoho.asks import Asks
from extension.zoho.protocol import Upload
from extension.zoho.versions import named
from extension.zoho.write_asks import WriteAsks

V8 = WriteAsks(named("v8"))
V21 = WriteAsks(named("v2.1"))
ALL = ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"]
ROWS = [{"Vendor_Name": "Acme"}]
FILE = Upload("a.txt", io.BytesIO(b"x"))

WRITES = {
    "create": (V8.create("Vendors", ROWS), "POST", "/Vendors"),
    "upsert": (V8.upsert("Vendors", ROWS, ["Email"]), "POST", "/Vendors/upsert"),
    "update": (V8.update("Vendors", [{"id": "1"}]), "PUT", "/Vendors"),
    "delete": (V8.delete("Vendors", ["1"]), "DELETE", "/Vendors"),
    "restore": (V8.restore(["1"]), "POST", "/settings/recycle_bin/actions/restore"),
    "add_notes": (V8.add_notes([("Vendors", "1", "t", "c")]), "POST", "/Notes"),
    "attach": (V8.attach("Vendors", "1", FILE), "POST", "/Vendors/1/Attachments"),
    "link": (V8.attach_link("Vendors", "1", "u", "t"), "POST", "/Vendors/1/Attachments"),
    "detach": (V8.remove_attachment("Vendors", "1", "2"), "DELETE", "/Vendors/1/Attachments/2"),
    "add_tags": (V8.add_tags("Vendors", ["1"], ["a"]), "POST", "/Vendors/actions/add_tags"),
    "untag": (V8.remove_tags("Vendors", ["1"], ["a"]), "POST", "/Vendors/actions/remove_tags"),
    "relate": (V8.link_related("Contacts", "1", "Campaigns", [{"id": "2"}]), "PUT",
               "/Contacts/1/Campaigns"),
    "unlink": (V8.unlink_related("Contacts", "1", "Campaigns", ["2"]), "DELETE",
               "/Contacts/1/Campaigns"),
    "convert": (V8.convert("1", {}), "POST", "/Leads/1/actions/convert"),
}  # fmt: skip
READS = {
    "read": (V8.read("Leads", ["1", "2"], ["id", "Email"]), "/Leads"),
    "notes": (V8.notes("Leads", "1"), "/Leads/1/Notes"),
    "attachments": (V8.attachments("Leads", "1"), "/Leads/1/Attachments"),
    "attachment": (V8.attachment("Leads", "1", "2"), "/Leads/1/Attachments/2"),
    "activities": (V8.activities("Leads", "1", "Events_History"), "/Leads/1/Events_History"),
    "related": (V8.related("Leads", "1", "Products"), "/Leads/1/Products"),
    "campaigns": (V8.campaigns("Leads", "1"), "/Leads/1/Campaigns"),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write(name):
    ask, method, path = WRITES[name]
    assert (ask.method, ask.path, ask.places) == (method, f"/crm/v8{path}", 1)
    assert ask.writes


@pytest.mark.parametrize("name", WRITES)
def test_no_write_asks_for_layout_rules_which_no_plan_could_foresee(name):
    ask, _, _ = WRITES[name]
    assert "apply_feature_execution" not in (ask.json or {})


@pytest.mark.parametrize("name", READS)
def test_a_question_about_what_was_written(name):
    ask, path = READS[name]
    assert (ask.method, ask.path) == ("GET", f"/crm/v8{path}")
    assert (ask.writes, ask.heavy) == (False, False)


def test_a_query_is_a_heavy_post_that_only_reads():
    ask = V8.query("select id from Leads where id is not null")
    assert (ask.method, ask.path, ask.writes, ask.heavy) == ("POST", "/crm/v8/coql", False, True)


@pytest.mark.parametrize(("count", "heavy"), [(1, False), (10, False), (11, True), (100, True)])
def test_a_write_of_more_than_ten_records_is_heavy(count, heavy):
    rows = [{"id": str(number)} for number in range(count)]
    assert V8.create("Vendors", rows).heavy is heavy
    assert V8.update("Vendors", rows).heavy is heavy


def test_a_conversion_is_heavy():
    assert V8.convert("1", {}).heavy
    assert Asks(named("v2")).convert("1", {}).heavy


@pytest.mark.parametrize("count", [0, 101])
def test_a_call_is_about_one_to_a_hundred_records(count):
    ids = [str(number) for number in range(count)]
    for ask in (V8.restore, lambda some: V8.delete("Leads", some)):
        with pytest.raises(ValueError):
            ask(ids)
    with pytest.raises(ValueError):
        V8.create("Leads", [{}] * count)


def test_a_call_reads_at_most_fifty_fields():
    with pytest.raises(ValueError):
        V8.read("Leads", ["1"], [f"F{number}" for number in range(51)])


def test_workflows_run_unless_they_are_not_to():
    assert "trigger" not in V8.create("Vendors", ROWS).json
    assert V8.create("Vendors", ROWS, workflows=False).json["trigger"] == []
    assert V8.update("Vendors", ROWS, workflows=False).json["trigger"] == []
    assert V8.upsert("Vendors", ROWS, ["Email"], workflows=False).json["trigger"] == []
    assert dict(V8.delete("Vendors", ["1", "2"]).params) == {"ids": "1,2"}
    told = V8.delete("Vendors", ["1"], workflows=False).params
    assert dict(told) == {"ids": "1", "wf_trigger": "false"}


def test_an_upsert_names_the_fields_that_make_a_record_the_same():
    assert V8.upsert("Vendors", ROWS, ("Email", "Phone")).json == {
        "data": ROWS,
        "duplicate_check_fields": ["Email", "Phone"],
    }


def test_leads_are_read_converted_or_not():
    assert V8.read("Leads", ["1"], ["id"]).params["converted"] == "both"
    assert "converted" not in V8.read("Vendors", ["1"], ["id"]).params


@pytest.mark.parametrize("text", ALL)
def test_a_note_names_its_parent_as_its_version_wants_it(text):
    [row] = WriteAsks(named(text)).add_notes([("Vendors", "9", "Title", "Content")]).json["data"]
    nested = {"Parent_Id": {"module": {"api_name": "Vendors"}, "id": "9"}}
    flat = {"Parent_Id": "9", "se_module": "Vendors"}
    assert row == {
        "Note_Title": "Title",
        "Note_Content": "Content",
        **(nested if text >= "v5" else flat),
    }


def test_what_a_note_lacks_is_not_sent():
    [one, other] = V8.add_notes([("Leads", "1", "", "c"), ("Leads", "1", "t", "")]).json["data"]
    assert "Note_Title" not in one
    assert "Note_Content" not in other


@pytest.mark.parametrize("text", ALL)
def test_tags_are_named_as_their_version_wants_it(text):
    ask = WriteAsks(named(text)).add_tags("Leads", ["1", "2"], ["vip", "new"])
    if text >= "v3":
        tags = [{"name": "vip"}, {"name": "new"}]
        assert ask.json == {"tags": tags, "ids": ["1", "2"], "over_write": False}
        assert ask.params == {}
    else:
        assert ask.params == {"ids": "1,2", "tag_names": "vip,new"}
        assert ask.json is None


def test_an_old_version_cannot_part_a_tag_with_a_comma_from_two():
    with pytest.raises(ZohoRefused) as refused:
        V21.remove_tags("Leads", ["1"], ["a, b"])
    assert refused.value.zoho_code == "API_NOT_SUPPORTED"


@pytest.mark.parametrize("text", ALL[:-1])
def test_only_the_newest_version_restores(text):
    with pytest.raises(ZohoRefused) as refused:
        WriteAsks(named(text)).restore(["1"])
    assert refused.value.zoho_code == "API_NOT_SUPPORTED"


def test_what_comes_from_outside_cannot_leave_its_place_in_the_path():
    assert V8.notes("Leads", "../1?x").path == "/crm/v8/Leads/..%2F1%3Fx/Notes"


def test_what_is_sent_is_not_shown_in_logs():
    ask = V8.attach("Vendors", "1", Upload("Pat Doe's papers.pdf", io.BytesIO(b"x")))
    assert "Pat" not in repr(ask)
    assert "Acme" not in repr(V8.create("Vendors", ROWS))
