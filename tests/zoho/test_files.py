"""Files pass in pieces, and are none the worse for it."""

import io
from contextlib import closing

import pytest
from werkzeug.formparser import parse_form_data

from extension.errors import ZohoRefused
from extension.zoho.files import Multipart, Sink
from extension.zoho.protocol import Upload

CONTENT = bytes(range(256)) * 1000
NAMES = ["offer.pdf", "Angebot für Zoë.pdf", "عرض.pdf", "הצעה.txt", "🎉.png", "a b; c=d.txt"]


def received(form, body):
    """Name and content of the file, as a server reads the form."""
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": form.content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    with closing(parse_form_data(environ)[2]["file"]) as file:
        return file.filename, file.read()


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_form_arrives_with_its_name_and_content(name):
    form = Multipart(Upload(name, io.BytesIO(CONTENT)))
    length = len(form)
    body = form.read()
    assert len(body) == length
    assert received(form, body) == (name, CONTENT)


@pytest.mark.parametrize("name", ['say "hi".txt', "a\r\nX-Injected: yes"])
def test_a_name_cannot_become_a_part_of_the_form(name):
    body = Multipart(Upload(name, io.BytesIO(b"x"))).read()
    head = body.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert len(head) == 3
    assert head[1].count(b'"') == 4


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_a_form_is_the_same_in_pieces_of_any_size(size):
    form = Multipart(Upload("a", io.BytesIO(b"0123456789" * 20)))
    pieces = list(iter(lambda: form.read(size), b""))
    assert max(map(len, pieces)) <= size
    assert received(form, b"".join(pieces)) == ("a", b"0123456789" * 20)


def test_a_file_that_was_read_before_is_sent_from_its_start():
    content = io.BytesIO(b"abc")
    content.read()
    form = Multipart(Upload("a", content))
    assert received(form, form.read()) == ("a", b"abc")


def test_what_is_downloaded_anew_replaces_what_was_there():
    file = io.BytesIO()
    sink = Sink(file, 10)
    sink.take([b"12345", b"67890"])
    sink.take([b"abc"])
    assert (file.read(), sink.filled) == (b"abc", True)


def test_a_download_that_is_too_large_is_refused_before_it_is_whole():
    asked = []

    def pieces():
        for piece in (b"12345", b"67890", b"more", b"never asked for"):
            asked.append(piece)
            yield piece

    with pytest.raises(ZohoRefused) as refused:
        Sink(io.BytesIO(), 10).take(pieces())
    assert refused.value.zoho_code == "FILE_SIZE_MORE_THAN_ALLOWED_SIZE"
    assert len(asked) == 3
