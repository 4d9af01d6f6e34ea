"""Two small sites for the widget's tests: one that hosts it and its API, one that plays the CRM."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
APP = ROOT / "app"
FSM_SDK = (
    ROOT / "node_modules/zoho-extension-toolkit/apptemplate/fsm/app/lib/js-sdk-fsmExtension.min.js"
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
ZOHOS_SDK = json.loads((APP / "config.json").read_text())["sdk"].encode()
PATIENCE = 20.0
"""Seconds in which a browser on a busy machine asks for what it was told to."""
IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class Call:
    """A request as a site got it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterable[object] | None = None
    """In place of a body: what is sent as events, each as soon as it is there."""


def say(data: object, status: int = 200, **headers: str) -> Reply:
    """A JSON answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json", **named})


def refuse(status: int, code: str, message: str = "The server says so.", **headers: str) -> Reply:
    """An error in the shape that the API has for all of them."""
    body = {"error": {"code": code, "message": message, "details": {}}}
    return say(body, status, **headers)


def tell(events: Iterable[object]) -> Reply:
    """A stream of events, which ends with them."""
    return Reply(200, b"", {"Content-Type": "text/event-stream"}, events)


def page(text: str, **headers: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": TYPES[".html"], **headers})


class Site:
    """A threaded server on a port of its own; `calls` is what it was asked, in order."""

    def __init__(self, host: str) -> None:
        self.calls: list[Call] = []
        self.news = threading.Condition()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                site.take(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_any

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A browser that hangs up is no trouble."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://{host}:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length", 0))
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        call = Call(
            handler.command, url.path, query, dict(handler.headers), handler.rfile.read(length)
        )
        with self.news:
            self.calls.append(call)
            self.news.notify_all()
        reply = self.answer(call)
        if reply is None:
            # Hang up without a word, as a dead server does.
            handler.close_connection = True
            return
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.stream is None:
            handler.send_header("Content-Length", str(len(reply.body)))
            handler.end_headers()
            handler.wfile.write(reply.body)
            return
        handler.close_connection = True
        handler.send_header("Connection", "close")
        handler.end_headers()
        for event in reply.stream:
            handler.wfile.write(f": \n\ndata: {json.dumps(event)}\n\n".encode())

    def answer(self, call: Call) -> Reply | None:
        raise NotImplementedError

    def asked(self, method: str, path: str) -> list[Call]:
        """So far. What a click has brought about may still be on its way: see `once_asked`."""
        with self.news:
            return [call for call in self.calls if (call.method, call.path) == (method, path)]

    def once_asked(self, method: str, path: str, times: int = 1) -> list[Call]:
        """The same, as soon as it was asked so often."""
        with self.news:
            came = self.news.wait_for(lambda: len(self.asked(method, path)) >= times, PATIENCE)
            assert came, f"{method} {path} was asked {len(self.asked(method, path))} times"
            return self.asked(method, path)


def import_map_hash() -> str:
    """What the policy must name so that the one inline script may be read."""
    found = IMPORT_MAP.search((APP / "widget.html").read_text())
    assert found, "widget.html has no import map"
    return base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()


class WidgetSite(Site):
    """Serves app/ as our server does, and an API that says what a test has told it to."""

    def __init__(self) -> None:
        self.sdk = ""
        self.backend = ""
        self.framed_by = "'self'"
        self.replies: dict[tuple[str, str], Callable[[Call], Reply | None]] = {}
        self.allowed_origin = ""
        super().__init__("127.0.0.1")

    def on(self, method: str, path: str, *replies: Reply | None) -> None:
        """What to answer, in turn; the last answer stays."""
        left = list(replies)
        self.replies[method, path] = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def hold(self, method: str, path: str, until: threading.Event, reply: Reply) -> None:
        """Answer once `until` is set."""

        def late(_: Call) -> Reply:
            until.wait(20)
            return reply

        self.replies[method, path] = late

    def answer(self, call: Call) -> Reply | None:
        scripted = self.replies.get((call.method, call.path))
        if call.method == "OPTIONS":
            return self.shared(Reply(204))
        if scripted:
            reply = scripted(call)
            return reply and self.shared(reply)
        if call.path == "/app/config.json":
            return say({"backend": self.backend, "sdk": self.sdk})
        if call.path == "/signin":
            return page(WAITING_POPUP)
        if call.path.startswith("/app/"):
            return self.static(call.path)
        return refuse(404, "not_found")

    def shared(self, reply: Reply) -> Reply:
        """Open to the widget that another site hosts."""
        headers = {
            **reply.headers,
            "Access-Control-Allow-Origin": self.allowed_origin or "null",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
            "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
            "Access-Control-Expose-Headers": "Retry-After",
        }
        return replace(reply, headers=headers)

    def static(self, path: str) -> Reply:
        file = ROOT / path.removeprefix("/")
        if not file.is_file():
            return Reply(404)
        content = file.read_bytes()
        headers = {"Content-Type": TYPES[file.suffix], "Cache-Control": "no-cache"}
        if file.suffix == ".html":
            headers["Content-Security-Policy"] = self.policy()
            content = content.replace(ZOHOS_SDK, self.sdk.encode())
        return Reply(200, content, headers)

    def policy(self) -> str:
        return "; ".join(
            [
                "default-src 'none'",
                f"script-src 'self' 'sha256-{import_map_hash()}' {self.sdk.rpartition('/')[0]}/",
                "style-src 'self'",
                "img-src 'self'",
                f"connect-src 'self' {self.backend}",
                f"frame-ancestors {self.framed_by}",
                "base-uri 'none'",
                "form-action 'none'",
            ]
        )


class CrmSite(Site):
    """The page around the widget, on another origin, and the SDK."""

    def __init__(self, host: str) -> None:
        self.scenario: dict[str, object] = {}
        self.without_sdk = False
        super().__init__(host)

    def answer(self, call: Call) -> Reply | None:
        if call.path == "/crm":
            text = (HERE / "crm.html").read_text()
            return page(text.replace("@scenario@", json.dumps(self.scenario)))
        if call.path == "/crm.js":
            return script((HERE / "crm.js").read_bytes())
        if call.path == "/sdk.js" and not self.without_sdk:
            return script((HERE / "sdk.js").read_bytes())
        if call.path == "/fsm.js":
            return script(FSM_SDK.read_bytes())
        return Reply(404)


def script(text: bytes) -> Reply:
    return Reply(200, text, {"Content-Type": TYPES[".js"]})


WAITING_POPUP = "<!doctype html><title>Zoho</title><p>Consent</p>"


def popup_that_posts(message: Mapping[str, object], origin: str) -> Reply:
    """The last page of the pop-up: hands the session to its opener. `challenge` comes from the
    pop-up's own address, as it does from our server's memory."""
    return page(
        f"""<!doctype html><title>Signed in</title><script>
        const challenge = new URL(location).searchParams.get("challenge");
        const message = {{ challenge, ...{json.dumps(message)} }};
        opener.postMessage(message, {json.dumps(origin)});
        </script>"""
    )
