"""What is known to be wrong in Zoho's OpenAPI files, and why we say so: the one table.

A correction changes a file as it is read, never on disk. One that changes nothing any more is
stale and fails a test. "Newer" in the reasons is the OpenAPI repository's layout of December 2025
and later, whose examples look captured; "samples" are our excerpts of it.
"""

from tests.emulator.contract.automation import AUTOMATION
from tests.emulator.contract.mending import (
    MODULE,
    Correction,
    Json,
    also,
    answered,
    coded,
    listed,
    missing,
    optional,
    successes,
)

SCHEDULED: Json = {
    "type": "object",
    "properties": {
        "code": {"enum": ["SCHEDULED"]},
        "details": {
            "type": "object",
            "properties": {"job_id": {"type": "string"}},
            "required": ["job_id"],
            "additionalProperties": False,
        },
        "message": {"enum": ["Convert lead scheduled successfully"]},
        "status": {"enum": ["success"]},
    },
    "required": ["code", "details", "message", "status"],
    "additionalProperties": False,
}
COUNTED: Json = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "related_list": {"type": "object", "required": ["api_name", "id"]},
    },
    "required": ["count", "related_list"],
}

RECORDS, RECORD = "/crm/v8/{module_api_name}", "/crm/v8/{module_api_name}/{id}"
RELATED = "/crm/v8/{module_api_name}/{record_id}/{related_list_api_name}"
OPTIONS = "/crm/v8/Leads/{lead_id}/__conversion_options"
CONVERT = "/paths/~1crm~1v8~1Leads~1{lead_id}~1actions~1convert/post/responses"
BODY = "content/application~1json/schema"
NOT_READ = "a request's key, or of another type of field; the samples lack it"
BY_FIELDS = "the request's `fields` decides which keys there are; newer schemas require only id"
STATUSES = "the file knows 200 alone; newer examples and the samples have this status"

