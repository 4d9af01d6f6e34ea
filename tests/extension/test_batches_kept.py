"""Who sees a batch, how much of it, and how long it is kept."""

from extension import batch_views, housekeeping, running
from extension.store.batches import Batch, BatchRow
from extension.store.conversions import Conversion
from tests.extension.batch_rig import (
    PATH,
    ask,
    begun,
    done,
    look,
    new_leads,
    planned,
    rows,
    second_rep,
    work,
)
from tests.extension.rig import error_of, everything, on_sqlite


@on_sqlite
def test_another_rep_of_the_org_sees_nothing_of_it_and_an_administrator_all(
    warm, admin, person, world, parts
):
    other = person().at_home(world, second_rep(world))
    one = planned(warm, parts, new_leads(world, 1))
    at = f"{PATH}/{one['id']}"
    for path in (at, f"{at}/ledger", f"{at}/ledger.csv"):
        assert error_of(other.get(path)) == (404, "not_found")
        assert admin.get(path).status_code == 200
    bodies = {"start": {"digest": one["digest"]}, "undo": {}, "leads": {"leads": ["1"]}}
    for deed in ("start", "undo", "leads", "cancel", "retry"):
        answer = other.ask("POST", f"{at}/{deed}", json=bodies.get(deed))
        assert error_of(answer) == (404, "not_found"), deed
    assert other.get(PATH).json == {"batches": []}
    assert look(admin, one["id"])["asked_by"] == "Rob Rep"


@on_sqlite
def test_the_same_key_brings_the_same_batch(warm, world, parts):
    leads = new_leads(world, 2)
    first, second = (ask(warm, leads, key="k1").json for _ in range(2))
    assert first == second
    assert ask(warm, leads, key="k2").json["id"] != first["id"]
    assert len(warm.get(PATH).json["batches"]) == 2


@on_sqlite
def test_a_batch_takes_ten_thousand_leads_and_not_one_more(warm, world, parts):
    one = ask(warm, new_leads(world, 1)).json
    for begin in range(1, 10_000, 500):
        leads = [str(10**15 + at) for at in range(begin, min(begin + 500, 10_000))]
        answer = warm.ask("POST", f"{PATH}/{one['id']}/leads", json={"leads": leads})
        assert answer.status_code == 202, answer.json
    assert answer.json["leads"] == 10_000
    answer = warm.ask("POST", f"{PATH}/{one['id']}/leads", json={"leads": ["1"]})
    assert error_of(answer) == (422, "invalid_input")
    assert look(warm, one["id"])["leads"] == 10_000


@on_sqlite
def test_a_ledger_is_read_page_by_page(warm, world, parts):
    one = ask(warm, new_leads(world, 7)).json
    seen, after = [], 0
    while after is not None:
        page = warm.get(f"{PATH}/{one['id']}/ledger", query_string={"after": after, "limit": 3})
        seen.append([each["place"] for each in page.json["rows"]])
        after = page.json["next"]
    assert seen == [[1, 2, 3], [4, 5, 6], [7]]


def test_ninety_days_later_a_batch_is_forgotten_with_its_conversions(warm, world, parts, clock):
    one = done(warm, parts, new_leads(world, 2))
    never_started = planned(warm, parts, new_leads(world, 1))
    clock.advance(days=89)
    housekeeping.tidy(parts)
    assert len(everything(parts, BatchRow)) == 3
    assert len(everything(parts, Conversion)) == 2
    clock.advance(days=2)
    housekeeping.tidy(parts)
    assert not everything(parts, BatchRow)
    assert not everything(parts, Batch)
    assert one["id"] != never_started["id"]


@on_sqlite
def test_of_a_batch_that_is_not_over_only_what_is_over_is_forgotten(warm, world, parts, clock):
    one = begun(warm, parts, new_leads(world, 2))
    last = rows(warm, one["id"])[1]["conversion"]
    running.give_up(parts, last)
    work(parts, one["id"])
    clock.advance(days=91)
    housekeeping.tidy(parts)
    [row], [batch] = everything(parts, BatchRow), everything(parts, Batch)
    seen = batch_views.view(parts, batch)
    assert (row.place, seen["leads"], seen["counts"]["failed"]) == (2, 1, 1)
