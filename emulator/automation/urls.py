"""Which addresses Zoho will call: none inside a private network.

Whether a host is private is seen from its name; nothing is looked up. `worlds.private_urls` lets
every host through: that is ours, for a demo on one machine.
"""

import ipaddress
import re
from urllib.parse import urlsplit

INTERNAL = (".local", ".localhost", ".internal", ".lan", ".home.arpa")
TOKEN = re.compile(r"\$\{[^}]*\}")


def well_formed(url: str) -> bool:
    """What a webhook's URL must look like: http, https, www. or a merge token first."""
    if url.startswith("${"):
        return True
    if url.startswith("www."):
        url = f"http://{url}"
    if not url.startswith(("http://", "https://")) or re.search(r"\s", TOKEN.sub("x", url)):
        return False
    return bool(_host(url))


def private(url: str) -> bool:
    """Whether the URL leads to this machine or into a private network."""
    host = _host(url if "//" in url else f"//{url}")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(INTERNAL)
    return not address.is_global


def _host(url: str) -> str:
    try:
        return (urlsplit(TOKEN.sub("x", url)).hostname or "").rstrip(".")
    except ValueError:
        return ""
