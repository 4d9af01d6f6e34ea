"""The SDK is served as Zoho's CDN serves it."""

import pytest
from flask import Flask

PATH = "/js-sdk/{}/ZohoEmbededAppSDK.min.js"


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.5"])
def test_pages_of_any_origin_may_load_the_sdk(app: Flask, version: str) -> None:
    answer = app.test_client().get(PATH.format(version))
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.text.rstrip().endswith(f'("{version}");')


def test_versions_differ_in_what_they_offer(app: Flask) -> None:
    texts = {v: app.test_client().get(PATH.format(v)).text for v in ("1.1", "1.2", "1.5")}
    assert "window.zrc" in texts["1.5"]
    assert "window.zrc" not in texts["1.1"] + texts["1.2"]


def test_an_unchanged_sdk_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    tag = client.get(PATH.format("1.2")).headers["ETag"]
    assert client.get(PATH.format("1.2"), headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("version", ["1.0", "1.3", "2", "..", "1.2/../../x"])
def test_other_versions_are_not_there(app: Flask, version: str) -> None:
    assert app.test_client().get(PATH.format(version)).status_code == 404


def test_the_script_that_get_zdk_url_names_is_there(app: Flask) -> None:
    answer = app.test_client().get("/js-sdk/zdk.js")
    assert "ZDK" in answer.text
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
