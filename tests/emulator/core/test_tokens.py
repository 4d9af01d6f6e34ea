"""Codes and tokens, their lives and how many of them Zoho tolerates."""

import pytest

from emulator.tokens import Asked, InvalidCode, Throttled, Tokens

CLIENT = "1000.A"
BACK = "https://app.example.com/back"


@pytest.fixture
def tokens():
    return Tokens()


@pytest.fixture
def user(world):
    return world.users[0]


@pytest.fixture
def code(tokens, world, user):
    def make(offline=True, prompted=True, scopes=("ZohoCRM.org.READ",)):
        asked = Asked(
            client_id=CLIENT, redirect_uri=BACK, scopes=scopes, offline=offline, prompted=prompted
        )
        return tokens.new_code(world, user, asked).value

    return make


def test_a_code_is_worth_both_tokens(tokens, code, user):
    access, refresh = tokens.redeem(code(), CLIENT, BACK)
    assert tokens.find(access.value).user is user
    assert refresh is not None


def test_a_code_works_once(tokens, code):
    value = code()
    tokens.redeem(value, CLIENT, BACK)
    with pytest.raises(InvalidCode):
        tokens.redeem(value, CLIENT, BACK)


def test_a_code_lives_three_minutes(tokens, code, world):
    value = code()
    world.clock.advance(181)
    with pytest.raises(InvalidCode):
        tokens.redeem(value, CLIENT, BACK)


@pytest.mark.parametrize(
    ("client", "redirect_uri", "location"),
    [("1000.B", BACK, None), (CLIENT, "https://other.example.com/", None), (CLIENT, BACK, "eu")],
)
def test_a_code_is_bound_to_client_page_and_data_centre(
    tokens, code, client, redirect_uri, location
):
    with pytest.raises(InvalidCode):
        tokens.redeem(code(), client, redirect_uri, location)


def test_an_eleventh_code_in_ten_minutes_is_refused(code):
    for _ in range(10):
        code()
    with pytest.raises(Throttled):
        code()


def test_after_ten_minutes_there_are_codes_again(code, world):
    for _ in range(10):
        code()
    world.clock.advance(600)
    assert code()


def test_online_access_has_no_refresh_token(tokens, code):
    _, refresh = tokens.redeem(code(offline=False), CLIENT, BACK)
    assert refresh is None


def test_the_first_offline_consent_has_a_refresh_token_without_asking_again(tokens, code):
    _, refresh = tokens.redeem(code(prompted=False), CLIENT, BACK)
    assert refresh is not None


def test_a_second_one_has_none_unless_the_person_was_asked_again(tokens, code):
    tokens.redeem(code(), CLIENT, BACK)
    _, silent = tokens.redeem(code(prompted=False), CLIENT, BACK)
    _, asked = tokens.redeem(code(prompted=True), CLIENT, BACK)
    assert (silent, asked is not None) == (None, True)


def test_more_scopes_than_before_are_a_new_consent(tokens, code):
    tokens.redeem(code(), CLIENT, BACK)
    wider = code(prompted=False, scopes=("ZohoCRM.org.READ", "ZohoCRM.users.READ"))
    _, refresh = tokens.redeem(wider, CLIENT, BACK)
    assert refresh is not None


def test_an_access_token_lives_an_hour(tokens, code, world):
    access, _ = tokens.redeem(code(), CLIENT, BACK)
    world.clock.advance(3599)
    assert tokens.find(access.value)
    world.clock.advance(1)
    assert tokens.find(access.value) is None


def test_a_refresh_token_gives_ten_access_tokens_in_ten_minutes(tokens, world, user):
    refresh = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    for _ in range(10):
        tokens.renew(refresh.value, CLIENT)
    with pytest.raises(Throttled):
        tokens.renew(refresh.value, CLIENT)


def test_the_sixteenth_access_token_ends_the_oldest(tokens, world, user):
    refresh = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    issued = []
    for number in range(16):
        world.clock.advance(600 if number == 10 else 0)
        issued.append(tokens.renew(refresh.value, CLIENT))
    assert tokens.find(issued[0].value) is None
    assert all(tokens.find(access.value) for access in issued[1:])


def test_the_twenty_first_refresh_token_ends_the_oldest_and_its_access_tokens(tokens, world, user):
    first = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    access = tokens.renew(first.value, CLIENT)
    for _ in range(20):
        tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    assert tokens.find(access.value) is None
    with pytest.raises(InvalidCode):
        tokens.renew(first.value, CLIENT)


def test_other_users_refresh_tokens_do_not_count(tokens, world, user):
    first = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    for _ in range(20):
        tokens.grant(world, world.users[1], ["ZohoCRM.org.READ"], CLIENT)
    assert tokens.renew(first.value, CLIENT)


def test_a_revoked_refresh_token_takes_its_access_tokens_along(tokens, world, user):
    refresh = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    access = tokens.renew(refresh.value, CLIENT)
    tokens.revoke(refresh.value)
    assert tokens.find(access.value) is None
    with pytest.raises(InvalidCode):
        tokens.renew(refresh.value, CLIENT)


def test_a_disabled_user_has_no_tokens(tokens, world, user):
    refresh = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    access = tokens.renew(refresh.value, CLIENT)
    user.status = "disabled"
    assert tokens.find(access.value) is None
    with pytest.raises(InvalidCode):
        tokens.renew(refresh.value, CLIENT)


def test_a_refresh_token_belongs_to_its_client(tokens, world, user):
    refresh = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    with pytest.raises(InvalidCode):
        tokens.renew(refresh.value, "1000.B")


def test_all_access_tokens_of_an_org_can_be_ended_at_once(tokens, world, user):
    refresh = tokens.grant(world, user, ["ZohoCRM.org.READ"], CLIENT)
    access = tokens.renew(refresh.value, CLIENT)
    assert tokens.expire_all(world) == 1
    assert tokens.find(access.value) is None
    assert tokens.renew(refresh.value, CLIENT)
