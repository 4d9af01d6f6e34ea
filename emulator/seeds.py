"""What every org has before anybody works in it: profiles, roles, modules, a first user."""

from .permissions import ADMINISTRATION
from .schema import Org, Profile, Role, User
from .standard import standard_modules, standard_pipelines
from .world import World


def profiles() -> list[Profile]:
    """Zoho's two: Administrator may do everything, Standard all but administration."""
    return [
        Profile(
            name="Administrator",
            everything=True,
            description="This profile will have all the permissions.",
        ),
        Profile(
            name="Standard",
            everything=True,
            denied=set(ADMINISTRATION),
            description="This profile will have all the permissions except administrative "
            "privileges.",
        ),
    ]


def roles() -> list[Role]:
    return [Role(name="CEO"), Role(name="Manager", reports_to="CEO")]


def bare(world: World) -> None:
    """Profiles, roles, the standard modules and pipeline, an administrator and a rep."""
    furnish(world)
    world.add_user(
        User(
            first_name="Ada",
            last_name="Admin",
            email=world.org.primary_email,
            profile="Administrator",
            role="CEO",
        ),
        User(
            first_name="Rob",
            last_name="Rep",
            email="rob@example.com",
            profile="Standard",
            role="Manager",
        ),
    )


def furnish(world: World) -> None:
    """Everything of `bare` but the users."""
    world.add_profile(*profiles())
    world.add_role(*roles())
    world.add_pipeline(*standard_pipelines())
    world.add_module(*standard_modules())


def bare_world(zgid: str = "60001234567", *, location: str = "us", **traits: str) -> World:
    """An org without records, for tests."""
    org = Org(zgid=zgid, company_name="Acme Inc.", primary_email="ada@example.com")
    return World(org, bare, location=location, **traits)  # type: ignore[arg-type]
