"""A widget's user on the way through the pop-up: opened, finished, released, claimed.

The widget invents a verifier and opens the pop-up with its SHA-256, the challenge. The pop-up
hands the session to its opener; a widget that the browser has cut off from the pop-up polls with
the verifier instead. Only a session that the person has confirmed in the pop-up, having compared
the code, is given to a poll: else a link sent to somebody would sign them in to the sender.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update

from .errors import ExtensionError, InvalidInput, NotFound, Refused, SignInRefused
from .parts import Parts
from .sessions import Ticket
from .store.database import once_more
from .store.models import SignIn
from .store.sealing import Unsealable, digest, new_secret

TIME_TO_SIGN_IN = timedelta(minutes=10)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
ZGID = re.compile(r"[0-9]{0,20}")
CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Release:
    """What the pop-up's last page needs to let the widget fetch the session by polling."""

    challenge: str
    secret: str
    code: str


def challenge_of(verifier: str) -> str:
    """Base64url of the verifier's SHA-256, without padding: as in PKCE's S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def code_of(challenge: str) -> str:
    """The six characters that the person compares in the widget and in the pop-up."""
    return base64.b32encode(hashlib.sha256(challenge.encode()).digest()).decode()[:CODE_LENGTH]


def open_for(parts: Parts, challenge: str, origin: str, expected_zgid: str) -> None:
    """Note that a widget at this origin waits. Raises InvalidInput for an origin that is not one
    of ours, or a challenge that is none or used already."""
    if not CHALLENGE.fullmatch(challenge) or not ZGID.fullmatch(expected_zgid):
        raise InvalidInput("This sign-in link is not complete. Start again from the widget.")
    if origin not in parts.config.widget_origins:
        raise InvalidInput(
            "The widget runs at an address that this installation does not know. "
            "Ask your administrator to add it to WIDGET_ORIGINS.",
            code="unknown_origin",
        )
    once_more(lambda: _note(parts, challenge, origin, expected_zgid))


def _note(parts: Parts, challenge: str, origin: str, expected_zgid: str) -> None:
    now = parts.clock()
    with parts.sessions.begin() as db:
        db.execute(delete(SignIn).where(SignIn.expires_at < now))
        if db.get(SignIn, challenge) is not None:
            raise InvalidInput("This sign-in link was used already. Start again from the widget.")
        db.add(
            SignIn(
                challenge=challenge,
                origin=origin,
                expected_zgid=expected_zgid,
                state="pending",
                expires_at=now + TIME_TO_SIGN_IN,
            )
        )


def begun(parts: Parts, challenge: str) -> SignIn:
    """The sign-in, even one that took too long. Raises NotFound where it is forgotten."""
    with parts.sessions() as db:
        found = db.get(SignIn, challenge)
    if found is None:
        raise _late()
    return found


def check_time(parts: Parts, waiting: SignIn) -> None:
    """Raises NotFound where the sign-in took too long."""
    if waiting.expires_at <= parts.clock():
        raise _late()


def _late() -> NotFound:
    return NotFound("This sign-in took too long. Start again.", code="sign_in_expired")


def finish(parts: Parts, challenge: str, ticket: Ticket) -> Release:
    """Keep the session, sealed, until the pop-up hands it over or releases it."""
    secret = new_secret()
    _change(
        parts,
        challenge,
        state="signed_in",
        token=parts.vault.seal(ticket.token),
        token_until=ticket.expires_at,
        release_hash=digest(secret),
    )
    return Release(challenge, secret, code_of(challenge))


def fail(parts: Parts, challenge: str, why: ExtensionError) -> None:
    """Tell the widget that waits why there will be no session."""
    _change(parts, challenge, state="failed", failure_code=why.code, failure_message=why.message)


def release(parts: Parts, challenge: str, secret: str) -> None:
    """The person has compared the codes: the widget may fetch the session.

    Raises Refused for a page that is not the pop-up's own last one.
    """
    if not CHALLENGE.fullmatch(challenge):
        raise _not_released()
    with parts.sessions.begin() as db:
        changed = db.execute(
            update(SignIn)
            .where(
                SignIn.challenge == challenge,
                SignIn.release_hash == digest(secret),
                SignIn.state == "signed_in",
                SignIn.expires_at > parts.clock(),
            )
            .values(state="released", release_hash=None)
        )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise _not_released()


def _not_released() -> Refused:
    return Refused("This sign-in is over. Start again from the widget.", code="sign_in_expired")


def claim(parts: Parts, verifier: str) -> Ticket | None:
    """The session for who knows the verifier, once; None while the person is still busy, or the
    pop-up has not reached us yet.

    Raises SignInRefused with the reason, or NotFound where it took too long.
    """
    challenge = challenge_of(verifier)
    with parts.sessions() as db:
        found = db.get(SignIn, challenge)
    if found is None:
        return None
    check_time(parts, found)
    if found.state in ("pending", "signed_in"):
        return None
    with parts.sessions.begin() as db:
        row = db.execute(
            delete(SignIn).where(SignIn.challenge == challenge).returning(SignIn)
        ).scalar_one_or_none()
    if row is None:
        raise _over()
    if row.state == "failed" or row.token is None or row.token_until is None:
        raise SignInRefused(
            row.failure_message or "You were not signed in.", code=row.failure_code or None
        )
    try:
        return Ticket(parts.vault.open(row.token), row.token_until)
    except Unsealable:
        raise _over() from None


def _over() -> NotFound:
    return NotFound("This sign-in is over. Start again.", code="sign_in_expired")


def _change(parts: Parts, challenge: str, **values: object) -> None:
    with parts.sessions.begin() as db:
        db.execute(update(SignIn).where(SignIn.challenge == challenge).values(**values))