CORRECTIONS: tuple[Correction, ...] = (
    # Records
    answered("record.json", RECORDS, "get", "400", STATUSES),
    answered("record.json", RECORDS, "post", "201 207 400", STATUSES),
    answered("record.json", RECORD, "get", "204 400", STATUSES),
    answered("record.json", RECORD, "put", "400", STATUSES),
    answered("record.json", RECORD, "delete", "400", STATUSES),
    answered("module_search.json", "/crm/v8/{module}/search", "get", "204", STATUSES),
    answered("coql.json", "/crm/v8/coql", "post", "204", STATUSES),
    answered("related_records.json", RELATED, "get", "400", STATUSES),
    # Notes, attachments, tags
    answered("notes.json", "/crm/v8/Notes", "post", "201 400", STATUSES),
    optional(
        "notes.json", "Note",
        "$attachments $editable $is_shared_to_client $size $state $voice_note Created_By "
        "Created_Time Modified_By Modified_Time Note_Content Owner Note_Title Parent_Id", BY_FIELDS,
    ),
    optional(
        "notes.json", "Success_Response/properties/details",
        "Created_By Created_Time Modified_By Modified_Time",
        "a deleted note has only its id in newer examples",
    ),
    missing(
        "notes.json", "/crm/v8/{module_api_name}/{record_id}/Notes", "post",
        {"$ref": "#/paths/~1crm~1v8~1Notes/post/responses/200/content/application~1json/schema"},
        "the file has notes only at /Notes; newer files have both",
    ),
    optional(
        "attachments.json", "Attachment",
        "$editable $link_url $state Created_By Modified_By Modified_Time", BY_FIELDS,
    ),
    optional(
        "tags.json", "Tag", "created_time modified_time created_by modified_by",
        "in a record a tag has name, id and color_code, as the samples show",
    ),
    optional(
        "tags.json", "Success_Response/properties/details",
        "color_code created_by created_time modified_by modified_time",
        "a deleted tag has only its id in newer examples",
    ),
    # Recycle bin and counts
    optional(
        "recycle_bin.json", "Response_Wrapper", "info", "one record comes without `info`"
    ),
    optional(
        "modules.json", "Minified_Module", "id",
        "newer examples of the recycle bin name the module by api_name alone",
    ),
    missing(
        "recycle_bin.json", "/crm/v8/settings/recycle_bin/{record_id}/actions/restore", "post",
        successes("recycle_bin", "[Rr]estored"), "newer than the file",
    ),
    missing(
        "recycle_bin.json", "/crm/v8/settings/recycle_bin/actions/restore", "post",
        successes("recycle_bin", "[Rr]estored"), "newer than the file",
    ),
    missing(
        "record_count.json",
        "/crm/v8/{module_api_name}/{record_id}/actions/get_related_records_count", "post",
        listed("get_related_records_count", COUNTED), "newer than the file",
    ),
    # Conversion
    answered("conversion_option.json", OPTIONS, "get", "400", STATUSES),
    optional(
        "conversion_option.json", "Conversion_Options", "Deals",
        "no official example has deals among the options",
    ),
    optional(
        "conversion_option.json", "Conversion_Options/properties/preference_field_matched_value",
        "Deals", "no official example has deals among the options",
    ),
    also(
        "conversion_option.json",
        "/components/schemas/Conversion_Options/properties/module_preference", MODULE,
        "the samples name a module and do not describe it",
    ),
    also(
        "conversion_option.json",
        "/components/schemas/Conversion_Options/properties/modules_with_multiple_layouts/items",
        MODULE, "the samples name modules and do not describe them",
    ),
    also(
        "convert_lead.json",
        "/components/schemas/Mapping_Mismatch_Exception/properties/message",
        {"enum": ["Pipeline doesn't contain the Stage", "Layout doesn't contain the Pipeline"]},
        "the file has a backtick for the apostrophe, and one of two messages",
    ),
    also(
        "convert_lead.json", f"{CONVERT}/400/{BODY}",
        listed("data", coded("DUPLICATE_DATA", "duplicate data")),
        "the code is in newer schemas",
    ),
    also(
        "convert_lead.json", f"{CONVERT}/400/{BODY}",
        coded("INVALID_DATA", "the given id seems to be invalid"),
        "the samples have this message for bad ids",
    ),
    also(
        "convert_lead.json", f"{CONVERT}/400/{BODY}", coded("INVALID_DATA", "body"),
        "the samples have this for a body that is no object",
    ),
    also(
        "convert_lead.json", f"{CONVERT}/202/{BODY}", listed("data", SCHEDULED),
        "newer than the file; in the samples",
    ),
    answered(
        "mass_convert.json", "/crm/v8/Leads/actions/mass_convert", "post", "202",
        "202 in newer examples, 200 here",
    ),
    also(
        "mass_convert.json", "/components/schemas/MandatoryParamError/properties/code",
        {"enum": ["REQUIRED_PARAM_MISSING"]}, "the samples have this code",
    ),
    # Modules, fields, layouts
    optional(
        "modules.json", "modules",
        "common.search_supported custom_view default_mapping_fields fields layout_associations "
        "layouts related_lists", "the samples lack them: they must be asked for",
    ),
    also(
        "modules.json", "/components/schemas/modules/properties/display_field",
        {"type": "string"}, "the name of a field in the samples",
    ),
    also(
        "modules.json", "/components/schemas/modules/properties/generated_type",
        {"enum": ["subform", "static_subform", "field_tracker"]}, "newer schemas have nine types",
    ),
    optional(
        "fields.json", "fields",
        "_update_existing_records allowed_modules autonumber common.picklist "
        "file_upolad_optionlist multiuserlookup subform textarea", NOT_READ,
    ),
    also(
        "fields.json", "/components/schemas/fields/properties/default_value",
        {"type": "boolean"}, "a check box is on or off",
    ),
    optional(
        "layouts.json", "fields",
        "_delete _update_existing_records allowed_modules autonumber common.picklist "
        "file_upolad_optionlist multiuserlookup static_values subform textarea", NOT_READ,
    ),
    also(
        "layouts.json", "/components/schemas/fields/properties/default_value",
        {"type": ["string", "boolean"]}, "an object here, a string in fields.json",
    ),
    optional("layouts.json", "sections", "_delete", NOT_READ),
    optional(
        "layouts.json", "convert_mapping", "Invoices SalesOrders",
        "leads are converted to neither; the samples lack them",
    ),
    optional(
        "related_lists.json", "related_list", "visible",
        "newer examples have `status` in its place",
    ),
    # People
    also(
        "org.json", "/components/schemas/Org/properties/type", {"enum": ["production"]},
        "in small letters in the samples",
    ),
    optional("profiles.json", "Profile", "permissions_details sections",
             "in newer examples the list of profiles has neither, a single profile both"),
    optional("users.json", "Response_Wrapper", "info", "one user comes without `info`"),
    optional("users.json", "owner", "first_name last_name", "the samples have name and id"),
    also(
        "users.json", "/components/schemas/users/properties/date_format", {"type": "string"},
        "one person's format, taken for the only one",
    ),
    also(
        "users.json", "/components/schemas/users/properties/email",
        {"type": "string", "pattern": "^[^@]+@[^@]+$"},
        "a pattern that describes one address, taken for all",
    ),
    also(
        "users.json", "/components/schemas/users/properties/time_zone", {"type": "string"},
        "a name such as America/Chicago in every example",
    ),
    *AUTOMATION,
)  # fmt: skip
