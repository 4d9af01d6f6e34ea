"""The client against a small Zoho: consent, tokens, metadata, leads, and trouble to order."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from emulator import Worlds, create_emulator
from emulator.adapter import EmulatorAdapter
from emulator.seeds import bare_world
from emulator.tokens import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from extension.errors import (
    GrantRevoked,
    InstallFailed,
    ScopeMissing,
    ZohoBusy,
    ZohoMissing,
    ZohoRefused,
    ZohoUnclear,
)
from extension.zoho import oauth, records
from extension.zoho.client import Crm, Limiter, Transport, together
from extension.zoho.composite import reference
from extension.zoho.datacenters import known
from extension.zoho.protocol import Ask

BACK = "https://convert.example.com/install/callback"
CENTERS = known()


@pytest.fixture
def world():
    one = bare_world()
    one.faults.sleep = lambda seconds: None
    return one


@pytest.fixture
def worlds(world):
    return Worlds(world)


@pytest.fixture
def adapter(worlds):
    return EmulatorAdapter(create_emulator(worlds))


@pytest.fixture
def registration(adapter):
    return oauth.Client(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, adapter)


@pytest.fixture
def consent(registration, adapter, world):
    """What the callback gets when a user agrees on Zoho's page, or does not."""

    def decide(user, decision="accept", **wish):
        center = CENTERS.by_location("us")
        url = urlsplit(oauth.consent_url(center, registration, BACK, "the-state", **wish))
        form = {name: values[0] for name, values in parse_qs(url.query).items()}
        form |= {"user": f"{world.org.zgid}:{user.id}", "decision": decision}
        with requests.Session() as browser:
            browser.mount("https://", adapter)
            page = url._replace(query="").geturl()
            answer = browser.post(page, data=form, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}

    return decide


class Grant:
    """Access tokens of one refresh token, as the store will hold them."""

    def __init__(self, registration, refresh_token, access_token=""):
        self.registration, self.refresh_token = registration, refresh_token
        self.current, self.refreshed = access_token, 0

    def access_token(self, stale=None):
        if self.current in ("", stale):
            center = CENTERS.by_location("us")
            self.current = oauth.refresh(center, self.registration, self.refresh_token).access_token
            self.refreshed += 1
        return self.current


@pytest.fixture
def grant(worlds, world, registration):
    """A user's grant, by default the administrator's with all that we ask for."""

    def make(user=None, scopes=oauth.SCOPES):
        refresh = worlds.tokens.grant(world, user or world.users[0], scopes)
        return Grant(registration, refresh.value)

    return make


@pytest.fixture
def crm(adapter, grant):
    """A client for one user of the org."""
    transport = Transport(adapter)

    def make(user=None, scopes=oauth.SCOPES, version="v8", tokens=None):
        held = tokens or grant(user, scopes)
        return Crm(transport, held, CENTERS.by_location("us"), version, Limiter(10))

    yield make
    transport.close()


@pytest.fixture
def lead(world):
    return world.add_record(
        "Leads",
        {"Last_Name": "Doe", "First_Name": "Pat", "Company": "Acme", "Email": "pat@example.com"},
        owner=world.users[0],
    )["id"]


def test_a_consent_ends_in_tokens_that_work(consent, registration, world, crm):
    back = consent(world.users[0])
    assert back["state"] == "the-state"
    center = CENTERS.by_accounts_server(back["accounts-server"])
    issued = oauth.exchange(center, registration, BACK, back["code"])
    assert oauth.missing(issued.scope) == set()
    assert CENTERS.by_api_domain(issued.api_domain) is center
    tokens = Grant(registration, issued.refresh_token, issued.access_token)
    assert crm(tokens=tokens).org().id == world.org.zgid
    assert tokens.refreshed == 0


def test_every_scope_that_we_ask_for_exists(consent, world):
    assert "code" in consent(world.users[1])


def test_who_declines_comes_back_with_access_denied(consent, world):
    assert consent(world.users[0], "decline") == {"error": "access_denied", "state": "the-state"}


