"""Convert Anywhere for Zoho CRM: `create_app` joins the parts and does nothing else."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from requests.adapters import BaseAdapter
from werkzeug.middleware.proxy_fix import ProxyFix

from . import config as settings
from . import logs, refusals, sentry, web
from .cli import commands
from .config import Config
from .doors import Doors
from .jobs import Queue
from .parts import Clock, Parts, now
from .pen import Pen
from .shelf import Glances, Shelf
from .store import arrivals, database
from .store.sealing import Vault
from .tally import Tally
from .zoho.client import Limiters, Transport
from .zoho.datacenters import known

BACKGROUND_THREADS = 4

__all__ = ["create_app", "join"]


def create_app(
    config: Config | None = None, *, network: BaseAdapter | None = None, clock: Clock = now
) -> Flask:
    """The application. Raises BadSettings, naming every wrong one, where `config` has to be read
    from the environment. `network` takes the place of the network in tests."""
    config = config or settings.read()
    logs.set_up(config.log_level)
    sentry.set_up(config.sentry_dsn)
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    web.register(app, join(config, network=network, clock=clock))
    app.cli.commands.update({command.name or "": command for command in commands})
    return app


def join(config: Config, *, network: BaseAdapter | None = None, clock: Clock = now) -> Parts:
    """The parts, ready to work."""
    engine = database.open_engine(config.database_url)
    return Parts(
        config=config,
        engine=engine,
        sessions=database.open_sessions(engine),
        vault=Vault(config.secret_keys),
        transport=Transport(network),
        limiters=Limiters(config.zoho_concurrency),
        data_centers=known(config.zoho_emulator_url or None),
        shelf=Shelf(),
        glances=Glances(),
        doors=Doors(),
        pen=Pen(arrivals.writer(engine), company=engine.dialect.name == "sqlite"),
        refused=Tally(refusals.writer(engine, clock)),
        background=ThreadPoolExecutor(BACKGROUND_THREADS, thread_name_prefix="background"),
        queue=Queue(engine),
        clock=clock,
        network=network,
    )
