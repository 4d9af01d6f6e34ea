"""`python -m extension.demo`: the emulated Zoho and the extension, each a process of its own.

They are joined over real HTTP and OAuth, and left running for a person, or (`--smoke`) walked
through once.
"""

import argparse
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
EXTENSION_PORT, EMULATOR_PORT = 8000, 8001
# What the emulator registers as its one application.
CLIENT_ID = "1000.EMULATORDEMOCLIENT0000000000000"
CLIENT_SECRET = "emulator-demo-client-secret-not-a-secret"  # noqa: S105
BOOT_SECONDS = 30.0
FORM_VALUE = re.compile(r'name="(\w+)" value="([^"]*)"')
RULE = {
    "field": "Lead_Status", "value": "Pre-Qualified", "action": "convert", "target": "Vendors",
}  # fmt: skip
"""What the demo's rule does."""
SESSION = re.compile(r'"token":\s*"([^"]+)"')


class DemoFailed(Exception):
    """The demo cannot go on; the message says where it stopped."""


@dataclass(frozen=True, slots=True)
class Running:
    """Both servers, up."""

    extension: str
    emulator: str
    web_process: int
    """Gunicorn's process id; its children are the workers."""
    database: Path
    """The SQLite file."""


@contextmanager
def running(*, ports: tuple[int, int] = (EXTENSION_PORT, EMULATOR_PORT)) -> Iterator[Running]:
    """Start both, with a worker and a database of their own; end all on the way out."""
    extension, emulator = (f"http://{HOST}:{free_port(port)}" for port in ports)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="convert-anywhere-"))
        settings = environment(extension, emulator, folder)
        stack.enter_context(
            _process(
                [
                    sys.executable, "-m", "emulator",
                    "--port", emulator.rpartition(":")[2],
                    "--widget-url", f"{extension}/app/widget.html",
                    "--private-urls",
                ],
                settings,
            )
        )  # fmt: skip
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        subprocess.run(  # noqa: S603
            [*flask, "migrate"], cwd=ROOT, env=settings, check=True, stdout=sys.stderr
        )
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
        web = stack.enter_context(_process(gunicorn, settings))
        stack.enter_context(_process([*flask, "work"], settings))
        wait_for(f"{emulator}/_emulator/orgs")
        wait_for(f"{extension}/readyz")
        yield Running(extension, emulator, web, Path(folder) / "demo.db")


def install(demo: Running) -> None:
    """As the administrator of every demo org: install it over OAuth."""
    for org in orgs(demo):
        browser = requests.Session()
        start = browser.post(f"{demo.extension}/install", allow_redirects=False, timeout=30)
        page = _consent(browser, start, f"{org['zgid']}:{_person(org, 'Administrator')['id']}")
        if "Installed for" not in page:
            raise DemoFailed("The installation did not end on its last page.")


def sign_in(demo: Running, org: dict[str, Any], profile: str = "Standard") -> str:
    """As a rep of the org, or somebody else: sign in as the widget does. The bearer token."""
    challenge = _challenge(secrets.token_urlsafe(32))
    query = {"challenge": challenge, "origin": demo.extension, "org": org["zgid"]}
    browser = requests.Session()
    start = browser.get(f"{demo.extension}/signin", params=query, allow_redirects=False, timeout=30)
    page = _consent(browser, start, f"{org['zgid']}:{_person(org, profile)['id']}")
    found = SESSION.search(page)
    if found is None:
        raise DemoFailed("The sign-in did not end with a session.")
    return found[1]


def provision(demo: Running, org: dict[str, Any]) -> list[str]:
    """As the org's administrator: have Zoho set up, so that a lead whose status changes becomes a
    vendor. What stood in the way."""
    token = sign_in(demo, org, "Administrator")
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{demo.extension}/api/v1/provision"
    shown = requests.get(url, RULE, headers=headers, timeout=60)
    wish = {"digest": shown.json().get("digest"), "rule": RULE}
    answer = requests.post(url, json=wish, headers=headers, timeout=60)
    if answer.status_code != 200:
        raise DemoFailed(f"Setting Zoho up ended with {answer.status_code}: {answer.text[:500]}")
    came = [one["came"] for one in answer.json()["items"] if one["came"]]
    return [one["message"] for one in came if one["state"] != "done"]