def test_a_second_consent_gives_a_refresh_token_only_if_it_was_forced(consent, registration, world):
    center = CENTERS.by_location("us")

    def issued(**wish):
        code = consent(world.users[0], **wish)["code"]
        return oauth.exchange(center, registration, BACK, code).refresh_token

    assert issued() != ""
    assert issued() == ""
    assert issued(force_consent=True) != ""


def test_a_code_works_once(consent, registration, world):
    code = consent(world.users[0])["code"]
    center = CENTERS.by_location("us")
    oauth.exchange(center, registration, BACK, code)
    with pytest.raises(InstallFailed) as failed:
        oauth.exchange(center, registration, BACK, code)
    assert failed.value.code == "invalid_code"


def test_an_eleventh_token_in_ten_minutes_is_busy_and_the_grant_lives(grant):
    tokens = grant()
    for _ in range(10):
        tokens.access_token(stale=tokens.current)
    with pytest.raises(ZohoBusy):
        tokens.access_token(stale=tokens.current)


def test_a_wrong_secret_is_not_a_dead_grant(grant, registration):
    wrong = oauth.Client(DEMO_CLIENT_ID, "wrong", registration.adapter)
    with pytest.raises(ZohoRefused) as refused:
        oauth.refresh(CENTERS.by_location("us"), wrong, grant().refresh_token)
    assert type(refused.value) is ZohoRefused


def test_an_ended_consent_ends_everything(crm, grant, registration):
    tokens = grant()
    client = crm(tokens=tokens)
    assert client.org().name
    oauth.revoke(CENTERS.by_location("us"), registration, tokens.refresh_token)
    with pytest.raises(GrantRevoked):
        client.org()
    oauth.revoke(CENTERS.by_location("us"), registration, tokens.refresh_token)


def test_an_access_token_that_has_run_out_is_refreshed_once(crm, grant, world):
    tokens = grant()
    client = crm(tokens=tokens)
    client.org()
    world.clock.advance(7200)
    assert client.org().id == world.org.zgid
    assert (tokens.refreshed, client.calls) == (2, 3)


def test_a_token_that_zoho_refuses_for_once_is_refreshed_once(crm, grant, world):
    tokens = grant()
    client = crm(tokens=tokens)
    client.org()
    world.faults.order("token_expired", path="/org")
    assert client.org().id == world.org.zgid
    assert tokens.refreshed == 2


def test_tokens_that_zoho_keeps_refusing_mean_a_dead_grant(crm, grant, world):
    tokens = grant()
    world.faults.order("token_expired", path="/org", times=None)
    with pytest.raises(GrantRevoked):
        crm(tokens=tokens).org()
    assert tokens.refreshed == 2


def test_a_scope_that_is_missing_refreshes_nothing(crm, grant):
    tokens = grant(scopes=("ZohoCRM.org.READ",))
    client = crm(tokens=tokens)
    with pytest.raises(ScopeMissing):
        client.current_user()
    assert (tokens.refreshed, client.calls) == (1, 1)


TROUBLE = ["busy", "server_error", "answer_lost", "answer_cut", "no_connection"]


@pytest.mark.parametrize("kind", TROUBLE)
def test_a_read_in_trouble_is_busy_and_works_the_next_time(crm, world, kind):
    client = crm()
    world.faults.order(kind, path="/org")
    with pytest.raises(ZohoBusy):
        client.org()
    assert client.org().id == world.org.zgid


@pytest.mark.parametrize("kind", TROUBLE)
def test_conversion_options_in_trouble_are_unavailable(crm, world, lead, kind):
    world.faults.order(kind, path="/Leads/*/__conversion_options")
    assert crm().conversion_options(lead).state == "unavailable"


def test_what_is_left_of_the_credits_is_known_once_half_are_used(crm, world):
    client = crm()
    client.org()
    assert client.credits_left is None
    world.limits.credits = 3
    client.org()
    assert client.credits_left == 1


def test_who_has_no_credits_left_is_busy(crm, world):
    client = crm()
    world.limits.credits = 0
    with pytest.raises(ZohoBusy) as busy:
        client.org()
    assert busy.value.zoho_code == "TOO_MANY_REQUESTS"


