"""Tasks, meetings, calls, notes and attachments."""

from .. import fields as f
from ..schema import Field, Module
from .common import activity_lists, standard_module

ACTIVITY_PARENTS = ("Leads", "Accounts", "Deals", "Vendors", "Products", "Campaigns")


def _parents() -> list[Field]:
    """Whom an activity is with (a contact) and what it is about (`$se_module` says which)."""
    return [
        f.lookup("Who_Id", "Contacts", label="Contact Name"),
        f.lookup("What_Id", "", label="Related To", lookup_modules=ACTIVITY_PARENTS),
    ]


def tasks() -> Module:
    statuses = ["Not Started", "Deferred", "In Progress", "Completed", "Waiting for input"]
    own = [
        f.text("Subject", length=255, mandatory=True),
        f.date("Due_Date"),
        *_parents(),
        f.picklist("Status", statuses),
        f.picklist("Priority", ["High", "Highest", "Low", "Lowest", "Normal"]),
        f.boolean("Send_Notification_Email"),
        f.unwritable(f.moment("Closed_Time")),
        f.textarea("Description", textarea_type="large"),
    ]
    return standard_module("Tasks", "Task", own, ["Subject"], activity_lists()[:2])


def events() -> Module:
    own = [
        f.text("Event_Title", label="Title", length=255, mandatory=True),
        f.moment("Start_DateTime", label="From", mandatory=True),
        f.moment("End_DateTime", label="To", mandatory=True),
        f.boolean("All_day"),
        f.text("Venue", label="Location", length=255),
        *_parents(),
        f.textarea("Description", textarea_type="large"),
    ]
    required = ["Event_Title", "Start_DateTime", "End_DateTime"]
    module = standard_module("Events", "Event", own, required, activity_lists()[:2])
    module.singular, module.plural = "Meeting", "Meetings"
    return module


def calls() -> Module:
    own = [
        f.text("Subject", length=255, mandatory=True),
        f.picklist("Call_Type", ["Outbound", "Inbound", "Missed"], mandatory=True),
        f.moment("Call_Start_Time", mandatory=True),
        f.text("Call_Duration", length=20),
        f.picklist("Call_Purpose", ["Prospecting", "Administrative", "Negotiation", "Demo"]),
        f.picklist("Call_Status", ["Scheduled", "Completed", "Cancelled"], length=100),
        f.text("Call_Result", length=100),
        *_parents(),
        f.textarea("Description", textarea_type="large"),
    ]
    required = ["Subject", "Call_Type", "Call_Start_Time"]
    return standard_module("Calls", "Call", own, required, activity_lists()[:2])


def notes() -> Module:
    own = [
        f.text("Note_Title", length=120),
        f.textarea("Note_Content", length=65535, textarea_type="large", mandatory=True),
        f.lookup("Parent_Id", "", label="Parent ID", mandatory=True, lookup_modules=("*",)),
    ]
    lists = [one for one in activity_lists() if one.api_name == "Attachments"]
    module = standard_module("Notes", "Note", own, [], lists)
    module.show_as_tab = module.lookupable = module.quick_create = False
    return module


def attachments() -> Module:
    own = [
        f.text("File_Name", length=255, mandatory=True),
        f.unwritable(f.bigint("Size")),
        f.lookup("Parent_Id", "", label="Parent ID", lookup_modules=("*",)),
    ]
    module = standard_module("Attachments", "Attachment", own, [], [])
    module.show_as_tab = module.lookupable = module.quick_create = module.creatable = False
    return module
