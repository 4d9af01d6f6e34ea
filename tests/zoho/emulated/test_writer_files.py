"""Attachments pass from record to record, and are never whole in memory."""

import io
import tracemalloc

import pytest
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.response import HTTPResponse

from extension.errors import ScopeMissing, ZohoBusy, ZohoUnclear
from extension.zoho.client import Crm, Limiter, Transport
from extension.zoho.datacenters import known
from extension.zoho.hanging import AttachmentEntry
from extension.zoho.oauth import SCOPES
from extension.zoho.outcomes import Written
from extension.zoho.patience import Patience
from extension.zoho.writer import MOST_BYTES, Writer

ALL = ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"]
NAMES = ["offer.pdf", "Angebot für Zoë.pdf", "عرض السعر.pdf", "הצעה.txt", "🎉.png", "a;b=c, d.txt"]
CONTENT = bytes(range(256)) * 2000
NOWHERE = "4876876000000999999"


@pytest.fixture
def vendor(add):
    return add("Vendors", Vendor_Name="Acme")


@pytest.fixture
def offer(writer, lead):
    """A file on the lead, as it is listed."""
    one = writer()
    one.attach_bytes("Leads", lead, "offer.pdf", CONTENT)
    return one.attachments("Leads", lead)[0]


@pytest.fixture
def site(writer, lead):
    """A link on the lead, as it is listed."""
    one = writer()
    link = AttachmentEntry("1", "Our site", 0, "https://example.com/?a=1&b=ü", is_link=True)
    one.copy_attachment("Leads", lead, link, "Leads", lead)
    return one.attachments("Leads", lead)[0]


def content(world, attachment):
    return world.files[world.records["Attachments"][attachment]["$file_id"]]


@pytest.mark.parametrize("version", ALL)
def test_a_file_is_copied_byte_for_byte(writer, world, lead, vendor, version):
    one = writer(version=version)
    one.attach_bytes("Leads", lead, "offer.pdf", CONTENT)
    [entry] = one.attachments("Leads", lead)
    assert (entry.file_name, entry.size, entry.is_link) == ("offer.pdf", len(CONTENT), False)
    made = one.copy_attachment("Leads", lead, entry, "Vendors", vendor)
    assert isinstance(made, Written)
    assert made.created
    assert content(world, made.id) == CONTENT
    [copy] = one.attachments("Vendors", vendor)
    assert (copy.id, copy.file_name, copy.size) == (made.id, "offer.pdf", len(CONTENT))
    assert (copy.author, bool(copy.time)) == (world.users[0].id, True)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_keeps_its_name(writer, lead, vendor, name):
    one = writer()
    one.attach_bytes("Leads", lead, name, b"x")
    [entry] = one.attachments("Leads", lead)
    one.copy_attachment("Leads", lead, entry, "Vendors", vendor)
    assert [copy.file_name for copy in one.attachments("Vendors", vendor)] == [name]


@pytest.mark.parametrize("given", [b"", b"x", b'{"code": "INVALID_DATA", "status": "error"}'])
def test_a_file_may_hold_nothing_or_look_like_an_error(writer, world, lead, vendor, given):
    one = writer()
    one.attach_bytes("Leads", lead, "odd.json", given)
    [entry] = one.attachments("Leads", lead)
    made = one.copy_attachment("Leads", lead, entry, "Vendors", vendor)
    assert content(world, made.id) == given


def test_a_copy_takes_two_calls(crm, lead, vendor, offer):
    client = crm()
    Writer(client).copy_attachment("Leads", lead, offer, "Vendors", vendor)
    assert client.calls == 2


def test_a_link_stays_a_link(crm, lead, vendor, site):
    client = crm()
    one = Writer(client)
    made = one.copy_attachment("Leads", lead, site, "Vendors", vendor)
    assert isinstance(made, Written)
    [copy] = one.attachments("Vendors", vendor)
    assert (copy.file_name, copy.is_link) == ("Our site", True)
    assert copy.link_url == "https://example.com/?a=1&b=ü"


def test_what_lies_elsewhere_without_an_address_is_refused(crm, lead, vendor):
    client = crm()
    document = AttachmentEntry("1", "Plan", is_link=True)
    refused = Writer(client).copy_attachment("Leads", lead, document, "Vendors", vendor)
    assert (refused.code, client.calls) == ("DOWNLOAD_NOT_ALLOWED", 0)


def test_a_link_that_is_taken_for_a_file_is_refused_by_zoho(writer, lead, vendor, site):
    one = writer()
    mistaken = AttachmentEntry(site.id, site.file_name)
    refused = one.copy_attachment("Leads", lead, mistaken, "Vendors", vendor)
    assert refused.code == "DOWNLOAD_NOT_ALLOWED"
    assert one.attachments("Vendors", vendor) == ()


def test_a_file_that_is_gone_is_missing(writer, lead, vendor, offer):
    one = writer()
    assert isinstance(one.remove_attachment("Leads", lead, offer.id), Written)
    assert one.copy_attachment("Leads", lead, offer, "Vendors", vendor).missing
    assert one.remove_attachment("Leads", lead, offer.id).missing


def test_a_record_that_is_nowhere_takes_no_file(writer, lead, offer):
    assert writer().copy_attachment("Leads", lead, offer, "Vendors", NOWHERE).missing


