"""What a writer makes of answers that the emulator does not give."""

import io
import json

import pytest

from extension.errors import ZohoBusy, ZohoMissing, ZohoRefused
from extension.zoho.hanging import AttachmentEntry
from extension.zoho.paging import MOST_PAGES
from extension.zoho.writer import Writer

NOTHING = (204, {}, b"")
FILE = AttachmentEntry("2", "a.txt")


def page(*ids, more=False, key="K"):
    body = {"data": [{"id": each, "Key": key} for each in ids], "info": {"more_records": more}}
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def test_a_list_without_an_end_is_refused_and_not_cut(crm):
    client, wire = crm(*[page("1", more=True)] * MOST_PAGES)
    with pytest.raises(ZohoRefused) as refused:
        Writer(client).notes("Leads", "1")
    assert refused.value.zoho_code == "PAGINATION_LIMIT_EXCEEDED"
    assert not wire.answers


def test_a_query_without_an_end_is_refused_and_not_cut(crm):
    client, _ = crm(*[page("1", more=True)] * MOST_PAGES)
    with pytest.raises(ZohoRefused):
        Writer(client).keyed("Vendors", "Key", ["K"])


def test_a_record_that_was_not_asked_for_carries_no_key(crm):
    client, _ = crm(page("1", key="another"))
    assert Writer(client).keyed("Vendors", "Key", ["K"]) == {"K": ()}


def test_a_file_that_zoho_says_nothing_of_is_missing(crm):
    client, _ = crm(NOTHING)
    with pytest.raises(ZohoMissing):
        client.download(client.asks.record("Leads", "1"), io.BytesIO(), 10)


def test_what_is_no_file_is_read_as_zohos_answer(crm, answer):
    refused = 200, {"Content-Type": "application/json;charset=UTF-8"}, answer("lead_locked")[2]
    client, wire = crm(refused)
    told = Writer(client).copy_attachment("Leads", "1", FILE, "Vendors", "3")
    assert (told.code, len(wire.asked)) == ("RECORD_LOCKED", 1)


def test_an_answer_that_holds_no_file_after_all_is_missing(crm):
    client, _ = crm(page("1"))
    told = Writer(client).copy_attachment("Leads", "1", FILE, "Vendors", "3")
    assert told.missing


def test_an_error_of_a_proxy_is_never_taken_for_the_file(crm):
    client, wire = crm((502, {"Content-Type": "text/html"}, b"<h1>Bad gateway</h1>"))
    with pytest.raises(ZohoBusy):
        Writer(client).copy_attachment("Leads", "1", FILE, "Vendors", "3")
    assert len(wire.asked) == 1
