"""Attachments: files up and down, links, limits."""

import hashlib

import pytest

from emulator.limits import MOST_BYTES


@pytest.fixture
def path(lead):
    return f"/Leads/{lead['id']}/Attachments"


@pytest.fixture
def uploaded(zoho, path):
    response = zoho("POST", path, files={"file": ("offer.pdf", b"%PDF-1.7 content")})
    [entry] = response.json()["data"]
    return entry["details"]["id"]


def test_an_uploaded_file_is_answered_like_a_record(zoho, path):
    response = zoho("POST", path, files={"file": ("a.txt", b"x")})
    [entry] = response.json()["data"]
    assert (response.status_code, entry["code"], entry["message"]) == (
        200, "SUCCESS", "attachment uploaded successfully",
    )  # fmt: skip
    assert set(entry["details"]) == {
        "Modified_Time", "Modified_By", "Created_Time", "Created_By", "id",
    }  # fmt: skip


def test_attachments_are_listed_with_their_size_as_text(zoho, path, uploaded, lead):
    asked = {"fields": "id,File_Name,Size,Parent_Id"}
    [seen] = zoho("GET", path, params=asked).json()["data"]
    assert len(seen.pop("$file_id")) > 10
    assert seen == {
        "id": uploaded, "File_Name": "offer.pdf", "Size": "16",
        "Parent_Id": {"name": "Pat Doe", "id": lead["id"]},
        "$se_module": "Leads", "$type": "File",
        "$editable": True, "$state": "save", "$field_states": None,
    }  # fmt: skip


def test_a_file_comes_back_as_it_went_in(zoho, path):
    content = bytes(range(256)) * 4000
    made = zoho("POST", path, files={"file": ("data.bin", content)}).json()["data"][0]
    response = zoho("GET", f"{path}/{made['details']['id']}", stream=True)
    digest = hashlib.sha256()
    for chunk in response.iter_content(10_000):
        digest.update(chunk)
    assert digest.digest() == hashlib.sha256(content).digest()
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["Content-Disposition"] == "attachment; filename=data.bin"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Angebot für Zoë.pdf", "attachment; filename=\"Angebot f_r Zo_.pdf\"; "
         "filename*=UTF-8''Angebot%20f%C3%BCr%20Zo%C3%AB.pdf"),
        ("a b.txt", 'attachment; filename="a b.txt"'),
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_told_for_old_and_new_readers(zoho, path, name, header):
    made = zoho("POST", path, files={"file": (name, b"x")}).json()["data"][0]
    response = zoho("GET", f"{path}/{made['details']['id']}")
    assert response.headers["Content-Disposition"] == header


def test_an_upload_may_be_streamed(zoho, path, world):
    boundary = "frontier"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="s.txt"\r\n'
             "Content-Type: text/plain\r\n\r\n".encode(), b"abc", b"def",
             f"\r\n--{boundary}--\r\n".encode()]  # fmt: skip
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    assert zoho("POST", path, data=iter(parts), headers=headers).status_code == 200
    assert list(world.files.values()) == [b"abcdef"]


def test_an_empty_file_is_a_file(zoho, path, world):
    assert zoho("POST", path, files={"file": ("empty", b"")}).status_code == 200
    assert list(world.files.values()) == [b""]


def test_a_link_is_listed_as_one_and_cannot_be_downloaded(zoho, path):
    data = {"attachmentUrl": "https://docs.example/offer", "title": "Offer"}
    made = zoho("POST", path, data=data).json()["data"][0]["details"]["id"]
    [seen] = zoho("GET", path, params={"fields": "File_Name,Size"}).json()["data"]
    assert seen == {
        "File_Name": "Offer", "Size": "0", "id": made, "$se_module": "Leads", "$file_id": None,
        "$type": "Link URL", "$link_url": "https://docs.example/offer",
        "$editable": True, "$state": "save", "$field_states": None,
    }  # fmt: skip
    response = zoho("GET", f"{path}/{made}")
    assert (response.status_code, response.json()["code"]) == (400, "DOWNLOAD_NOT_ALLOWED")


