"""What becomes of every kind of write that meets trouble: done once, not done, or unclear."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from extension.errors import GrantRevoked, ZohoBusy, ZohoUnclear
from extension.zoho import hanging
from extension.zoho.hanging import AttachmentEntry
from extension.zoho.writer import Writer

SITE = AttachmentEntry("1", "Our site", 0, "https://example.com/", True)


@dataclass
class Scene:
    """A lead with everything on it, and where that can go."""

    world: Any
    lead: str
    vendor: str
    contact: str
    campaign: str
    task: str
    note: str
    file: str


@pytest.fixture
def scene(world, writer, lead, add):
    vendor, contact = add("Vendors", Vendor_Name="Acme"), add("Contacts", Last_Name="Doe")
    campaign = add("Campaigns", Campaign_Name="Fair")
    on = {"What_Id": {"id": lead, "name": "Pat Doe"}, "$se_module": "Leads"}
    task = add("Tasks", Subject="Call back", **on)
    one = writer()
    [note] = one.add_notes([("Leads", lead, "Title", "Content")])
    file = one.attach_bytes("Leads", lead, "a.txt", b"abc")
    one.add_tags("Leads", [lead], ["old"])
    one.link_related("Leads", lead, "Campaigns", [campaign])
    return Scene(world, lead, vendor, contact, campaign, task, note.id, file.id)


@dataclass
class Kind:
    """A write: how it is asked for, what shows that it is done, and whether twice is once."""

    path: str
    do: Callable[[Writer, Scene], object]
    seen: Callable[[Scene], object]
    harmless_twice: bool = False


def count(module):
    return lambda scene: len(scene.world.records.get(module, {}))


def value(module, name, field):
    return lambda scene: scene.world.records[module][getattr(scene, name)].get(field)


def tags(scene):
    return [tag["name"] for tag in scene.world.records["Leads"][scene.lead]["Tag"]]


KINDS = {
    "create": Kind(
        "/Vendors", lambda one, at: one.create("Vendors", [{"Vendor_Name": "New"}]),
        count("Vendors"),
    ),
    "a hundred": Kind(
        "/Vendors", lambda one, at: one.create("Vendors", [{"Vendor_Name": "New"}] * 100),
        count("Vendors"),
    ),
    "upsert": Kind(
        "/Vendors/upsert",
        lambda one, at: one.create(
            "Vendors", [{"Vendor_Name": "Acme", "Phone": "1"}], duplicate_check=["Vendor_Name"]
        ),
        value("Vendors", "vendor", "Phone"), True,
    ),
    "update": Kind(
        "/Leads", lambda one, at: one.update("Leads", [{"id": at.lead, "City": "Bremen"}]),
        value("Leads", "lead", "City"), True,
    ),
    "delete": Kind("/Leads", lambda one, at: one.delete("Leads", [at.lead]), count("Leads")),
    "note": Kind(
        "/Notes", lambda one, at: one.add_notes([("Vendors", at.vendor, "t", "c")]),
        count("Notes"),
    ),
    "no note": Kind("/Notes", lambda one, at: one.remove_notes([at.note]), count("Notes")),
    "file": Kind(
        "/Vendors/*/Attachments",
        lambda one, at: one.attach_bytes("Vendors", at.vendor, "b.txt", b"x"),
        count("Attachments"),
    ),
    "link": Kind(
        "/Vendors/*/Attachments",
        lambda one, at: one.copy_attachment("Leads", at.lead, SITE, "Vendors", at.vendor),
        count("Attachments"),
    ),
    "no file": Kind(
        "/Leads/*/Attachments/*",
        lambda one, at: one.remove_attachment("Leads", at.lead, at.file),
        count("Attachments"),
    ),
    "tag": Kind(
        "/Leads/actions/add_tags", lambda one, at: one.add_tags("Leads", [at.lead], ["new"]),
        tags, True,
    ),
    "untag": Kind(
        "/Leads/actions/remove_tags",
        lambda one, at: one.remove_tags("Leads", [at.lead], ["old"]), tags, True,
    ),
    "move": Kind(
        "/Tasks",
        lambda one, at: one.move_activities([("Tasks", at.task, "Vendors", at.vendor)]),
        value("Tasks", "task", "$se_module"), True,
    ),
    "relate": Kind(
        "/Contacts/*/Campaigns",
        lambda one, at: one.link_related("Contacts", at.contact, "Campaigns", [at.campaign]),
        lambda at: len(at.world.links), True,
    ),
    "part": Kind(
        "/Leads/*/Campaigns",
        lambda one, at: one.unlink_related("Leads", at.lead, "Campaigns", [at.campaign]),
        lambda at: len(at.world.links),
    ),
    "convert": Kind(
        "/Leads/*/actions/convert", lambda one, at: one.convert(at.lead, {}), count("Contacts")
    ),
}  # fmt: skip


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def undone(kind, scene):
    return kind.seen(scene)


def test_without_trouble_it_is_done_in_one_call(kind, crm, scene, undone):
    client = crm()
    kind.do(Writer(client), scene)
    assert kind.seen(scene) != undone
    assert client.calls == 1


@pytest.mark.parametrize("fault", ["answer_lost", "answer_cut"])
def test_a_write_whose_answer_is_lost_is_unclear_and_was_sent_once(kind, crm, scene, undone, fault):
    client = crm()
    one = Writer(client)
    scene.world.faults.order(fault, path=kind.path)
    with pytest.raises(ZohoUnclear):
        kind.do(one, scene)
    done = kind.seen(scene)
    assert done != undone
    assert client.calls == 1
    if kind.harmless_twice:
        kind.do(one, scene)
        assert kind.seen(scene) == done


@pytest.mark.parametrize(
    ("fault", "error"),
    [("busy", ZohoBusy), ("server_error", ZohoUnclear), ("no_connection", ZohoUnclear)],
)
def test_a_write_that_zoho_does_not_do_raises_and_can_be_done_later(
    kind, writer, scene, undone, fault, error
):
    one = writer()
    scene.world.faults.order(fault, path=kind.path)
    with pytest.raises(error):
        kind.do(one, scene)
    assert kind.seen(scene) == undone
    kind.do(one, scene)
    assert kind.seen(scene) != undone


def test_with_a_token_that_has_run_out_it_is_done_once(kind, crm, scene, undone):
    client = crm()
    scene.world.faults.order("token_expired", path=kind.path)
    kind.do(Writer(client), scene)
    assert kind.seen(scene) != undone
    assert client.calls == 2


def test_without_credits_nothing_is_done_and_the_write_is_busy(kind, writer, scene, undone):
    one = writer()
    scene.world.limits.credits = 0
    with pytest.raises(ZohoBusy):
        kind.do(one, scene)
    assert kind.seen(scene) == undone


def test_with_a_grant_that_is_dead_nothing_is_done(kind, crm, worlds, scene, undone):
    class Dead:
        def access_token(self, stale=None):
            return "1000.dead"

    with pytest.raises(GrantRevoked):
        kind.do(Writer(crm(tokens=Dead())), scene)
    assert kind.seen(scene) == undone


@pytest.mark.parametrize("fault", ["answer_lost", "answer_cut"])
def test_a_restore_whose_answer_is_lost_is_unclear_and_shows_when_it_is_read(writer, scene, fault):
    one = writer()
    one.delete("Leads", [scene.lead])
    scene.world.faults.order(fault, path="/settings/recycle_bin/*")
    with pytest.raises(ZohoUnclear):
        one.restore("Leads", [scene.lead])
    assert set(one.read("Leads", [scene.lead], ["id"])) == {scene.lead}


def tasks(writer, lead):
    [pages] = writer.lists([(lead, "Tasks")])
    return [one for page in pages for one in hanging.activities(page, "Tasks")]


@pytest.mark.parametrize("fault", ["busy", "server_error", "answer_lost", "answer_cut"])
@pytest.mark.parametrize(
    ("path", "look"),
    [
        ("/coql", lambda one, at: one.keyed("Vendors", "Vendor_Name", ["Acme"])),
        ("/Leads", lambda one, at: one.read("Leads", [at.lead], ["City"])),
        ("/Leads/*/Notes", lambda one, at: one.notes("Leads", at.lead)),
        ("/Leads/*/Attachments", lambda one, at: one.attachments("Leads", at.lead)),
        ("/Leads/*/Tasks", lambda one, at: tasks(one, at.lead)),
        ("/Leads/*/Campaigns", lambda one, at: one.campaigns("Leads", at.lead)),
    ],
    ids=["query", "read", "notes", "attachments", "activities", "campaigns"],
)
def test_a_look_at_what_was_done_is_never_unclear(writer, scene, fault, path, look):
    one = writer()
    scene.world.faults.order(fault, path=path)
    with pytest.raises(ZohoBusy):
        look(one, scene)
    assert look(one, scene)
