"""Secrets at rest: sealed with the newest key, opened with any key that is still configured."""

import hashlib
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unsealable(Exception):
    """A sealed secret was made with a key that is no longer configured."""


class Vault:
    """Seals and opens short secrets.

    The first key seals; all of them open. To rotate: put a new key in front, run
    `flask --app wsgi rotate-keys`, then drop the old one.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret. Raises Unsealable when no configured key fits."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unsealable("No configured key opens this secret.") from None

    def reseal(self, sealed: str) -> str:
        """The same secret under the newest key. Raises Unsealable."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise Unsealable("No configured key opens this secret.") from None

    def __repr__(self) -> str:
        return "Vault(…)"


def new_secret() -> str:
    """256 random bits, as text that fits a URL, a cookie or a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What we keep of a random secret to recognise it: its SHA-256, as hex."""
    # JSON can hold half a character, which is in no secret of ours.
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


if __name__ == "__main__":
    print(Fernet.generate_key().decode())  # noqa: T201
