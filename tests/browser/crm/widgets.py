"""Tiny widgets for the tests, and what they fetch: served on an origin that is not the CRM's."""

from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, jsonify, redirect, request, send_file

PEER = (
    Path(__file__).parents[3]
    / "node_modules/zoho-extension-toolkit/apptemplate/fsm/app/lib/js-sdk-fsmExtension.min.js"
)
PAGE = """<!doctype html><html lang="en"><title>Widget</title>
<body><p>A widget of the tests.</p>{scripts}</body></html>"""
START = """
window.loads = [];
window.ready = false;
ZOHO.embeddedApp.on("PageLoad", (data) => window.loads.push(data));
ZOHO.embeddedApp.init().then(() => (window.ready = true));
"""
# Another Zoho service's SDK with the same transport: its events are renamed on their way.
ROUTED = """
const host = window.parent;
const meant = (data) => (data.type === "CURRENT_USER" ? { ...data, category: "CONFIG" } : data);
const routed = (message) =>
  message.eventName === "FSM_EVENT"
    ? { ...message, eventName: "CRM_EVENT", data: meant(message.data) }
    : message;
window.parent = { postMessage: (message, origin) => host.postMessage(routed(message), origin) };
"""
# A host that answers everything and keeps what it was asked.
RECORDER = """<!doctype html><html lang="en"><title>Recorder</title><body><script>
const plain = (value) =>
  value instanceof Blob ? `file of ${value.size}`
  : Array.isArray(value) || value === null || typeof value !== "object" ? value
  : Object.fromEntries(Object.entries(value).flatMap(([key, one]) =>
      one === undefined ? [] : [[key, plain(one)]]));
window.heard = [];
addEventListener("message", ({ data: message, source, origin }) => {
  const post = (eventName, data) =>
    source.postMessage(
      { type: "FRAMEWORK.EVENT", eventName, promiseid: message.promiseid, data }, origin);
  heard.push({ ...message, data: plain(message.data) });
  if (message.eventName === "REGISTER") post("SET_CONTEXT", { uniqueID: "the id" });
  else if (message.eventName === "ZDK_EVENT") post("EVENT_RESPONSE_FAILURE", "no ZDK here");
  else if (message.promiseid) post("EVENT_RESPONSE", true);
});
const frame = document.createElement("iframe");
frame.src = new URLSearchParams(location.search).get("widget") +
  `&serviceOrigin=${encodeURIComponent(location.origin)}`;
document.body.append(frame);
</script></body></html>"""


def widget_pages(crm: str) -> Flask:
    """The pages; `crm` is where the SDK comes from."""
    app = Flask("widgets")

    @app.get("/widget")
    def widget() -> str:
        """A widget that registers as it loads, or `late`, when it is told to."""
        sdk = f'<script src="{crm}/js-sdk/{request.args["sdk"]}/ZohoEmbededAppSDK.min.js"></script>'
        start = "" if "late" in request.args else f"<script>{START}</script>"
        return PAGE.format(scripts=sdk + start)

    @app.get("/own")
    def own() -> str:
        """A widget with a copy of Zoho's own SDK, which lies outside the project."""
        sdk = f'<script src="/own.js?file={quote(request.args["file"], safe="")}"></script>'
        return PAGE.format(scripts=f"{sdk}<script>{START}</script>")

    @app.get("/own.js")
    def own_script() -> Response:
        return send_file(Path(request.args["file"]).absolute())

    @app.get("/stripped")
    def stripped() -> Response:
        """A router that loses the query, and serviceOrigin with it."""
        return redirect(f"/widget?sdk={request.args['sdk']}")  # type: ignore[return-value]

    @app.get("/peer")
    def peer() -> str:
        """A widget on Zoho's own transport code, from the toolkit's FSM template."""
        sdk = '<script src="/peer.js"></script>'
        return PAGE.format(scripts=f"{sdk}<script>{START}</script>")

    @app.get("/routed-peer")
    def routed_peer() -> str:
        sdk = f'<script>{ROUTED}</script><script src="/peer.js"></script>'
        return PAGE.format(scripts=f"{sdk}<script>{START}</script>")

    @app.get("/peer.js")
    def peer_script() -> Response:
        return send_file(PEER)

    @app.get("/recorder")
    def recorder() -> str:
        return RECORDER

    @app.get("/silent")
    def silent() -> str:
        return PAGE.format(scripts="")

    @app.route("/echo", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def echo() -> tuple[Response, int]:
        """What arrived; a status of 418 proves that widgets never learn it."""
        answer = {
            "method": request.method,
            "args": request.args,
            "header": request.headers.get("X-Mine"),
            "body": request.get_data(as_text=True),
        }
        return jsonify(answer), 418

    return app
