"""The client over a real network: TLS left out, sockets, timeouts and servers that hang up."""

import io
import socket
import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from emulator import Worlds, create_emulator
from emulator.seeds import bare_world
from emulator.tokens import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from extension.errors import GrantRevoked, ZohoBusy, ZohoUnclear
from extension.zoho import oauth
from extension.zoho.client import Crm, Limiter, Transport, together
from extension.zoho.datacenters import known
from extension.zoho.protocol import Ask
from extension.zoho.writer import Writer

READ = Ask("GET", "/crm/v8/org")
WRITE = Ask("POST", "/crm/v8/Leads", json={"data": []}, writes=True)


@pytest.fixture
def world():
    return bare_world()


@pytest.fixture
def worlds(world):
    return Worlds(world)


@pytest.fixture
def origin(worlds):
    """The emulator, served."""
    server = make_server("127.0.0.1", 0, create_emulator(worlds), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Held:
    """A token that never runs out."""

    def __init__(self, token):
        self.token = token

    def access_token(self, stale=None):
        return self.token


@pytest.fixture
def crm(origin, worlds, world):
    transport = Transport()
    token = worlds.tokens.sign_in(world, world.users[0], oauth.SCOPES).value
    center = known(origin).by_location("us")
    yield Crm(transport, Held(token), center, "v8", Limiter(10))
    transport.close()


def test_the_org_answers(crm, world):
    assert crm.org().id == world.org.zgid


def test_many_calls_at_once_all_get_their_answers(crm, world):
    assert {org.id for org in together(*[crm.org] * 20)} == {world.org.zgid}


def test_tokens_are_had_from_an_emulator_without_tls(origin, worlds, world):
    center = known(origin).by_location("us")
    registration = oauth.Client(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
    refresh = worlds.tokens.grant(world, world.users[0], oauth.SCOPES).value
    renewed = oauth.refresh(center, registration, refresh)
    assert known(origin).by_api_domain(renewed.api_domain).api == origin
    oauth.revoke(center, registration, refresh)
    with pytest.raises(GrantRevoked):
        oauth.refresh(center, registration, refresh)


@contextmanager
def patience(read):
    transport = Transport(timeout=(5.0, read))
    yield transport
    transport.close()


def test_an_answer_that_takes_too_long_is_busy(origin, worlds, world):
    answered = threading.Event()
    world.faults.sleep = lambda seconds: answered.wait(10)
    world.faults.order("latency", path="/org", seconds=60)
    token = worlds.tokens.sign_in(world, world.users[0], oauth.SCOPES).value
    with patience(0.2) as transport, pytest.raises(ZohoBusy):
        transport.send(origin, READ, token)
    answered.set()


@contextmanager
def server_that_says(*pieces):
    """Takes one call, says this much, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with listening.accept()[0] as connection:
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


HANG_UPS = {
    "before a byte": (),
    "in the status line": (b"HTTP/1.1 2",),
    "in the headers": (b"HTTP/1.1 200 OK\r\nContent-Le",),
    "in the body": (b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"data":[{"id":"1"',),
    "in a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{",),
}


@pytest.mark.parametrize("pieces", HANG_UPS.values(), ids=HANG_UPS)
@pytest.mark.parametrize(("ask", "expected"), [(READ, ZohoBusy), (WRITE, ZohoUnclear)])
def test_a_server_that_hangs_up_is_busy_for_a_read_and_unclear_for_a_write(pieces, ask, expected):
    with server_that_says(*pieces) as origin, patience(5) as transport:
        center = known(origin).by_location("us")
        client = Crm(transport, Held("token"), center, "v8", Limiter(1))
        with pytest.raises(expected):
            client.ask(ask)


def test_a_name_that_does_not_exist_is_busy_even_for_a_write():
    with patience(5) as transport, pytest.raises(ZohoBusy) as busy:
        transport.send("http://zoho.invalid", WRITE, "token")
    assert busy.value.zoho_code == "UNREACHABLE"


def test_a_file_passes_from_record_to_record(crm, world):
    lead, vendor = (
        world.add_record(module, values, owner=world.users[0])["id"]
        for module, values in (("Leads", {"Last_Name": "Doe"}), ("Vendors", {"Vendor_Name": "A"}))
    )
    content, writer = bytes(range(256)) * 20_000, Writer(crm)
    writer.attach_bytes("Leads", lead, "عرض.pdf", content)
    [entry] = writer.attachments("Leads", lead)
    writer.copy_attachment("Leads", lead, entry, "Vendors", vendor)
    [copy] = writer.attachments("Vendors", vendor)
    assert (copy.file_name, copy.size) == ("عرض.pdf", len(content))
    assert set(world.files.values()) == {content}


def test_a_file_of_which_only_a_part_came_is_copied_nowhere(world):
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Type: x/y\r\n\r\nonly this"
    with server_that_says(said) as origin, patience(5) as transport:
        client = Crm(transport, Held("t"), known(origin).by_location("us"), "v8", Limiter(10))
        with pytest.raises(ZohoBusy):
            client.download(READ, io.BytesIO(), 10_000)