def test_a_file_that_is_too_large_for_zoho_is_refused(writer, world, lead, vendor, offer):
    world.limits.most_bytes = len(CONTENT) - 1
    one = writer()
    refused = one.copy_attachment("Leads", lead, offer, "Vendors", vendor)
    assert (refused.code, refused.message) == (
        "FILE_SIZE_MORE_THAN_ALLOWED_SIZE",
        "This is too large for Zoho.",
    )
    assert one.attachments("Vendors", vendor) == ()


def test_who_may_not_read_attachments_copies_none(writer, lead, vendor, offer):
    narrow = [scope for scope in SCOPES if scope != "ZohoCRM.modules.ALL"]
    with pytest.raises(ScopeMissing):
        writer(scopes=narrow).copy_attachment("Leads", lead, offer, "Vendors", vendor)


@pytest.mark.parametrize("kind", ["busy", "server_error", "answer_lost", "answer_cut"])
def test_a_download_in_trouble_is_busy_and_nothing_is_written(
    writer, world, lead, vendor, offer, kind
):
    one = writer()
    world.faults.order(kind, method="GET", path="/Leads/*/Attachments/*")
    with pytest.raises(ZohoBusy):
        one.copy_attachment("Leads", lead, offer, "Vendors", vendor)
    assert one.attachments("Vendors", vendor) == ()


@pytest.mark.parametrize("kind", ["busy", "server_error", "answer_lost", "answer_cut"])
def test_a_worker_asks_for_a_file_again(crm, world, lead, vendor, offer, kind):
    one = Writer(crm(patience=Patience(1, sleep=lambda _: None)))
    world.faults.order(kind, method="GET", path="/Leads/*/Attachments/*")
    one.copy_attachment("Leads", lead, offer, "Vendors", vendor)
    [found] = one.attachments("Vendors", vendor)
    assert content(world, found.id) == CONTENT


@pytest.mark.parametrize("kind", ["answer_lost", "answer_cut"])
def test_an_upload_whose_answer_is_lost_is_unclear_and_can_be_found(
    writer, world, lead, vendor, offer, kind
):
    one = writer()
    world.faults.order(kind, method="POST", path="/Vendors/*/Attachments")
    with pytest.raises(ZohoUnclear):
        one.copy_attachment("Leads", lead, offer, "Vendors", vendor)
    [found] = one.attachments("Vendors", vendor)
    assert (found.file_name, found.size) == (offer.file_name, offer.size)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_with_a_token_that_has_run_out_a_file_is_sent_once_and_whole(
    writer, world, lead, vendor, offer, method
):
    one = writer()
    world.faults.order("token_expired", method=method, path="*/Attachments*")
    made = one.copy_attachment("Leads", lead, offer, "Vendors", vendor)
    assert content(world, made.id) == CONTENT
    assert len(one.attachments("Vendors", vendor)) == 1


def test_zohos_largest_file_is_ours():
    assert MOST_BYTES == 100 * 2**20


class Token:
    def access_token(self, stale=None):
        return "a-token"


class Endless(io.RawIOBase):
    """So many zeros, made while they are read."""

    def __init__(self, size):
        super().__init__()
        self.left = size

    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(len(buffer), self.left)
        self.left -= count
        buffer[:count] = bytes(count)
        return count


class LargeFiles(BaseAdapter):
    """Hands out a large file, and takes one, as a network does: piece by piece."""

    def __init__(self, size):
        super().__init__()
        self.size, self.received = size, 0

    def send(self, request, stream=False, **options):
        if request.method == "GET":
            return self.answer(request, Endless(self.size), "application/octet-stream")
        assert int(request.headers["Content-Length"]) > self.size
        while piece := request.body.read(16384):
            self.received += len(piece)
        done = b'{"data": [{"code": "SUCCESS", "details": {"id": "7"}, "status": "success"}]}'
        response = self.answer(request, io.BytesIO(done), "application/json")
        assert response.content
        return response

    def answer(self, request, body, kind):
        raw = HTTPResponse(body, {"Content-Type": kind}, 200, preload_content=False)
        return HTTPAdapter().build_response(request, raw)

    def close(self):
        pass


def test_a_file_of_a_hundred_megabytes_needs_no_more_memory_than_a_small_one():
    network = LargeFiles(MOST_BYTES)
    client = Crm(Transport(network), Token(), known().by_location("us"), "v8", Limiter(10))
    tracemalloc.start()
    made = Writer(client).copy_attachment(
        "Leads", "1", AttachmentEntry("2", "large.bin"), "Vendors", "3"
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert made == Written("7", True)
    assert MOST_BYTES < network.received < MOST_BYTES + 1000
    assert peak < 2 * 2**20


def test_a_file_that_never_ends_is_refused_when_it_is_larger_than_zohos_largest():
    network = LargeFiles(MOST_BYTES + 1)
    client = Crm(Transport(network), Token(), known().by_location("us"), "v8", Limiter(10))
    refused = Writer(client).copy_attachment(
        "Leads", "1", AttachmentEntry("2", "large.bin"), "Vendors", "3"
    )
    assert refused.code == "FILE_SIZE_MORE_THAN_ALLOWED_SIZE"
    assert network.received == 0
