"""The emulated Zoho behind a story: its API as one of its people, and trouble to order."""

import time
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from extension.demo import CLIENT_ID, CLIENT_SECRET, FORM_VALUE, Running
from tests.browser.conftest import PATIENCE

SCOPE = "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.users.READ"


@dataclass
class Zoho:
    """What somebody does in Zoho CRM while the widget is open."""

    running: Running
    org: dict[str, Any]
    person: str
    token: str = ""

    def __post_init__(self) -> None:
        back = f"{self.running.extension}/elsewhere"
        query = {"response_type": "code", "client_id": CLIENT_ID, "scope": SCOPE,
                 "redirect_uri": back, "access_type": "online"}  # fmt: skip
        url = f"{self.running.emulator}/oauth/v2/auth"
        browser = requests.Session()
        page = browser.get(url, params=query, timeout=30)
        form = {name: unescape(value) for name, value in FORM_VALUE.findall(page.text)}
        form |= {"user": f"{self.org['zgid']}:{self._user()}", "decision": "accept"}
        answer = browser.post(url, data=form, allow_redirects=False, timeout=30)
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        wish = {"grant_type": "authorization_code", "client_id": CLIENT_ID, "code": code,
                "client_secret": CLIENT_SECRET, "redirect_uri": back}  # fmt: skip
        told = requests.post(f"{self.running.emulator}/oauth/v2/token", data=wish, timeout=30)
        self.token = told.json()["access_token"]

    def _user(self) -> str:
        return str(next(one["id"] for one in self.org["users"] if one["name"] == self.person))

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The API's answer, which must be a good one."""
        url = f"{self.running.emulator}/crm/v8/{path}"
        allowed = {"Authorization": f"Zoho-oauthtoken {self.token}"}
        answer = requests.request(method, url, headers=allowed, timeout=30, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def create(self, module: str, *records: dict[str, Any]) -> list[str]:
        rows = self.ask("POST", module, json={"data": list(records)})["data"]
        return [row["details"]["id"] for row in rows]

    def delete(self, module: str, *ids: str) -> None:
        self.ask("DELETE", f"{module}?ids={','.join(ids)}")

    def trouble(self, kind: str, method: str, path: str, **more: Any) -> None:
        wish = {"kind": kind, "method": method, "path": path, **more}
        requests.post(self._faults, json=wish, timeout=10).raise_for_status()

    def wait_for(self, kind: str) -> None:
        """Until the trouble of that kind that was ordered last has struck."""
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            told = requests.get(self._faults, timeout=10).json()["faults"]
            if any(one["struck"] for one in [one for one in told if one["kind"] == kind][-1:]):
                return
        raise AssertionError(f"There was never a call for {kind}.")

    def withdraw(self) -> None:
        """The person takes their consent to us back."""
        url = f"{self.running.emulator}/_emulator/orgs/{self.org['zgid']}/withdraw"
        requests.post(url, json={"user": self._user()}, timeout=10).raise_for_status()

    def calm(self) -> None:
        requests.delete(self._faults, timeout=10).raise_for_status()

    @property
    def _faults(self) -> str:
        return f"{self.running.emulator}/_emulator/orgs/{self.org['zgid']}/faults"