@pytest.mark.parametrize("url", ["not a url", "x" * 2001])
def test_a_link_must_be_a_url(zoho, path, url):
    response = zoho("POST", path, data={"attachmentUrl": url})
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_URL_PATTERN")


def test_a_file_may_have_a_hundred_megabytes(world):
    assert world.limits.most_bytes == MOST_BYTES == 100 * 2**20


@pytest.mark.parametrize("size", [1001, 100_000])
def test_a_file_over_the_limit_is_refused(zoho, path, world, size):
    world.limits.most_bytes = 1000
    response = zoho("POST", path, files={"file": ("big", b"x" * size)})
    assert (response.status_code, response.json()["code"]) == (
        413, "FILE_SIZE_MORE_THAN_ALLOWED_SIZE",
    )  # fmt: skip
    assert world.files == {}


def test_an_upload_without_a_file_is_refused(zoho, path):
    wrong = zoho("POST", path, json={"file": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "INVALID_REQUEST")
    empty = zoho("POST", path, files={"other": ("a", b"x")})
    assert (empty.status_code, empty.json()["code"]) == (400, "MANDATORY_NOT_FOUND")
    two = zoho("POST", path, files=[("file", ("a", b"x")), ("file", ("b", b"y"))])
    assert (two.status_code, two.json()["code"]) == (400, "INVALID_DATA")


def test_fields_must_be_named_and_nothing_is_no_content(zoho, path):
    assert zoho("GET", path).json()["code"] == "REQUIRED_PARAM_MISSING"
    assert zoho("GET", path, params={"fields": "id"}).status_code == 204


def test_attachments_are_deleted_one_or_many(zoho, path, uploaded, world):
    other = zoho("POST", path, files={"file": ("b", b"x")}).json()["data"][0]["details"]["id"]
    assert zoho("DELETE", f"{path}/{uploaded}").json()["data"][0]["message"] == "record deleted"
    response = zoho("DELETE", path, params={"ids": f"{other},999"})
    assert response.status_code == 207
    assert world.records["Attachments"] == {}


def test_an_attachment_of_another_record_is_out_of_reach(zoho, uploaded, add, world):
    other = add("Leads", Last_Name="Other")
    path = f"/Leads/{other['id']}/Attachments"
    assert zoho("GET", f"{path}/{uploaded}").json()["details"] == {"resource_path_index": 3}
    assert zoho("DELETE", f"{path}/{uploaded}").status_code == 400
    assert zoho("DELETE", path, params={"ids": uploaded}).status_code == 400
    assert uploaded in world.records["Attachments"]


def test_a_note_can_have_attachments(zoho, lead, note_of):
    note = note_of("Leads", lead, "see file")
    path = f"/Notes/{note['id']}/Attachments"
    assert zoho("POST", path, files={"file": ("a", b"x")}).status_code == 200
    assert zoho("GET", path, params={"fields": "id"}).status_code == 200
    [seen] = zoho("GET", f"/Notes/{note['id']}").json()["data"]
    [attached] = seen["$attachments"]
    assert (attached["File_Name"], attached["Size"], seen["$size"]) == ("a", "1", "1")


def test_attachments_of_a_record_that_is_not_seen_are_not_seen(zoho, people, path, uploaded):
    for method, end in (("GET", "?fields=id"), ("GET", f"/{uploaded}"), ("POST", "")):
        response = zoho(method, f"{path}{end}", user=people.rob)
        assert response.json()["message"] == "the related id given seems to be invalid"


@pytest.mark.parametrize(("scope", "status"), [("ZohoCRM.modules.attachments.READ", 204),
                                               ("ZohoCRM.modules.leads.ALL", 401)])  # fmt: skip
def test_attachments_need_their_own_scope(zoho, path, scope, status):
    response = zoho("GET", path, params={"fields": "id"}, scopes=(scope,))
    assert response.status_code == status
