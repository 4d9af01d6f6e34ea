"""The org of the matrix: a lead field of every type, and fields of every type to take them."""

from dataclasses import dataclass, field

from emulator import World
from emulator import fields as f
from emulator.schema import Field, Module, PickListValue, RelatedList, User
from emulator.seeds import bare_world
from emulator.standard import custom_module

NAMED = PickListValue(actual_value="ny", display_value="New York")
HEAT = ["Hot", "warm", "Größe 1", "Yes", "No", NAMED]
OTHER_HEAT = [
    "Hot", "WARM", "größe 1", "yes", "n",
    PickListValue(actual_value="n-y", display_value="New York"),
]  # fmt: skip
"""Overlaps with HEAT in part: one the same, some in other letters, one by its label alone."""
YES_NO = [
    PickListValue(actual_value="1", display_value="Yes"),
    PickListValue(actual_value="0", display_value="No"),
]
FORMULAS = {
    "Doubled": ("${Leads.L_Money} * 2", "currency"),
    "Third": ("${Leads.L_Int} / 3", "double"),
    "Joined": ("Concat(${Leads.L_Text}, ' / ', ${Leads.L_Pick})", "text"),
    "Rich": ("${Leads.L_Int} > 100", "boolean"),
}


def lead_fields() -> list[Field]:
    """One or more of every type that a lead can have."""
    computed = [f.formula(f"L_{name}", *made) for name, made in FORMULAS.items()]
    return [
        f.text("L_Text"), f.text("L_Other", length=40), f.textarea("L_Area"),
        f.textarea("L_Big", textarea_type="large"), f.email("L_Mail"), f.phone("L_Phone"),
        f.website("L_Site", length=450), f.picklist("L_Pick", HEAT),
        f.multiselect("L_Multi", HEAT), f.boolean("L_Box"), f.boolean("L_Ticked", default=True),
        f.integer("L_Int"), f.bigint("L_Long"), f.double("L_Double", decimal_place=9),
        f.currency("L_Money"), f.percent("L_Share"), f.date("L_Day"), f.moment("L_Moment"),
        f.lookup("L_Vendor", "Vendors"), f.lookup("L_Account", "Accounts"), f.user("L_User"),
        f.multilookup("L_Vendors", "Vendors", "Leads_X_Vendors"),
        f.multiuser("L_Users", "Leads_X_Users"), f.subform("L_Rows", "Rows"),
        f.fileupload("L_Files"), _images("L_Images"), f.autonumber("L_Number", "L-"), *computed,
        rollup("L_Visits", "COUNT(Visits)"), rollup("L_Score", "SUM(Visits.Score)"),
    ]  # fmt: skip


def taker_fields() -> list[Field]:
    """What the values may go to: every type, with limits that bite and some that do not."""
    return [
        f.text("T_Text"), f.text("T_Twenty", length=20), f.text("T_Three", length=3),
        f.text("T_Default", default="as given"), f.textarea("T_Area"),
        f.textarea("T_Fifty", length=50), f.email("T_Mail"), f.email("T_Mail_Twenty", length=20),
        f.phone("T_Phone"), f.phone("T_Phone_Ten", length=10), f.website("T_Site"),
        f.website("T_Site_Twenty", length=20), f.picklist("T_Pick", OTHER_HEAT),
        f.picklist("T_Same", HEAT), f.picklist("T_YesNo", YES_NO),
        f.picklist("T_Started", ["Open", "Hot"], default="Open"),
        f.multiselect("T_Multi", OTHER_HEAT), f.multiselect("T_Multi_Same", HEAT),
        f.boolean("T_Box"), f.boolean("T_Ticked", default=True), f.integer("T_Int"),
        f.integer("T_Int_Four", length=4), f.bigint("T_Long"), f.bigint("T_Long_Six", length=6),
        f.double("T_Double"), f.double("T_Double_Whole", decimal_place=0),
        f.double("T_Double_Three", length=6, decimal_place=3), f.currency("T_Money"),
        f.currency("T_Money_Four", decimal_place=4), f.percent("T_Share"), f.date("T_Day"),
        f.moment("T_Moment"), f.lookup("T_Vendor", "Vendors"), f.lookup("T_Account", "Accounts"),
        f.lookup("T_Lead", "Leads"), f.user("T_User"),
        f.multilookup("T_Vendors", "Vendors", "Cards_X_Vendors"),
        f.multilookup("T_Accounts", "Accounts", "Cards_X_Accounts"),
        f.multiuser("T_Users", "Cards_X_Users"), f.subform("T_Rows", "Card_Rows"),
        f.fileupload("T_Files"), _images("T_Images"), f.autonumber("T_Number", "T-"),
        f.formula("T_Formula", "${Cards.T_Money} * 2", "currency"),
        rollup("T_Count", "COUNT(Nothing)"), f.unwritable(f.text("T_Closed")),
        f.hidden_from(f.text("T_Hidden"), "Standard"),
        f.read_only_for(f.text("T_Fixed"), "Standard"), f.text("T_Off", on_layouts=False),
        f.text("T_Elsewhere"), f.text("T_Unique", unique=True),
        f.picklist("T_Must", ["Open", "Hot"], default="Open", mandatory=True),
    ]  # fmt: skip


def _images(name: str, **traits: object) -> Field:
    one = f.fileupload(name, **traits)
    one.data_type = "imageupload"
    return one


def rollup(name: str, formula: str) -> Field:
    return f.unwritable(Field(api_name=name, label=name.replace("_", " "),
                              data_type="rollup_summary", formula=formula))  # fmt: skip


CONVERTED = ("Contacts", "Accounts", "Deals")


