"""A world: ids, time, who sees what, and going back."""

import itertools
from datetime import UTC, datetime

import pytest

from emulator import fields as f
from emulator.clock import Clock
from emulator.schema import Profile, Role, User
from emulator.seeds import bare_world
from emulator.standard import custom_module
from emulator.state import Link
from emulator.worlds import Worlds


@pytest.fixture
def admin(world):
    return world.users[0]


@pytest.fixture
def rep(world):
    return world.users[1]


def person(name, role, profile="Standard"):
    return User(
        first_name=name, last_name="X", email=f"{name}@example.com", profile=profile, role=role
    )


# Ids and time


def test_ids_have_19_digits_and_are_never_the_same(world):
    ids = [world.new_id() for _ in range(1000)]
    assert {len(one) for one in ids} == {19}
    assert len(set(ids)) == 1000


def test_two_orgs_have_different_ids():
    one, other = bare_world("60001234567"), bare_world("60007654321")
    assert one.users[0].id != other.users[0].id


def test_time_is_told_in_the_orgs_zone(world):
    assert world.timestamp() == "2026-01-10T06:00:00-06:00"


def test_a_clock_runs_unless_it_is_stopped():
    clock = Clock()
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2030
    clock.freeze()
    assert clock.now() == clock.now()
    at = clock.now()
    clock.advance(90)
    assert (clock.now() - at).total_seconds() == 90
    clock.resume()
    assert clock.now() > at
    clock.reset()
    assert abs((clock.now() - Clock().now()).total_seconds()) < 60


def test_a_moment_needs_its_zone():
    with pytest.raises(ValueError, match="time zone"):
        Clock(datetime(2030, 1, 1))


# Records


def test_a_new_record_has_owner_layout_stamps_and_state(world, rep):
    lead = world.add_record("Leads", {"Last_Name": "Doe"}, owner=rep)
    assert lead["Owner"] == {"name": "Rob Rep", "id": rep.id, "email": "rob@example.com"}
    assert lead["Layout"]["name"] == "Standard"
    assert lead["Created_Time"] == lead["Modified_Time"] == world.timestamp()
    assert (lead["$approval_state"], lead["Locked__s"], lead["Tag"]) == ("approved", False, [])
    assert world.find("Leads", lead["id"]) is lead


def test_a_change_leaves_the_creation_as_it_was(world, admin, rep):
    lead = world.add_record("Leads", {"Last_Name": "Doe"}, owner=rep)
    created = lead["Created_Time"]
    world.clock.advance(60)
    world.stamp(lead, admin)
    assert (lead["Created_Time"], lead["Created_By"]["id"]) == (created, rep.id)
    assert lead["Modified_Time"] == world.timestamp()
    assert lead["Modified_By"]["id"] == admin.id


def test_a_lookup_shows_the_name_of_its_record(world):
    lead = world.add_record("Leads", {"First_Name": "Pat", "Last_Name": "Doe"})
    vendor = world.add_record("Vendors", {"Vendor_Name": "Acme"})
    assert world.reference("Leads", lead) == {"name": "Pat Doe", "id": lead["id"]}
    assert world.reference("Vendors", vendor) == {"name": "Acme", "id": vendor["id"]}


def test_a_record_is_found_without_its_module(world):
    vendor = world.add_record("Vendors", {"Vendor_Name": "Acme"})
    assert world.find_anywhere(vendor["id"]) == ("Vendors", vendor)
    assert world.find_anywhere("1") is None


def test_a_recycled_record_is_in_the_bin_and_nowhere_else(world, admin):
    vendor = world.add_record("Vendors", {"Vendor_Name": "Acme"})
    assert world.recycle("Vendors", vendor["id"], admin)
    assert world.find("Vendors", vendor["id"]) is None
    assert world.bin[vendor["id"]].record is vendor
    assert not world.recycle("Vendors", vendor["id"], admin)


def test_a_link_is_seen_from_both_ends(world):
    world.links.append(Link("Leads", "1", "Campaigns", "2", {"Member_Status": "Sent"}))
    [forth] = world.linked("Leads", "1", "Campaigns")
    [back] = world.linked("Campaigns", "2", "Leads")
    assert (forth.other_id, back.other_id) == ("2", "1")
    assert back.details is forth.details
    assert not list(world.linked("Leads", "2", "Campaigns"))


# Who may do what


def test_private_records_are_seen_by_owner_superiors_and_administrators(world, admin, rep):
    world.add_role(Role(name="Peer", reports_to="CEO"), Role(name="Junior", reports_to="Manager"))
    peer, junior = person("Peer", "Peer"), person("June", "Junior")
    boss = person("Boss", "CEO")
    world.add_user(peer, junior, boss)
    lead = world.add_record("Leads", {"Last_Name": "Doe"}, owner=junior)
    seen = {u.first_name: world.visible_to(u, "Leads", lead) for u in world.users}
    assert seen == {"Ada": True, "Rob": True, "Peer": False, "June": True, "Boss": True}
    own = world.add_record("Leads", {"Last_Name": "Roe"}, owner=rep)
    assert not world.visible_to(junior, "Leads", own)


def test_public_records_are_seen_by_everybody_with_the_permission(world, rep):
    vendor = world.add_record("Vendors", {"Vendor_Name": "Acme"})
    assert world.visible_to(rep, "Vendors", vendor)
    world.profile("Standard").denied.add("Crm_Implied_View_Vendors")
    assert not world.visible_to(rep, "Vendors", vendor)


