"""Settings: read once, checked at boot, every culprit named in one message."""

import base64

import pytest
from environs import Env

from extension import create_app
from extension.config import ZOHO_CRM_ORIGINS, BadSettings, Config, read

# Always the same, so that every process of a test run names its tests alike.
KEY, OLD_KEY = (base64.urlsafe_b64encode(bytes([n] * 32)).decode() for n in (1, 2))
ENOUGH = {
    "PUBLIC_URL": "https://convert.example.com",
    "SECRET_KEYS": KEY,
    "ZOHO_CLIENT_ID": "1000.CLIENT",
    "ZOHO_CLIENT_SECRET": "a secret of ours",
}


@pytest.fixture
def settings(monkeypatch):
    """Reads the settings from an environment that holds nothing but what it is given."""
    names = (
        "DATABASE_URL", "PUBLIC_URL", "SECRET_KEYS", "ZOHO_CLIENT_ID", "ZOHO_CLIENT_SECRET",
        "ZOHO_API_VERSION", "ZOHO_EMULATOR_URL", "ZOHO_CONCURRENCY", "WIDGET_ORIGINS",
        "FRAME_ANCESTORS", "SENTRY_DSN", "TRUSTED_PROXIES", "LOG_LEVEL",
    )  # fmt: skip
    for name in names:
        monkeypatch.delenv(name, raising=False)

    def settle(**values: str) -> Config:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return read(Env(eager=False))

    return settle


def test_four_settings_are_enough(settings):
    config = settings(**ENOUGH)
    assert config.database_url.startswith("sqlite:////")
    assert config.database_url.endswith("/var/convert-anywhere.db")
    assert config.zoho_api_version == "v8"
    assert config.widget_origins == ("https://convert.example.com",)
    assert config.frame_ancestors == ZOHO_CRM_ORIGINS
    assert (config.trusted_proxies, config.log_level, config.zoho_concurrency) == (0, "INFO", 25)
    assert config.secure


def test_everything_that_is_missing_is_named_at_once(settings):
    with pytest.raises(BadSettings) as raised:
        settings()
    for name in ENOUGH:
        assert name in str(raised.value)


def test_everything_that_is_wrong_is_named_at_once(settings):
    wrong = {
        "DATABASE_URL": "mysql://localhost/leads",
        "PUBLIC_URL": "convert.example.com",
        "SECRET_KEYS": "not-a-key",
        "ZOHO_CLIENT_ID": " ",
        "ZOHO_CLIENT_SECRET": "",
        "ZOHO_API_VERSION": "v9",
        "ZOHO_EMULATOR_URL": "nonsense",
        "ZOHO_CONCURRENCY": "0",
        "WIDGET_ORIGINS": "https://widget.example.org/page",
        "FRAME_ANCESTORS": "*",
        "SENTRY_DSN": "https://sentry.example",
        "TRUSTED_PROXIES": "many",
        "LOG_LEVEL": "LOUD",
    }
    with pytest.raises(BadSettings) as raised:
        settings(**wrong)
    for name in wrong:
        assert f"\n  {name}: " in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql+nodriver://localhost/x"),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "ftp://convert.example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", "https://convert.example.com:port"),
        ("PUBLIC_URL", "https://convert.example.com/somewhere"),
        ("PUBLIC_URL", "https://convert.example.com?x=1"),
        ("PUBLIC_URL", "https://user:pass@convert.example.com"),
        ("PUBLIC_URL", "https://convert.example.com; script-src *"),
        ("SECRET_KEYS", ""),
        ("SECRET_KEYS", f"{KEY},short"),
        ("SECRET_KEYS", "ключ"),
        ("ZOHO_EMULATOR_URL", "http://127.0.0.1:8001/crm"),
        ("ZOHO_CONCURRENCY", "ten"),
        ("TRUSTED_PROXIES", "-1"),
        ("WIDGET_ORIGINS", "*"),
        ("WIDGET_ORIGINS", "https://*.example.org"),
        ("WIDGET_ORIGINS", "https://widget.example.org,null"),
        ("FRAME_ANCESTORS", "https://crm.zoho.com; script-src *"),
        ("FRAME_ANCESTORS", "'self'"),
        ("SENTRY_DSN", "nonsense"),
        ("LOG_LEVEL", "debug"),
    ],
)
def test_a_wrong_value_is_named(settings, name, value):
    with pytest.raises(BadSettings) as raised:
        settings(**{**ENOUGH, name: value})
    assert f"\n  {name}: " in str(raised.value)
    assert str(raised.value).count("\n") == 1


def test_no_message_repeats_a_secret(settings):
    with pytest.raises(BadSettings) as raised:
        settings(
            SECRET_KEYS="a-key-that-is-too-short",
            ZOHO_CLIENT_SECRET="a secret of ours",
            DATABASE_URL="mysql://me:dbsecret@host/x",
            SENTRY_DSN="https://public:secretpart@host",
        )
    for secret in ("a-key-that", "a secret of ours", "dbsecret", "secretpart"):
        assert secret not in str(raised.value)


def test_nothing_that_shows_the_settings_shows_a_secret(settings):
    config = settings(
        **ENOUGH,
        DATABASE_URL="postgresql://me:password@host/x",
        SENTRY_DSN="https://public@sentry.example/1",
    )
    for secret in (KEY, "a secret of ours", "password", "public@"):
        assert secret not in repr(config)
        assert secret not in str(config)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("postgres://me@host/x", "postgresql+psycopg://me@host/x"),
        ("postgresql://me@host/x", "postgresql+psycopg://me@host/x"),
        ("postgresql+psycopg://me@host/x", "postgresql+psycopg://me@host/x"),
        ("sqlite:////srv/leads.db", "sqlite:////srv/leads.db"),
    ],
)
def test_a_database_may_be_named_as_hosts_name_it(settings, given, taken):
    assert settings(**ENOUGH, DATABASE_URL=given).database_url == taken


def test_a_slash_at_the_end_of_an_address_is_forgiven(settings):
    config = settings(
        **{**ENOUGH, "PUBLIC_URL": "https://convert.example.com/"},
        ZOHO_EMULATOR_URL="http://127.0.0.1:8001/",
    )
    assert config.public_url == "https://convert.example.com"
    assert config.zoho_emulator_url == "http://127.0.0.1:8001"


def test_the_widgets_own_origin_is_always_among_those_that_may_ask(settings):
    config = settings(**ENOUGH, WIDGET_ORIGINS="https://a.example, https://b.example")
    assert config.widget_origins == (
        "https://convert.example.com",
        "https://a.example",
        "https://b.example",
    )


def test_keys_may_stand_on_both_sides_of_a_comma_with_a_space(settings):
    config = settings(**{**ENOUGH, "SECRET_KEYS": f"{KEY}, {OLD_KEY}"})
    assert config.secret_keys == (KEY, OLD_KEY)


def test_beside_the_emulator_only_the_emulator_may_frame_the_widget(settings):
    config = settings(**ENOUGH, ZOHO_EMULATOR_URL="http://127.0.0.1:8001")
    assert config.frame_ancestors == ("http://127.0.0.1:8001",)


def test_no_frame_ancestor_is_a_wildcard():
    assert not [origin for origin in ZOHO_CRM_ORIGINS if "*" in origin]


def test_an_application_without_settings_does_not_start(settings, monkeypatch):
    with pytest.raises(BadSettings, match="SECRET_KEYS"):
        create_app()
