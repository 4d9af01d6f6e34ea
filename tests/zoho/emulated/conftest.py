"""A small Zoho behind the client: an org, its users' grants, and a lead."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from emulator import Worlds, fields
from emulator.adapter import EmulatorAdapter
from emulator.seeds import bare_world
from emulator.tokens import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from extension.zoho import oauth
from extension.zoho.client import Crm, Limiter, Transport
from extension.zoho.datacenters import known
from extension.zoho.patience import PROMPT
from extension.zoho.writer import Writer

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
def adapter(emulator, worlds):
    emulator.extensions["worlds"] = worlds
    return EmulatorAdapter(emulator)


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


@pytest.fixture
def back():
    """Where Zoho sends people back to."""
    return BACK


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
def holding(registration):
    """Tokens as they came from a consent."""
    return lambda *tokens: Grant(registration, *tokens)


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

    def make(user=None, scopes=oauth.SCOPES, version="v8", tokens=None, patience=PROMPT):
        held = tokens or grant(user, scopes)
        return Crm(transport, held, CENTERS.by_location("us"), version, Limiter(10), patience)

    yield make
    transport.close()


@pytest.fixture
def lead(world):
    return world.add_record(
        "Leads",
        {"Last_Name": "Doe", "First_Name": "Pat", "Company": "Acme", "Email": "pat@example.com"},
        owner=world.users[0],
    )["id"]


@pytest.fixture
def keyed_vendors(world):
    """Vendors with a unique field, as the installer adds it."""
    module = world.module("Vendors")
    module.fields.append(fields.text("Conversion_Key", unique=True))
    world.number(module)
    return module


@pytest.fixture
def writer(crm):
    """What writes as one user; by default the administrator."""

    def make(*user, **traits):
        return Writer(crm(*user, **traits))

    return make


@pytest.fixture
def add(world):
    """A record of the administrator's, by its module and values; its id."""

    def make(module, owner=None, **values):
        return world.add_record(module, values, owner=owner or world.users[0])["id"]

    return make
