"""All orgs that one emulator serves."""

from collections.abc import Iterator

from .tokens import Tokens
from .world import World


class Worlds:
    """All orgs that this emulator serves, and the tokens of their users.

    `widget_url` is the page that a lead's button opens in the CRM's pages. `private_urls` lets
    webhooks and notifications go to this machine and to private networks, which Zoho refuses.
    """

    def __init__(self, *worlds: World) -> None:
        self._worlds = list(worlds)
        self.tokens = Tokens()
        self.widget_url = "http://127.0.0.1:8000/app/widget.html"
        self.private_urls = False

    def __iter__(self) -> Iterator[World]:
        return iter(self._worlds)

    def __len__(self) -> int:
        return len(self._worlds)

    def add(self, world: World) -> World:
        self._worlds.append(world)
        return world

    def by_zgid(self, zgid: str) -> World | None:
        return next((world for world in self if world.org.zgid == zgid), None)

    def in_data_centre(self, location: str) -> list[World]:
        return [world for world in self if world.data_centre.location == location]

    def reset(self) -> None:
        """Every org as at its start, every token gone, every clock right."""
        for world in self:
            world.clock.reset()
            world.reset()
        self.tokens = Tokens()
