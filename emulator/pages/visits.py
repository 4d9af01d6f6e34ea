"""Who is looking: one cookie per org and browser names a user of the org; no passwords."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)  # fmt: skip
from flask.typing import ResponseReturnValue

from ..call import NEWEST
from ..caller import Call
from ..crm.reading import visible
from ..schema import Module, User
from ..tokens import Access
from ..world import Record, World
from ..worlds import Worlds

bp = Blueprint("visits", __name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody of an org looking at its pages."""

    world: World
    user: User

    def may(self, verb: str, module: str) -> bool:
        """Whether the profile permits "View", "Create" … in a module."""
        return self.world.may(self.user, f"Crm_Implied_{verb}_{module}")

    @property
    def call(self) -> Call:
        """The visit as a call of the API, to ask what the API would show this person."""
        nothing = Access(
            value="",
            client_id="",
            world=self.world,
            user_id=self.user.id,
            scopes=(),
            expires=self.world.clock.now(),
        )
        return Call(worlds(), self.world, self.user, nothing, NEWEST)

    def sees(self, module: Module, record: Record) -> bool:
        return visible(self.call, module, record)

    def sees_field(self, module: str, api_name: str) -> bool:
        return self.world.field_permission(self.user, module, api_name) != "hidden"

    def tabs(self) -> list[Module]:
        """The modules that this person finds in the menu, the org's own ones last."""
        shown = [
            module
            for module in self.world.modules
            if module.show_as_tab
            and module.status == "visible"
            and self.may("View", module.api_name)
        ]
        return sorted(shown, key=lambda module: (module.custom, module.sequence_number))

    def records(self, module: Module) -> Iterator[Record]:
        """Every record of the module that this person may see."""
        for record in self.world.records.get(module.api_name, {}).values():
            if self.sees(module, record):
                yield record


def worlds() -> Worlds:
    return cast(Worlds, current_app.extensions["worlds"])


def world_of(zgid: str) -> World:
    """The org of a URL, or a page that says there is none."""
    world = worlds().by_zgid(zgid)
    if world is None:
        abort(404, f"There is no org {zgid} in this emulator.")
    return world


def signed_in(world: World) -> User | None:
    """The user of this org whom the browser is signed in as."""
    user = world.user(request.cookies.get(_cookie(world), ""))
    return user if user is not None and user.status == "active" else None


def current_visit() -> Visit | None:
    """The visit that is being answered, if somebody is signed in."""
    return cast(Visit | None, g.get("visit"))


def foreign() -> bool:
    """Whether a page of another origin sent this request, as any page on the web could.

    Browsers always name the origin when they post; programs that are no browser do not.
    """
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


View = Callable[..., ResponseReturnValue]


def page(part: Blueprint, rule: str, method: str = "GET") -> Callable[[View], View]:
    """Mount a view at `/crm/org<zgid>` + `rule`; it is called with the visit.

    Strangers are sent to the sign-in page, forms of other origins away. The world's lock is held
    while the view runs.
    """

    def mount(view: View) -> View:
        @functools.wraps(view)
        def door(zgid: str, **parts: str) -> ResponseReturnValue:
            world = world_of(zgid)
            user = signed_in(world)
            if user is None:
                return redirect(url_for("pages.visits.sign_in", zgid=zgid, next=_wanted()))
            if method != "GET":
                _refuse_foreign()
            g.visit = Visit(world, user)
            with world.lock:
                return view(g.visit, **parts)

        part.add_url_rule(f"/crm/org<zgid>{rule}", view_func=door, methods=[method])
        return door

    return mount


@bp.get("/crm/org<zgid>/signin")
def sign_in(zgid: str) -> ResponseReturnValue:
    """Choose who you are."""
    world = world_of(zgid)
    people = [user for user in world.users if user.status == "active"]
    return render_template(
        "pages/signin.html", world=world, people=people, next=request.args.get("next", "")
    )


@bp.post("/crm/org<zgid>/signin")
def become(zgid: str) -> ResponseReturnValue:
    """Be this user from now on, in this browser."""
    world = world_of(zgid)
    _refuse_foreign()
    user = world.user(request.form.get("user", ""))
    if user is None or user.status != "active":
        abort(400, "This org has no such user, or the user is not active.")
    answer = redirect(_inside(zgid, request.form.get("next", "")), 303)
    answer.set_cookie(_cookie(world), user.id, httponly=True, samesite="Lax", path="/")
    return cast(Response, answer)


@bp.post("/crm/org<zgid>/signout")
def leave(zgid: str) -> ResponseReturnValue:
    world = world_of(zgid)
    _refuse_foreign()
    answer = make_response(redirect(url_for("pages.visits.sign_in", zgid=zgid), 303))
    answer.delete_cookie(_cookie(world), path="/")
    return answer


def _refuse_foreign() -> None:
    if foreign():
        abort(403, "This request came from a page of another origin.")


def _cookie(world: World) -> str:
    # Cookies do not know ports: another emulator or our own backend may share the host.
    return f"emulator_user_{world.org.zgid}"


def _wanted() -> str:
    return request.full_path.removesuffix("?")


def _inside(zgid: str, target: str) -> str:
    """The target if it is a page of this org, else the org's home: never another site."""
    inside = target.startswith(f"/crm/org{zgid}/") and "\\" not in target
    return target if inside else url_for("pages.home.show", zgid=zgid)