def mapped_fields(letter: str) -> list[Field]:
    """Fields that Zoho's conversion fills, for the module of that letter: each of the type of the
    lead's field, as Zoho's mapping page demands, and with other limits in each module."""
    tight = letter == "A"
    loose = letter == "C"
    heat = HEAT if loose else OTHER_HEAT
    return [
        f.text(f"{letter}_Text", length=255 if loose else 20), f.text(f"{letter}_Other"),
        f.textarea(f"{letter}_Area", length=50 if tight else 2000),
        f.textarea(f"{letter}_Big", textarea_type="large"),
        f.email(f"{letter}_Mail", length=20 if tight else 100),
        f.phone(f"{letter}_Phone", length=10 if tight else 30),
        f.website(f"{letter}_Site", length=450 if loose else 20),
        f.picklist(f"{letter}_Pick", heat, **({} if loose else {"default": "Hot"})),
        f.multiselect(f"{letter}_Multi", heat), f.boolean(f"{letter}_Box", default=tight),
        f.boolean(f"{letter}_Ticked"), f.integer(f"{letter}_Int", length=4 if tight else 9),
        f.bigint(f"{letter}_Long", length=6 if tight else 18),
        f.double(f"{letter}_Double", decimal_place=3 if tight else 9),
        f.currency(f"{letter}_Money", length=6 if tight else 16),
        f.percent(f"{letter}_Share", decimal_place=0 if tight else 2), f.date(f"{letter}_Day"),
        f.moment(f"{letter}_Moment"), f.lookup(f"{letter}_Vendor", "Vendors"),
        f.lookup(f"{letter}_Account", "Vendors" if tight else "Accounts"),
        f.user(f"{letter}_User"),
        f.multilookup(f"{letter}_Vendors", "Vendors", f"{letter}_X_Vendors"),
        f.multiuser(f"{letter}_Users", f"{letter}_X_Users"),
        f.subform(f"{letter}_Rows", f"{letter}_Rows"),
        f.fileupload(f"{letter}_Files"), _images(f"{letter}_Images"),
    ]  # fmt: skip


@dataclass(frozen=True)
class Things:
    """What values may point at: ids of records and files that are there, and active people."""

    vendors: list[str]
    accounts: list[str]
    users: list[str]
    files: list[str]
    names: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Module and name -> the records of that name."""

    def of(self, module: str) -> list[str]:
        return {"Vendors": self.vendors, "Accounts": self.accounts}.get(module, [])


@dataclass(frozen=True)
class Org:
    world: World
    things: Things

    @property
    def admin(self) -> User:
        return self.world.users[0]

    @property
    def rep(self) -> User:
        """Somebody of a profile from which fields are hidden, or closed."""
        return self.world.users[1]


def org() -> Org:
    world = bare_world()
    world.limits.credits = 10**9
    world.add_module(*(_rows(name) for name in ("Rows", "Card_Rows", "C_Rows", "A_Rows", "D_Rows")))
    world.add_module(_visits(), _cards())
    leads = world.module("Leads")
    leads.add(*lead_fields())
    # Leads without a company are leads, too.
    leads.layouts[0].place("Company").required = False
    leads.related_lists.append(
        RelatedList(api_name="Visits", label="Visits", module="Visits", kind="lookup", via="Lead")
    )
    world.number(leads)
    for name in CONVERTED:
        module = world.module(name)
        own = mapped_fields(name[0])
        _close_some(own, name[0])
        module.add(*own)
        for one in own:
            leads.field(f"L_{one.api_name[2:]}").converts_to[name] = one.api_name
        world.number(module)
    for name in ("Vendors", "Accounts"):
        # Who writes a lookup must see the record.
        world.module(name).sharing = "public_read_write"
    return Org(world, _things(world))


def _close_some(own: list[Field], letter: str) -> None:
    """Fields of a module that the rep's profile may not write, or not see."""
    by_name = {one.api_name: one for one in own}
    f.read_only_for(by_name[f"{letter}_Day"], "Standard")
    f.hidden_from(by_name[f"{letter}_User"], "Standard")


def _rows(name: str) -> Module:
    columns = [f.text("Town", length=20), f.integer("People")]
    return Module(
        api_name=name, singular=name, plural=name, generated_type="subform", fields=columns,
        status="system_hidden",
    )  # fmt: skip


def _visits() -> Module:
    return custom_module(
        "Visits", "Visit", "Visits", f.lookup("Lead", "Leads"), f.integer("Score"), number=2
    )


def _cards() -> Module:
    module = custom_module("Cards", "Card", "Cards", *taker_fields())
    [standard] = module.layouts
    placed = [one.api_name for one in standard.placed() if one.api_name != "T_Elsewhere"]
    for section in standard.sections:
        section.fields = [one for one in section.fields if one.api_name in placed]
    whole = f.layout("Whole", f.section("Everything", "Name*", *placed[1:], "T_Elsewhere"))
    module.layouts.append(whole)
    return module


def _things(world: World) -> Things:
    vendors = [
        world.add_record("Vendors", {"Vendor_Name": name})
        for name in ("Acme", "Twin", "Twin", "Ünïcode & Söhne 🚀")
    ]
    accounts = [
        world.add_record("Accounts", {"Account_Name": name}) for name in ("Acme", "Brightwater")
    ]
    for number in range(3):
        world.files[f"file-{number}"] = b"x" * number
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    for module, key, records in (
        ("Vendors", "Vendor_Name", vendors), ("Accounts", "Account_Name", accounts)
    ):  # fmt: skip
        for record in records:
            known = names.get((module, record[key]), ())
            names[module, record[key]] = (*known, record["id"])
    return Things(
        vendors=[one["id"] for one in vendors],
        accounts=[one["id"] for one in accounts],
        users=[one.id for one in world.users],
        files=sorted(world.files),
        names=names,
    )