@pytest.mark.parametrize(
    ("sharing", "seen", "edited"),
    [("private", False, False), ("public_read", True, False), ("public_read_write", True, True)],
)
def test_sharing_says_who_sees_and_who_edits(world, rep, sharing, seen, edited):
    world.module("Leads").sharing = sharing
    lead = world.add_record("Leads", {"Last_Name": "Doe"})
    assert world.visible_to(rep, "Leads", lead) == seen
    assert world.editable_by(rep, "Leads", lead) == edited


def test_a_read_only_profile_edits_nothing_of_its_own_either(world):
    world.add_profile(Profile(name="Reader", granted={"Crm_Implied_View_Leads"}))
    reader = person("Rae", "Manager", "Reader")
    world.add_user(reader)
    lead = world.add_record("Leads", {"Last_Name": "Doe"}, owner=reader)
    assert world.visible_to(reader, "Leads", lead)
    assert not world.editable_by(reader, "Leads", lead)


@pytest.mark.parametrize("word", ["Suppliers", "CustomModule5"])
def test_a_custom_modules_permission_goes_by_either_name(world, rep, word):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers", number=5))
    world.profile("Standard").denied.add(f"Crm_Implied_Create_{word}")
    assert not world.may(rep, "Crm_Implied_Create_Suppliers")
    assert not world.may(rep, "Crm_Implied_Create_CustomModule5")
    assert world.may(rep, "Crm_Implied_View_Suppliers")


def test_somebody_without_a_profile_may_do_nothing(world):
    stranger = person("No", "Manager", "Vanished")
    assert not world.may(stranger, "Crm_Implied_View_Leads")


def test_fields_are_hidden_or_read_only_by_profile(world, admin, rep):
    f.hidden_from(world.module("Leads").field("Rating"), "Standard")
    assert world.field_permission(rep, "Leads", "Rating") == "hidden"
    assert world.field_permission(admin, "Leads", "Rating") == "read_write"
    assert world.field_permission(admin, "Leads", "Unicorn") == "hidden"


# Going back


def test_reset_brings_the_seed_back_and_takes_the_rest(world):
    ids = [user.id for user in world.users]
    world.add_record("Leads", {"Last_Name": "Doe"})
    world.module("Leads").add(f.text("More"))
    world.faults.order("busy")
    world.limits.charge(3)
    world.reset()
    assert not world.records["Leads"]
    assert not world.module("Leads").field("More")
    assert (world.faults.orders, world.limits.spent, world.log.calls) == ([], 0, [])
    assert [user.id for user in world.users] == ids


def test_resetting_one_org_keeps_its_users_signed_in(world, worlds, zoho):
    token = worlds.tokens.sign_in(world, world.users[0], ["ZohoCRM.org.READ"]).value
    world.reset()
    assert zoho("GET", "/org", token=token).status_code == 200
    worlds.reset()
    assert zoho("GET", "/org", token=token).status_code == 401


def test_a_snapshot_can_be_restored(world):
    lead = world.add_record("Leads", {"Last_Name": "Doe"})
    before = world.snapshot()
    lead["Last_Name"] = "Roe"
    world.add_record("Leads", {"Last_Name": "New"})
    world.restore(before)
    assert [one["Last_Name"] for one in world.records["Leads"].values()] == ["Doe"]


def test_orgs_are_found_by_number_and_by_place():
    us, eu = bare_world("60001234567"), bare_world("60007654321", location="eu")
    worlds = Worlds(us)
    worlds.add(eu)
    assert (worlds.by_zgid("60007654321"), worlds.by_zgid("1"), len(worlds)) == (eu, None, 2)
    assert worlds.in_data_centre("eu") == [eu]


# Modules


def test_every_placed_field_exists(world):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers", f.text("More")))
    for module in world.modules:
        for layout in module.layouts:
            missing = [p.api_name for p in layout.placed() if not module.field(p.api_name)]
            assert not missing, module.api_name


def test_no_field_is_there_twice(world):
    for module in world.modules:
        names = [field.api_name for field in module.fields]
        assert len(set(names)) == len(names), module.api_name


def test_every_lookup_and_list_leads_somewhere(world):
    for module in world.modules:
        targets = [field.lookup for field in module.fields if field.lookup]
        targets += [name for field in module.fields for name in field.lookup_modules if name != "*"]
        targets += [one.module for one in module.related_lists]
        assert all(world.module(name) for name in targets), module.api_name
        for one in module.related_lists:
            assert not one.via or world.module(one.module).field(one.via), one.api_name


def test_a_field_added_later_goes_to_its_section_or_the_last(world):
    module = world.module("Leads")
    module.add(f.text("One"), section="Supplier Information")
    module.add(f.text("Two", mandatory=True))
    [layout] = module.layouts
    labels = {p.api_name: s.label for s in layout.sections for p in s.fields}
    assert labels["One"] == labels["Two"] == "Supplier Information"
    assert "Two" in layout.required()


def test_every_part_has_an_id(world):
    for module in world.modules:
        parts = itertools.chain(
            [module], module.fields, module.layouts, module.related_lists,
            *(layout.sections for layout in module.layouts),
            *(field.choices for field in module.fields),
        )  # fmt: skip
        assert all(part.id for part in parts), module.api_name
