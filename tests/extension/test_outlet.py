"""What is posted to an address of somebody's choice reaches nothing inside, and never hangs."""

import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from extension import outlet
from extension.zoho.thinking import OURS
from tests.extension.receiver import receiving


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1",
        "198.18.0.1", "192.88.99.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
        "::ffff:8.8.8.8", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1",
        "2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2001:db8::1", "100::1",
    ],
)  # fmt: skip
def test_what_is_not_everybodys_address_is_not_public(address):
    assert not outlet.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_what_is_everybodys_address_is_public(address):
    assert outlet.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/", "ftp://8.8.8.8/", "https://", "https:///path", "8.8.8.8", "",
        "https://user:secret@8.8.8.8/", "https://8.8.8.8/#part", "https://8.8.8.8/a b",
        "https://8.8.8.8/\r\nX: y", "https://8.8.8.8/\u00e4", "https://8.8.8.8:99999/", "https://[::1",
        "https://8.8.8.8/" + "x" * 500, "file:///etc/passwd", "https://127.0.0.1/",
        "https://localhost/", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
        "https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25lo]/", "https://169.254.169.254/latest/meta-data", "https://0/",
        "https://nowhere.invalid/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_one_to_post_to_is_refused_and_says_why(url):
    with pytest.raises(outlet.NotThere, match=r"\.$"):
        outlet.check(url, inside=False)


def test_a_public_address_may_be_posted_to_and_a_demonstration_may_post_at_home():
    outlet.check("https://8.8.8.8/path?a=b", inside=False)
    outlet.check("http://127.0.0.1:1/", inside=True)


def test_what_has_become_an_inner_address_since_it_was_saved_is_not_connected_to():
    """The name may mean another address each time somebody asks for it."""
    with receiving() as receiver:
        connection = outlet._Guarded(
            "127.0.0.1", port=int(receiver.url.split(":")[2][:-5]), inside=False
        )
        with pytest.raises(outlet.NotThere):
            connection.request("POST", "/told", body=b"{}")
        assert receiver.received == []


def test_what_is_posted_arrives_as_it_is():
    with receiving() as receiver:
        answer = outlet.post(receiver.url, b'{"a":1}', {"webhook-id": "evt_1"}, inside=True)
    assert answer == outlet.Answer(200, "")
    [one] = receiver.received
    assert (one.body, one.headers["webhook-id"]) == (b'{"a":1}', "evt_1")


def test_a_redirect_is_an_answer_like_any_other():
    with receiving() as receiver, receiving() as inner:
        receiver.answers = [(302, {"Location": inner.url})]
        answer = outlet.post(receiver.url, b"{}", {}, inside=True)
    assert answer == outlet.Answer(302, "It answered with status 302.")
    assert inner.received == []


def test_no_proxy_of_the_surroundings_is_asked(monkeypatch):
    with receiving() as receiver, receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert outlet.post(receiver.url, b"{}", {}, inside=True).status == 200
    assert proxy.received == []


def test_while_somebody_is_told_another_run_may_compute():
    with receiving() as receiver, OURS.taken():
        assert outlet.post(receiver.url, b"{}", {}, inside=True).status == 200
        assert not OURS.free
    assert receiver.seat_was_free == [True]


def test_who_speaks_without_end_is_cut_short(monkeypatch):
    monkeypatch.setattr(outlet, "SECONDS", 0.3)
    with receiving() as receiver:
        receiver.drip = True
        answer = outlet.post(receiver.url, b"{}", {}, inside=True)
        assert receiver.over.wait(10)
    assert answer.status == 0
    assert answer.problem.startswith("It took longer than")


def test_where_nobody_listens_nothing_arrives_and_a_sentence_says_so():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        answer = outlet.post(f"http://127.0.0.1:{port}/", b"{}", {}, inside=True)
    assert answer == outlet.Answer(
        0, "It could not be reached, or ended the connection without an answer."
    )


@pytest.fixture
def certificate(tmp_path):
    """One that nobody vouches for, for an address of this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_certificate_that_nobody_vouches_for_or_of_another_name_gets_nothing(
    certificate, monkeypatch
):
    with receiving(certificate) as receiver:
        strange = outlet.post(receiver.url, b"{}", {}, inside=True)
        monkeypatch.setattr(certifi, "where", lambda: str(certificate))
        other_name = receiver.url.replace("127.0.0.1", "localhost")
        another = outlet.post(other_name, b"{}", {}, inside=True)
        assert receiver.received == []
        assert outlet.post(receiver.url, b"{}", {}, inside=True) == outlet.Answer(200, "")
    assert strange.problem == another.problem
    assert strange.problem.startswith("Its certificate is not valid")
    assert len(receiver.received) == 1
