"""How gunicorn runs us: threads, since a request mostly waits for Zoho."""

import gc
import os

bind = f"{os.environ.get('BIND_HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 16
# No limit of a request: threads may wait for Zoho as long as its client does. A worker whose main
# loop gives no sign of life for so long is replaced.
timeout = 60
graceful_timeout = 30
keepalive = 5
# Each worker opens its own database and network connections.
preload_app = False
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def post_worker_init(_worker: object) -> None:
    """What is there for good is looked through no more: each time all calls would wait."""
    gc.collect()
    gc.freeze()