def options(demo: Running, token: str, lead: str) -> dict[str, Any]:
    """What the lead can become, from the extension's API."""
    answer = requests.get(
        f"{demo.extension}/api/v1/leads/{lead}/options",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    if answer.status_code != 200:
        raise DemoFailed(f"The options came with {answer.status_code}: {answer.text[:500]}")
    found: dict[str, Any] = answer.json()
    return found


def smoke() -> None:
    """Install, sign in, ask for the options of a supplier lead; they are the last line."""
    began = time.monotonic()
    with running(ports=(0, 0)) as demo:
        _say(f"Up after {time.monotonic() - began:.1f} s: {demo.extension}, {demo.emulator}")
        install(demo)
        _say("Installed in every demo org.")
        org = orgs(demo)[0]
        token = sign_in(demo, org)
        _say("A rep is signed in.")
        for trouble in provision(demo, org):
            raise DemoFailed(trouble)
        _say("Zoho is set up.")
        found = options(demo, token, org["notable"]["supplier"])
        _say(f"Done after {time.monotonic() - began:.1f} s.")
    print(json.dumps(found, ensure_ascii=False), flush=True)  # noqa: T201


def demonstrate() -> None:
    """Leave both running until Ctrl-C."""
    with running() as demo:
        install(demo)
        org = orgs(demo)[0]
        for trouble in provision(demo, org):
            _say(trouble)
        _say(
            f"\n  Zoho CRM (emulated)   {demo.emulator}/crm/org{org['zgid']}/tab/Leads\n"
            f"  The extension         {demo.extension}/install\n\n"
            "  Open a lead, click Convert, and sign in as the same person. Or set a lead's\n"
            f"  status to {RULE['value']}: a rule then makes it a vendor. Ctrl-C ends it all.\n"
        )
        _until_interrupted()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m extension.demo", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="walk through once and exit")
    chosen = parser.parse_args(arguments)
    try:
        (smoke if chosen.smoke else demonstrate)()
    except KeyboardInterrupt:
        _say("Ended.")
    except (DemoFailed, subprocess.CalledProcessError, requests.RequestException) as error:
        _say(f"The demo failed. {error}")
        return 1
    return 0


def environment(extension: str, emulator: str, folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "PORT": extension.rpartition(":")[2],
        "BIND_HOST": HOST,
        "WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY", "1"),
        "PUBLIC_URL": extension,
        "DATABASE_URL": f"sqlite:///{folder}/demo.db",
        "SECRET_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "ZOHO_CLIENT_ID": CLIENT_ID,
        "ZOHO_CLIENT_SECRET": CLIENT_SECRET,
        "ZOHO_EMULATOR_URL": emulator,
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }


def free_port(port: int) -> int:
    """The port, or another one where somebody else has it."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, wanted))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise DemoFailed("This machine has no free port.")


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    # A group of its own: Ctrl-C reaches us alone, and we end it in order.
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment, stdout=sys.stderr, start_new_session=True
    )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise DemoFailed(f"{url} does not answer.")


def orgs(demo: Running) -> list[dict[str, Any]]:
    answer = requests.get(f"{demo.emulator}/_emulator/orgs", timeout=10)
    found: list[dict[str, Any]] = answer.json()["orgs"]
    return found


def _person(org: dict[str, Any], profile: str) -> dict[str, Any]:
    """An active user of the org with this profile."""
    for user in org["users"]:
        if user["profile"] == profile:
            found: dict[str, Any] = user
            return found
    raise DemoFailed(f"The demo org has nobody with the profile {profile}.")


def _consent(browser: requests.Session, departure: requests.Response, user: str) -> str:
    """Accept on Zoho's page as this user; the page on which we end."""
    answer = departure
    while answer.status_code in (302, 303):
        url = urljoin(answer.url, answer.headers["Location"])
        answer = browser.get(url, allow_redirects=False, timeout=30)
        if "/oauth/v2/auth" in url and answer.status_code == 200:
            form = {name: unescape(value) for name, value in FORM_VALUE.findall(answer.text)}
            form |= {"user": user, "decision": "accept"}
            answer = browser.post(
                url.partition("?")[0], data=form, allow_redirects=False, timeout=30
            )
    return answer.text


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def _until_interrupted() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
