"""Talking to the emulator in-process through `requests`."""

import io

import pytest
import requests
from flask import Flask, Response, request

from emulator.adapter import EmulatorAdapter
from emulator.call import TROUBLE_HEADER


@pytest.fixture
def session():
    app = Flask(__name__)

    @app.route("/echo", methods=["GET", "POST", "PUT"])
    def echo():
        return {
            "method": request.method,
            "url": request.url,
            "type": request.content_type,
            "body": request.get_data(as_text=True),
        }

    @app.get("/stream")
    def stream():
        return Response((b"%d," % number for number in range(1000)), mimetype="text/csv")

    @app.post("/upload")
    def upload():
        file = request.files["file"]
        return {"name": file.filename, "size": len(file.read())}

    @app.get("/cut")
    def cut():
        return Response(b"0123456789", headers={TROUBLE_HEADER: "answer_cut"})

    @app.get("/empty")
    def empty():
        return Response(status=204)

    @app.get("/cookies")
    def cookies():
        answer = Response("ok")
        answer.set_cookie("a", "1")
        answer.set_cookie("b", "2")
        return answer

    with requests.Session() as session:
        session.mount("https://", EmulatorAdapter(app))
        yield session


def test_the_application_sees_zohos_own_host(session):
    answer = session.get("https://www.zohoapis.com/echo", params={"q": "a b+c&ü"})
    assert answer.json()["url"] == "https://www.zohoapis.com/echo?q=a+b%2Bc%26ü"


def test_a_json_body_arrives(session):
    answer = session.post("https://x.example.com/echo", json={"a": 1})
    assert answer.json()["body"] == '{"a": 1}'
    assert answer.json()["type"] == "application/json"


@pytest.mark.parametrize(
    "body", [b"bytes", "text", io.BytesIO(b"a file"), (part for part in (b"in ", b"", b"parts"))]
)
def test_every_kind_of_body_arrives(session, body):
    arrived = session.post("https://x.example.com/echo", data=body).json()["body"]
    assert arrived in ("bytes", "text", "a file", "in parts")


def test_a_file_is_uploaded(session):
    files = {"file": ("größe.txt", io.BytesIO(b"x" * 100_000))}
    answer = session.post("https://x.example.com/upload", files=files)
    assert answer.json() == {"name": "größe.txt", "size": 100_000}


def test_an_answer_can_be_read_in_parts(session):
    with session.get("https://x.example.com/stream", stream=True) as answer:
        assert next(answer.iter_content(10)) == b"0,1,2,3,4,"


def test_a_cut_answer_breaks_in_the_middle_of_reading(session):
    with session.get("https://x.example.com/cut", stream=True) as answer:
        parts = answer.iter_content(5)
        assert next(parts) == b"01234"
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            next(parts)


def test_no_content_is_no_content(session):
    answer = session.get("https://x.example.com/empty")
    assert (answer.status_code, answer.content, answer.ok) == (204, b"", True)


def test_headers_of_the_same_name_are_kept(session):
    answer = session.get("https://x.example.com/cookies")
    assert len(answer.raw.headers.getlist("Set-Cookie")) == 2