def test_the_people_of_an_org(crm, world):
    admin, rep = world.users
    client = crm()
    assert client.current_user().administrator
    assert client.current_user().email == admin.email
    assert [user.id for user in client.users()] == [admin.id, rep.id]
    mine = crm(rep).current_user()
    assert (mine.id, mine.administrator) == (rep.id, False)
    profile = client.profile(mine.profile.id)
    assert profile.permissions["Crm_Implied_View_Leads"] is True
    assert profile.permissions["Crm_Implied_Manage_Users"] is False


def test_the_metadata_of_an_org(crm):
    client = crm()
    modules = {module.api_name: module for module in client.modules()}
    assert modules["Vendors"].name_field == "Vendor_Name"
    assert modules["Leads"].visible
    fields = client.fields("Leads")
    assert fields["Company"].converts_to == {"Accounts": "Account_Name"}
    assert fields["Last_Name"].mandatory
    assert fields["Created_Time"].read_only
    assert "-None-" not in {choice.value for choice in fields["Lead_Source"].choices}
    [layout] = client.layouts("Leads")
    assert "Last_Name" in layout.required
    assert {field.api_name for field in layout.deal_fields} >= {"Deal_Name", "Stage"}
    [deals] = client.layouts("Deals")
    assert layout.converts_to["Deals"] == deals.id
    [pipeline] = client.pipelines(deals.id)
    assert pipeline.default
    assert pipeline.stages[0].value == "Qualification"
    assert "Notes" in {one.api_name for one in client.related_lists("Leads")}


def test_a_module_that_does_not_exist_is_refused(crm):
    with pytest.raises(ZohoRefused) as refused:
        crm().fields("Nothings")
    assert refused.value.zoho_code == "INVALID_MODULE"


def test_conversion_options_name_the_double(crm, world, lead):
    double = world.add_record(
        "Contacts", {"Last_Name": "Doe", "Email": "pat@example.com"}, owner=world.users[0]
    )
    says = crm().conversion_options(lead)
    assert says.state == "answered"
    assert [record.id for record in says.records["Contacts"]] == [double["id"]]
    assert [one.field for one in says.agreements["Contacts"]] == ["Email"]


def test_a_lead_that_is_like_nobody_has_no_options_to_choose_from(crm, lead):
    assert crm().conversion_options(lead).state == "nothing"


def test_several_calls_at_once_are_several_calls(crm, world):
    client = crm()
    org, user, modules = together(client.org, client.current_user, client.modules)
    assert (org.id, user.id) == (world.org.zgid, world.users[0].id)
    assert len(modules) > 5
    assert client.calls == 3


def test_a_lead_is_read_as_it_is(crm, lead):
    found = crm().lead(lead)
    assert (found.module, found.id) == ("Leads", lead)
    assert found.values["Email"] == "pat@example.com"


def test_a_lead_that_does_not_exist_is_missing(crm):
    with pytest.raises(ZohoMissing):
        crm().lead("4876876000000999999")


def test_what_is_no_id_is_refused(crm):
    with pytest.raises(ZohoRefused):
        crm().lead("../org")


def test_a_converted_lead_can_still_be_read(crm, world, lead):
    world.records["Leads"][lead] |= {"$converted": True, "Converted__s": True}
    assert crm().lead(lead).values["$converted"] is True


def vendor(world, **values):
    return world.add_record("Vendors", values, owner=world.users[0])["id"]


def test_a_search_finds_what_agrees_whatever_is_in_the_name(crm, world):
    found = vendor(world, Vendor_Name="Müller (& Söhne), Bau+Holz", Email="info@mueller.example")
    vendor(world, Vendor_Name="Somebody Else")
    client = crm()
    by_name = "(Vendor_Name:equals:Müller \\(& Söhne\\)\\, Bau+Holz)"
    for criteria in (by_name, "(Email:equals:info@mueller.example)"):
        assert [record.id for record in client.search("Vendors", criteria, 5)] == [found]


def test_a_search_that_finds_nothing_is_no_error(crm):
    assert crm().search("Vendors", "(Vendor_Name:equals:Nobody)") == ()


def test_a_search_gives_the_first_of_many(crm, world):
    for _ in range(4):
        vendor(world, Vendor_Name="Acme")
    assert len(crm().search("Vendors", "(Vendor_Name:equals:Acme)", 3)) == 3


