"""An office with people and records, and a browser of one of them without a window."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from emulator import World
from emulator.schema import User
from tests.emulator.pages.office import Office, furnish_office

ORG = "/crm/org60001234567"
Browse = Callable[[User], FlaskClient]


@pytest.fixture
def office(world: World) -> Office:
    return furnish_office(world)


@pytest.fixture
def browse(app: Flask) -> Browse:
    """`browse(user)`: a client that is signed in as the user."""

    def sign_in(user: User) -> FlaskClient:
        client = app.test_client()
        answer = client.post(f"{ORG}/signin", data={"user": user.id})
        assert answer.status_code == 303
        return client

    return sign_in


@pytest.fixture
def rep(office: Office, browse: Browse) -> FlaskClient:
    return browse(office.rep)
