"""Foreign libraries tell our logs nothing."""

import logging

import pytest

import extension.zoho.oauth  # noqa: F401  (it hushes them)

NAMES = sorted(
    name
    for name in logging.root.manager.loggerDict
    if name.partition(".")[0] in ("requests_oauthlib", "oauthlib", "urllib3")
)


def test_the_loggers_that_we_know_to_talk_are_among_those_tested():
    assert "requests_oauthlib.oauth2_session" in NAMES
    assert "urllib3.connectionpool" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_they_say_nothing_though_set_to_debug(name, caplog):
    logger = logging.getLogger(name)
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger=name):
        logger.debug("token 1000.secret")
        logger.warning("https://www.zohoapis.com/crm/v8/Leads/search?criteria=secret")
    assert caplog.text == ""
