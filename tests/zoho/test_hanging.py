"""What hangs on a record is read as Zoho lists it, and an activity is moved by what it is."""

import pytest

from extension.zoho import hanging
from extension.zoho.hanging import Move


def test_attachments_are_files_or_links(payload):
    file, link, elsewhere = hanging.attachments(payload("attachments_of_a_lead"))
    assert (file.file_name, file.size, file.is_link) == ("Q4.pdf", 1048576, False)
    assert file.author == "4876876000000327001"
    assert (link.link_url, link.is_link, link.size) == ("https://example.com/", True, 0)
    assert (elsewhere.is_link, elsewhere.link_url) == (True, "")


def test_what_people_wrote_is_not_shown_in_logs(payload):
    file, link, _ = hanging.attachments(payload("attachments_of_a_lead"))
    assert "Q4" not in repr(file)
    assert "example.com" not in repr(link)


@pytest.mark.parametrize(
    ("move", "written"),
    [
        (
            Move("Tasks", "1", "Vendors", "9"),
            {"id": "1", "What_Id": {"id": "9"}, "$se_module": "Vendors"},
        ),
        (
            Move("Calls", "1", "Contacts", "9", "Leads"),
            {"id": "1", "Who_Id": {"id": "9"}, "What_Id": None, "$se_module": None},
        ),
        (
            Move("Events", "1", "Leads", "9", "Contacts"),
            {"id": "1", "What_Id": {"id": "9"}, "$se_module": "Leads", "Who_Id": None},
        ),
    ],
)
def test_an_activity_moves_to_a_person_or_to_a_thing(move, written):
    assert hanging.moved(move) == written


def test_activities_are_parted_by_module_in_their_order():
    moves = [
        Move("Tasks", "1", "X", "9"),
        Move("Calls", "2", "X", "9"),
        Move("Tasks", "3", "X", "9"),
    ]
    assert hanging.by_module(moves) == {"Tasks": [moves[0], moves[2]], "Calls": [moves[1]]}


@pytest.mark.parametrize("read", [hanging.notes, hanging.attachments, hanging.statuses])
def test_nothing_hangs_on_a_record_that_zoho_says_nothing_of(read):
    assert not read(None)
