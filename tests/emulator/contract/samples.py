"""Which answer of the walk must look like which sample."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """A sample and a step of the walk.

    `part` is the part of the sample that is an answer, `at` the part of ours that it is of.
    Where the sample is `abridged`, for this reason, our answer may have more keys; what it has
    from another endpoint's example, ours is `lacking`.
    """

    sample: str
    step: str
    part: str = ""
    at: str = ""
    abridged: str = ""
    lacking: tuple[str, ...] = ()


TRIMMED = "the sample's index says so; the OpenAPI file, which is checked too, has the others"
FIELDS = "which fields a record has is the org's own"


PAIRS: tuple[Pair, ...] = (
    Pair("conversion_options_200_full", "GET /Leads/{same_company}/__conversion_options 200"),
    Pair(
        "conversion_options_200_contacts_only", "GET /Leads/{same_email}/__conversion_options 200"
    ),
    Pair(
        "conversion_options_200_no_match_multi_layout",
        "GET /Leads/{arabic}/__conversion_options 200",
    ),
    Pair("conversion_options_400_errors", "GET /Leads/{nobody}/__conversion_options 400", "0"),
    Pair("conversion_options_400_errors", "GET /Leads/{unapproved}/__conversion_options 400", "1"),
    Pair("conversion_options_400_errors", "GET /Leads/{merging}/__conversion_options 400", "2"),
    Pair("convert_response_200_full", "POST /Leads/{arabic}/actions/convert 200"),
    Pair("convert_response_202_scheduled", "POST /Leads/{chinese}/actions/convert 202"),
    Pair("convert_errors_400", "POST /Leads/{converted}/actions/convert 400", "0"),
    Pair("mass_convert_response_202", "POST /Leads/actions/mass_convert 202"),
    Pair("mass_convert_status_200_variants", "GET /Leads/actions/mass_convert 200", "0"),
    Pair("mass_convert_errors", "POST /Leads/actions/mass_convert 400", "0"),
    Pair("mass_convert_errors", "POST /Leads/actions/mass_convert 403", "6"),
    Pair("lead_converted_record", "GET /Leads/{converted} 200", abridged=FIELDS),
    Pair("module_leads", "GET /settings/modules/Leads 200", abridged=TRIMMED),
    Pair("module_custom", "GET /settings/modules/Partners 200", abridged=TRIMMED),
    Pair(
        "field_with_convert_mapping", "GET /settings/fields/{field} 200", at="fields.0",
        abridged="from COQL's metadata; the OpenAPI file of fields demands the others",
        lacking=("required",),
    ),
    Pair("layouts_leads_convert_mapping", "GET /settings/layouts/{layout} 200", abridged=TRIMMED),
    Pair("org_200", "GET /org 200", abridged=TRIMMED),
    Pair("users_200", "GET /users 200", abridged=TRIMMED),
    Pair("record_create_201", "POST /Vendors 201"),
    Pair("record_create_207", "POST /Vendors 207"),
    Pair("record_upsert_200", "POST /Vendors/upsert 200"),
    Pair("record_write_errors", "POST /Contacts 400", "0"),
    Pair("record_write_errors", "PUT /Leads/{locked} 400", "6"),
    Pair("records_list_info", "GET /Leads 200", abridged=FIELDS),
    Pair("attachments_list_200", "GET /Leads/{busy}/Attachments 200"),
    Pair("attachment_upload_200", "POST /Vendors/{vendor}/Attachments 200"),
    Pair("tags_add_request_response", "POST /Vendors/{vendor}/actions/add_tags 200", "response"),
    Pair("coql_request_response", "POST /coql 200", "response"),
    Pair(
        "webhook_config_form_data", "GET /settings/automation/webhooks/{webhook} 200",
        "webhooks.0", at="webhooks.0",
    ),
    Pair("watch_enable_response_201", "POST /actions/watch 201"),
    Pair("generic_errors", "GET /Leads 401", "0.body"),
    Pair("generic_errors", "GET /org 401", "1.body"),
    Pair("generic_errors", "GET /settings/profiles 403", "3.body"),
    Pair("generic_errors", "GET /Nowhere 400", "4.body"),
    Pair("generic_errors", "GET /Leads 400", "5.body"),
    Pair("generic_errors", "PATCH /Leads 400", "6.body"),
    Pair("generic_errors", "GET /no/such/thing/at/all/here 404", "9.body"),
    Pair("generic_errors", "GET /Leads 429", "10.body"),
    Pair("generic_errors", "GET /Leads 500", "11.body"),
)  # fmt: skip
