"""One org, in memory: what it has, who may do what, and the moves that everybody needs.

A record is a plain dict in Zoho's JSON shape: lookups as `{"name", "id"}`, `Tag` as a list of
`{"name", "id", "color_code"}`, system keys such as `$approval_state` beside the fields. These
keys of a record are its only state: `Locked__s` (record locking), `$in_merge` (under merge),
`$approval_state`, `$review_process`, `$converted`, `Converted__s`. Notes and attachments are
records of the modules Notes and Attachments (`Parent_Id` with name and id, `$se_module`);
the bytes of a file are in `files` under its `$file_id`.
"""

import copy
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .clock import Clock
from .datacentres import DATA_CENTRES, DataCentre
from .faults import Faults
from .limits import Limits
from .log import CallLog
from .outbox import Outbox
from .schema import Module, Org, Permission, Pipeline, Profile, Role, User
from .state import Deleted, Link, Record, State, full_name


class World:
    """One org. Hold `lock` while you read and write together; endpoints do already.

    `seed` fills an empty world; `reset()` calls it again. The state's parts are
    attributes: `world.records["Leads"][id]`, `world.users`, `world.bin` …
    `tags[module][name]` is a tag (`name`, `id`, `color_code`), `jobs[id]` a scheduled
    job, `touched[id]` when a record was last written, `notable[name]` the id of a seeded
    record that is worth knowing by name. What the org sends waits in `outbox`.
    """

    def __init__(
        self,
        org: Org,
        seed: Callable[["World"], None],
        *,
        location: str = "us",
        edition: str = "enterprise",
        clock: Clock | None = None,
    ) -> None:
        self.org = org
        self.seed = seed
        self.data_centre: DataCentre = DATA_CENTRES[location]
        self.edition = edition
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """As at the start: seeded anew, no faults, no log, full credits. Tokens stay."""
        with self.lock:
            self.state = State()
            self.faults = Faults()
            self.outbox = Outbox(self.faults, self.clock)
            self.log = CallLog()
            self.limits = Limits(self.edition, self.clock)
            self.seed(self)
            self.limits.users = sum(user.status == "active" for user in self.users)

    def snapshot(self) -> State:
        """A copy of the state, for `restore`."""
        with self.lock:
            return copy.deepcopy(self.state)

    def restore(self, state: State) -> None:
        with self.lock:
            self.state = state

    # The state's parts

    @property
    def modules(self) -> list[Module]:
        return self.state.modules

    @property
    def pipelines(self) -> list[Pipeline]:
        return self.state.pipelines

    @property
    def profiles(self) -> list[Profile]:
        return self.state.profiles

    @property
    def roles(self) -> list[Role]:
        return self.state.roles

    @property
    def users(self) -> list[User]:
        return self.state.users

    @property
    def records(self) -> dict[str, dict[str, Record]]:
        return self.state.records

    @property
    def bin(self) -> dict[str, Deleted]:
        return self.state.bin

    @property
    def links(self) -> list[Link]:
        return self.state.links

    @property
    def tags(self) -> dict[str, dict[str, Record]]:
        return self.state.tags

    @property
    def files(self) -> dict[str, bytes]:
        return self.state.files

    @property
    def jobs(self) -> dict[str, Record]:
        return self.state.jobs

    @property
    def mails(self) -> list[Record]:
        return self.state.mails

    @property
    def notable(self) -> dict[str, str]:
        return self.state.notable

    @property
    def touched(self) -> dict[str, datetime]:
        return self.state.touched

    # Ids and time

    def new_id(self) -> str:
        """The next id: 19 digits, the first seven the org's own."""
        with self.lock:
            self.state.last_id += 2
            return f"{self.org.zgid[-7:]:0>7}{self.state.last_id:012d}"

    def fixed_id(self, number: int) -> str:
        """An id that is always the same; even, so that `new_id` never gives it."""
        return f"{self.org.zgid[-7:]:0>7}{900_000_000_000 + number:012d}"

    def now(self) -> datetime:
        """The present moment in the org's time zone."""
        return self.clock.now().astimezone(ZoneInfo(self.org.time_zone))

    def timestamp(self) -> str:
        """Now as Zoho writes it: `2026-01-10T01:10:47-07:00`."""
        return self.now().isoformat(timespec="seconds")

    # Building

    def add_module(self, *modules: Module) -> None:
        """Add modules, giving ids to them and to all their parts that have none."""
        for module in modules:
            self.modules.append(module)
            self.records.setdefault(module.api_name, {})
            self.number(module)

    def number(self, module: Module) -> None:
        """Give ids to the parts of a module that have none, such as new fields."""
        for part in _parts(module):
            part.id = part.id or self.new_id()

    def add_profile(self, *profiles: Profile) -> None:
        for profile in profiles:
            profile.id = profile.id or self.new_id()
            self.profiles.append(profile)

    def add_role(self, *roles: Role) -> None:
        for role in roles:
            role.id = role.id or self.new_id()
            self.roles.append(role)

    def add_user(self, *users: User) -> None:
        for user in users:
            user.id = user.id or self.new_id()
            user.zuid = user.zuid or user.id[-9:]
            self.users.append(user)

    def add_pipeline(self, *pipelines: Pipeline) -> None:
        for pipeline in pipelines:
            pipeline.id = pipeline.id or self.new_id()
            for stage in pipeline.stages:
                stage.id = stage.id or self.new_id()
            self.pipelines.append(pipeline)

    def add_record(self, module: str, values: Record, *, owner: User | None = None) -> Record:
        """Store a record as given, unchecked, with id, owner, layout and stamps.

        For seeding and for what the CRM itself creates; the records API checks first.
        """
        owner = owner or self.users[0]
        found = self.module(module)
        layout = found.layout() if found else None
        record: Record = {"id": self.new_id(), "Owner": owner.brief(email=True), **values}
        if layout and "Layout" not in record:
            record["Layout"] = {"name": layout.name, "id": layout.id, "display_label": layout.name}
        for key, value in (("Tag", []), ("$approval_state", "approved"), ("Locked__s", False)):
            record.setdefault(key, value)
        self.stamp(record, owner, created="Created_Time" not in record)
        self.records.setdefault(module, {})[record["id"]] = record
        return record

    # Finding

    def module(self, api_name_or_id: str) -> Module | None:
        wanted = api_name_or_id
        return next((m for m in self.modules if wanted in (m.api_name, m.id)), None)

    def find(self, module: str, record_id: str) -> Record | None:
        """The record of this id, or None; also None if it is in the recycle bin."""
        return self.records.get(module, {}).get(record_id)

    def find_anywhere(self, record_id: str) -> tuple[str, Record] | None:
        """The record of this id and the API name of its module, whichever that is."""
        for module, records in self.records.items():
            if record_id in records:
                return module, records[record_id]
        return None

    def user(self, user_id: str) -> User | None:
        return next((user for user in self.users if user.id == user_id), None)

    def profile(self, name_or_id: str) -> Profile | None:
        return next((p for p in self.profiles if name_or_id in (p.name, p.id)), None)

    def role(self, name_or_id: str) -> Role | None:
        return next((r for r in self.roles if name_or_id in (r.name, r.id)), None)

    def name_of(self, module: str, record: Record) -> str | None:
        """What a lookup to this record shows: the value of its module's display field."""
        found = self.module(module)
        display = found.display_field if found else "Name"
        if display == "Full_Name":
            return full_name(record)
        return record.get(display)

    def reference(self, module: str, record: Record) -> Record:
        """A lookup value that points at this record: `{"name", "id"}`."""
        return {"name": self.name_of(module, record), "id": record["id"]}

    def linked(self, module: str, record_id: str, other_module: str) -> Iterator[Link]:
        """The links of a record to records of another module, seen from the record."""
        for link in self.links:
            if (link.module, link.id, link.other_module) == (module, record_id, other_module):
                yield link
            elif (link.other_module, link.other_id, link.module) == (
                module,
                record_id,
                other_module,
            ):
                yield Link(link.other_module, link.other_id, link.module, link.id, link.details)

    # Who may do what

    def may(self, user: User, permission: str) -> bool:
        """Whether the user's profile has a permission such as Crm_Implied_View_Leads.

        Zoho's names end in the module's `module_name` (CustomModule3); its API name will
        do as well, here and in profiles.
        """
        profile = self.profile(user.profile)
        return profile is not None and self.allows(profile, permission)

    def allows(self, profile: Profile, permission: str) -> bool:
        """Whether a profile has the permission, however it is spelled."""
        spelled = {permission, self.permission_name(permission), *self._spellings(permission)}
        if spelled & profile.denied:
            return False
        return profile.everything or bool(spelled & profile.granted)

    def permission_name(self, permission: str) -> str:
        """A permission as Zoho spells it: `Crm_Implied_View_Suppliers` has CustomModule1."""
        for module in self.modules:
            if permission.endswith(f"_{module.api_name}") and module.custom:
                return permission.removesuffix(module.api_name) + module.module_name
        return permission

    def _spellings(self, permission: str) -> Iterator[str]:
        for module in self.modules:
            if module.custom and permission.endswith(f"_{module.module_name}"):
                yield permission.removesuffix(module.module_name) + module.api_name

    def visible_to(self, user: User, module: str, record: Record) -> bool:
        """Whether profile, ownership, hierarchy and sharing let the user see the record."""
        if not self.may(user, f"Crm_Implied_View_{module}"):
            return False
        found = self.module(module)
        sharing = found.sharing if found else "private"
        return sharing != "private" or self._commands(user, record)

    def editable_by(self, user: User, module: str, record: Record) -> bool:
        """The same for changing it."""
        if not self.may(user, f"Crm_Implied_Edit_{module}"):
            return False
        found = self.module(module)
        sharing = found.sharing if found else "private"
        return sharing == "public_read_write" or self._commands(user, record)

    def _commands(self, user: User, record: Record) -> bool:
        """Own records, records of roles below, and everything for who may share data."""
        owner_id = (record.get("Owner") or {}).get("id")
        if owner_id == user.id or self.is_admin(user):
            return True
        owner = self.user(owner_id) if owner_id else None
        return owner is not None and self.subordinate(owner, user)

    def is_admin(self, user: User) -> bool:
        profile = self.profile(user.profile)
        return profile is not None and profile.everything and not profile.denied

    def subordinate(self, user: User, superior: User) -> bool:
        """Whether `user` is in a role below that of `superior`."""
        role, steps = self.role(user.role), 0
        while role is not None and role.reports_to and steps < 50:
            if role.reports_to == superior.role:
                return True
            role, steps = self.role(role.reports_to), steps + 1
        return False

    def field_permission(self, user: User, module: str, field: str) -> Permission:
        """What the user's profile may do with a field; "hidden" for an unknown one."""
        found = self.module(module)
        one = found.field(field) if found else None
        return one.permissions.get(user.profile, "read_write") if one else "hidden"

    # Writing

    def stamp(self, record: Record, user: User, *, created: bool = False) -> None:
        """Note who wrote the record and when; also feeds the search index's lag."""
        now = self.timestamp()
        if created:
            record.setdefault("Created_Time", now)
            record.setdefault("Created_By", user.brief(email=True))
        record.setdefault("Created_By", user.brief(email=True))
        if not created or "Modified_Time" not in record:
            record["Modified_Time"] = now
            record["Modified_By"] = user.brief(email=True)
        self.touched[record["id"]] = self.clock.now()

    def indexed(self, record_id: str) -> bool:
        """Whether search has caught up with the record's last change (see Faults)."""
        at = self.touched.get(record_id)
        lag = self.faults.search_lag
        return at is None or not lag or (self.clock.now() - at).total_seconds() >= lag

    def recycle(self, module: str, record_id: str, user: User) -> bool:
        """Move a record to the recycle bin; False if there is none."""
        record = self.records.get(module, {}).pop(record_id, None)
        if record is None:
            return False
        self.bin[record_id] = Deleted(module, record, user.brief(), self.clock.now())
        return True


def _parts(module: Module) -> Iterator[Any]:
    yield module
    for one in module.fields:
        yield from (one, *one.choices)
    for layout in module.layouts:
        yield from (layout, *layout.sections, *layout.rules)
    yield from module.related_lists


__all__ = ["Deleted", "Link", "Record", "State", "World", "full_name"]