def test_related_records_are_counted(crm, world, lead):
    lists = ["Notes", "Attachments", "Nothing_Of_The_Kind"]
    assert crm().related_counts("Leads", lead, lists) == {
        "Notes": 0,
        "Attachments": 0,
        "Nothing_Of_The_Kind": None,
    }


NEW_VENDOR = {"data": [{"Vendor_Name": "Acme"}]}


def create(client):
    """A write, as later conversions make them."""
    return client.ask(Ask("POST", "/crm/v8/Vendors", json=NEW_VENDOR, writes=True))


@pytest.mark.parametrize("kind", ["answer_lost", "answer_cut"])
def test_a_write_whose_answer_is_lost_has_happened_and_is_not_repeated(crm, world, kind):
    client = crm()
    world.faults.order(kind, method="POST", path="/Vendors")
    with pytest.raises(ZohoUnclear):
        create(client)
    assert (len(world.records["Vendors"]), client.calls) == (1, 1)


def test_a_write_that_was_turned_away_has_not_happened_and_is_busy(crm, world):
    world.faults.order("busy", method="POST", path="/Vendors")
    with pytest.raises(ZohoBusy):
        create(crm())
    assert not world.records["Vendors"]


def test_a_write_during_which_zoho_broke_down_is_unclear(crm, world):
    world.faults.order("server_error", method="POST", path="/Vendors")
    with pytest.raises(ZohoUnclear):
        create(crm())


def test_a_write_with_a_token_that_has_run_out_happens_once(crm, world):
    world.faults.order("token_expired", method="POST", path="/Vendors")
    create(crm())
    assert len(world.records["Vendors"]) == 1


def by_lead(field, lead_field):
    return f"({field}:equals:{reference('lead', f'data[0].{lead_field}')})"


def questions(client, lead):
    """A lead and its possible doubles, in one call: the searches use what the lead says."""
    return {
        "lead": client.asks.lead(lead),
        "vendors": client.asks.search("Vendors", by_lead("Email", "Email"), 25),
        "accounts": client.asks.search("Accounts", by_lead("Account_Name", "Company"), 25),
        "by_fax": client.asks.search("Accounts", by_lead("Fax", "Fax"), 25),
    }


def test_a_lead_and_its_doubles_come_in_one_call(crm, world, lead):
    double = vendor(world, Vendor_Name="Acme Ltd", Email="pat@example.com")
    client = crm()
    answers = client.composite(questions(client, lead))
    assert records.record(answers["lead"], "Leads").id == lead
    assert [one.id for one in records.records(answers["vendors"], "Vendors")] == [double]
    assert answers["accounts"] is None
    assert answers["by_fax"].zoho_code == "INVALID_REFERENCE"
    assert client.calls == 1


def test_a_search_that_is_too_wide_for_it_spoils_the_whole_composite_request(crm, lead):
    client = crm()
    wide = client.asks.search("Vendors", "(Email:equals:pat@example.com)", 200)
    with pytest.raises(ZohoRefused) as refused:
        client.composite({"lead": client.asks.lead(lead), "vendors": wide})
    assert refused.value.details["maximum_length"] == 25


def test_what_a_person_may_not_see_is_refused_alone(crm, world, lead):
    rep = world.users[1]
    world.profile(rep.profile).denied.add("Crm_Implied_View_Vendors")
    world.records["Leads"][lead]["Owner"] = rep.brief()
    client = crm(rep)
    answers = client.composite(questions(client, lead))
    assert records.record(answers["lead"], "Leads").id == lead
    assert answers["vendors"].details == {"permissions": ["Crm_Implied_View_Vendors"]}


@pytest.mark.parametrize("kind", TROUBLE)
def test_a_composite_request_in_trouble_is_busy_as_a_whole(crm, world, lead, kind):
    client = crm()
    world.faults.order(kind, path="/__composite_requests")
    with pytest.raises(ZohoBusy):
        client.composite(questions(client, lead))


def test_a_token_that_has_run_out_is_replaced_for_the_whole_composite_request(crm, world, lead):
    client = crm()
    world.faults.order("token_expired", path="/__composite_requests")
    assert records.record(client.composite(questions(client, lead))["lead"], "Leads").id == lead
    assert client.calls == 2
