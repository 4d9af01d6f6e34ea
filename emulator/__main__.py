"""`python -m emulator --port 8001`: serve the demo orgs."""

import argparse
from collections.abc import Sequence

from . import create_emulator
from .demo import demo_worlds
from .server import server

WIDGET = "http://127.0.0.1:8000/app/widget.html"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m emulator", description="A small, strict Zoho CRM, in memory."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8001, help="port; 0 takes a free one")
    parser.add_argument("--widget-url", default=WIDGET, help="the page that a lead's button opens")
    parser.add_argument(
        "--private-urls",
        action="store_true",
        help="let webhooks and notifications go to this machine, which Zoho refuses",
    )
    options = parser.parse_args(arguments)
    worlds = demo_worlds()
    worlds.widget_url = options.widget_url
    worlds.private_urls = options.private_urls
    serving = server(create_emulator(worlds), options.host, options.port)
    print(f"Emulated Zoho CRM at http://{options.host}:{serving.port}/", flush=True)
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        serving.server_close()


if __name__ == "__main__":
    main()
