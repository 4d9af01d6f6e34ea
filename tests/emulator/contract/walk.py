"""A walk over everything the emulator answers: each step is one call, in order."""

from dataclasses import dataclass, field
from typing import Any

from emulator import demo

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A call. `{name}` in path, params and body stands for something remembered before.

    `keeps` remembers parts of the answer: name -> path into it, such as "data.0.details.id".
    """

    method: str
    path: str
    status: int
    body: Any = None
    params: Json = field(default_factory=dict)
    keeps: Json = field(default_factory=dict)
    user: str = demo.ADMIN
    more: Json = field(default_factory=dict)


START = {
    "supplier": demo.SUPPLIER_LEAD,
    "busy": demo.BUSY_LEAD,
    "active": demo.ACTIVE_LEAD,
    "full": demo.FULL_LEAD,
    "same_email": demo.SAME_EMAIL_LEAD,
    "same_company": demo.SAME_COMPANY_LEAD,
    "locked": demo.LOCKED_LEAD,
    "merging": demo.MERGING_LEAD,
    "unapproved": demo.UNAPPROVED_LEAD,
    "converted": demo.CONVERTED_LEAD,
    "arabic": demo.ARABIC_LEAD,
    "chinese": demo.CHINESE_LEAD,
    "nobody": demo.SUPPLIER_LEAD[:7] + "000000999999",
}
DEAL = {
    "Deal_Name": "Walk",
    "Stage": "Qualification",
    "Closing_Date": "2026-12-31",
    "Pipeline": "Standard (Standard)",
}
LEADS = {"fields": "Last_Name,Company,Email,Owner,Tag,Layout"}
VENDOR = {"Vendor_Name": "Walk Supplies", "Email": "walk@supplies.example"}

METADATA = (
    Step("GET", "/org", 200),
    Step("GET", "/users", 200, params={"type": "ActiveUsers"}, keeps={"admin": "users.0.id"}),
    Step("GET", "/users", 200, params={"type": "CurrentUser"}),
    Step("GET", "/users/{admin}", 200),
    Step("GET", "/settings/roles", 200, keeps={"role": "roles.0.id"}),
    Step("GET", "/settings/roles/{role}", 200),
    Step("GET", "/settings/profiles", 200, keeps={"profile": "profiles.0.id"}),
    Step("GET", "/settings/profiles/{profile}", 200),
    Step("GET", "/settings/profiles", 403, user=demo.REP),
    Step("GET", "/settings/modules", 200),
    Step("GET", "/settings/modules/Leads", 200, keeps={"leads": "modules.0.id"}),
    Step("GET", "/settings/modules/Contacts", 200, keeps={"contacts": "modules.0.id"}),
    Step("GET", "/settings/modules/Accounts", 200, keeps={"accounts": "modules.0.id"}),
    Step("GET", "/settings/modules/Tasks", 200, keeps={"tasks": "modules.0.id"}),
    Step("GET", "/settings/modules/Partners", 200),
    Step("GET", "/settings/modules/Nowhere", 400),
    Step("GET", "/settings/fields", 200, params={"module": "Leads"},
         keeps={"field": "fields.0.id"}),
    Step("GET", "/settings/fields", 200, params={"module": "Deals"}),
    Step("GET", "/settings/fields", 200, params={"module": "Partners"}),
    Step("GET", "/settings/fields", 200, params={"module": "Vendors"}, user=demo.REP),
    Step("GET", "/settings/fields", 400),
    Step("GET", "/settings/fields/{field}", 200, params={"module": "Leads"}),
    Step("POST", "/settings/fields", 201, params={"module": "Vendors"},
         body={"fields": [{"field_label": "Walk Key", "data_type": "text", "length": 60}]},
         keeps={"key": "fields.0.details.id"}),
    Step("PATCH", "/settings/fields", 200, params={"module": "Vendors"},
         body={"fields": [{"id": "{key}", "tooltip": {"name": "static_text", "value": "Key"}}]}),
    Step("PATCH", "/settings/fields/{key}", 200, params={"module": "Vendors"},
         body={"fields": [{"unique": {"case_sensitive": True}}]}),
    Step("GET", "/settings/layouts", 200, params={"module": "Leads"},
         keeps={"layout": "layouts.0.id"}),
    Step("GET", "/settings/layouts/{layout}", 200, params={"module": "Leads"}),
    Step("GET", "/settings/layouts", 200, params={"module": "Deals"},
         keeps={"deals_layout": "layouts.0.id"}),
    Step("GET", "/settings/related_lists", 200, params={"module": "Leads"}),
    Step("GET", "/settings/pipeline", 200, params={"layout_id": "{deals_layout}"},
         keeps={"pipeline": "pipeline.0.id"}),
    Step("GET", "/settings/pipeline/{pipeline}", 200, params={"layout_id": "{deals_layout}"}),
    Step("GET", "/Contacts/roles", 200, keeps={"contact_role": "contact_roles.0.id"}),
)  # fmt: skip
RECORDS = (
    Step("GET", "/Leads", 200, params=LEADS),
    Step("GET", "/Leads", 200, params={**LEADS, "per_page": "2", "converted": "both"}),
    Step("GET", "/Leads", 400),
    Step("GET", "/Partners", 200, params={"fields": "Name,Tier,Account"}),
    Step("GET", "/Leads/{full}", 200),
    Step("GET", "/Leads/{converted}", 204),
    Step("GET", "/Leads/{converted}", 200, params={"converted": "true"}),
    Step("GET", "/Leads/{nobody}", 204),
    Step("POST", "/Vendors", 201, body={"data": [VENDOR]}, keeps={"vendor": "data.0.details.id"}),
    Step("POST", "/Vendors", 207,
         body={"data": [{"Vendor_Name": "Half"}, {"Email": "x@y.example"}]}),
    Step("POST", "/Vendors", 400, body={"data": [{"Email": "x@y.example"}]}),
    Step("POST", "/Contacts", 400, body={"data": [{
        "Last_Name": "Again", "Email": "sofia.marchetti@cascade-breweries.example"}]}),
    Step("POST", "/Vendors", 400, body={"data": [{"Vendor_Name": "x" * 121}]}),
    Step("POST", "/Vendors", 400, body=[]),
    Step("PUT", "/Vendors", 200, body={"data": [{"id": "{vendor}", "City": "Here"}]}),
    Step("PUT", "/Vendors/{vendor}", 200, body={"data": [{"City": "There"}]}),
    Step("PUT", "/Leads/{locked}", 400, body={"data": [{"City": "There"}]}),
    Step("PUT", "/Vendors/{nobody}", 400, body={"data": [{"City": "There"}]}),
    Step("POST", "/Vendors/upsert", 200, body={"data": [VENDOR]}),
    Step("POST", "/Vendors/upsert", 200, body={"data": [{"Vendor_Name": "Quite New"}]}),
    Step("GET", "/Leads/actions/count", 200),
    Step("GET", "/Vendors/search", 200, params={"criteria": "(Vendor_Name:equals:Walk Supplies)"}),
    Step("GET", "/Vendors/search", 200, params={"email": "walk@supplies.example"}),
    Step("GET", "/Vendors/search", 204, params={"word": "nothing at all"}),
    Step("GET", "/Vendors/search", 400),
    Step("POST", "/coql", 200, body={
        "select_query": "select Last_Name, First_Name from Leads "
                        "where Email is not null limit 0, 2"}),
    Step("POST", "/coql", 204, body={
        "select_query": "select Last_Name from Leads where Last_Name = 'Nobody' limit 1"}),
    Step("POST", "/coql", 400, body={"select_query": "select from"}),
)  # fmt: skip
RELATED = (
    Step("GET", "/Leads/{busy}/Notes", 200, params={"fields": "Note_Title,Note_Content,Parent_Id"}),
    Step("GET", "/Leads/{supplier}/Tasks", 200, params={"fields": "Subject,What_Id,Status"}),
    Step("GET", "/Leads/{active}/Campaigns", 200, params={"fields": "Campaign_Name,Member_Status"},
         keeps={"campaign": "data.0.id"}),
    Step("GET", "/Leads/{active}/Campaigns/{campaign}", 200),
    Step("GET", "/Leads/{active}/Nowhere", 400, params={"fields": "id"}),
    Step("PUT", "/Leads/{supplier}/Campaigns", 200,
         body={"data": [{"id": "{campaign}", "Member_Status": "Sent"}]}),
    Step("PUT", "/Leads/{supplier}/Campaigns/{campaign}", 200,
         body={"data": [{"Member_Status": "Opened"}]}),
    Step("DELETE", "/Leads/{supplier}/Campaigns/{campaign}", 200),
    Step("PUT", "/Leads/{supplier}/Campaigns", 200, body={"data": [{"id": "{campaign}"}]}),
    Step("DELETE", "/Leads/{supplier}/Campaigns", 200, params={"ids": "{campaign}"}),
    Step("POST", "/Leads/{busy}/actions/get_related_records_count", 200, body={
        "get_related_records_count": [{"related_list": {"api_name": "Notes"}}]}),
    Step("POST", "/Notes", 201, keeps={"note": "data.0.details.id"}, body={"data": [{
        "Note_Title": "Walk", "Note_Content": "By",
        "Parent_Id": {"module": {"api_name": "Vendors"}, "id": "{vendor}"}}]}),
    Step("POST", "/Vendors/{vendor}/Notes", 201, body={"data": [{"Note_Content": "Again"}]}),
    Step("POST", "/Notes", 400, body={"data": [{"Note_Title": "No content"}]}),
    Step("PUT", "/Notes", 200, body={"data": [{"id": "{note}", "Note_Title": "Walked"}]}),
    Step("PUT", "/Notes/{note}", 200, body={"data": [{"Note_Title": "Walked on"}]}),
    Step("GET", "/Notes/{note}", 200),
    Step("GET", "/Notes", 200, params={"fields": "Note_Title,Parent_Id"}),
    Step("DELETE", "/Notes/{note}", 200),
    Step("GET", "/Leads/{busy}/Attachments", 200,
         params={"fields": "id,File_Name,Size,Parent_Id,Owner,Created_Time,Created_By,"
                           "Modified_By,Modified_Time,$editable,$field_states,$state"},
         keeps={"attachment": "data.1.id"}),
    Step("GET", "/Leads/{busy}/Attachments/{attachment}", 200, more={"binary": True}),
    Step("POST", "/Vendors/{vendor}/Attachments", 200, more={
        "files": {"file": ("walk.txt", b"by", "text/plain")}},
        keeps={"uploaded": "data.0.details.id"}),
    Step("POST", "/Vendors/{vendor}/Attachments", 200, more={
        "data": {"attachmentUrl": "https://walk.example/", "title": "Walk"}},
        keeps={"link": "data.0.details.id"}),
    Step("DELETE", "/Vendors/{vendor}/Attachments/{uploaded}", 200),
    Step("DELETE", "/Vendors/{vendor}/Attachments", 200, params={"ids": "{link}"}),
    Step("POST", "/settings/tags", 201, params={"module": "Vendors"},
         body={"tags": [{"name": "walk"}]}, keeps={"tag": "tags.0.details.id"}),
    Step("GET", "/settings/tags", 200, params={"module": "Vendors"}),
    Step("PUT", "/settings/tags/{tag}", 200, params={"module": "Vendors"},
         body={"tags": [{"name": "walked"}]}),
    Step("POST", "/Vendors/{vendor}/actions/add_tags", 200, body={"tags": [{"name": "walked"}]}),
    Step("POST", "/Vendors/actions/add_tags", 200,
         body={"tags": [{"name": "vip"}], "ids": ["{vendor}"]}),
    Step("GET", "/settings/tags/{tag}/actions/records_count", 200, params={"module": "Vendors"}),
    Step("POST", "/Vendors/{vendor}/actions/remove_tags", 200, body={"tags": [{"name": "walked"}]}),
    Step("POST", "/Vendors/actions/remove_tags", 200,
         body={"tags": [{"name": "vip"}], "ids": ["{vendor}"]}),
    Step("DELETE", "/settings/tags/{tag}", 200),
)  # fmt: skip
CONVERSION = (
    Step("GET", "/Leads/{same_email}/__conversion_options", 200),
    Step("GET", "/Leads/{same_company}/__conversion_options", 200),
    Step("GET", "/Leads/{arabic}/__conversion_options", 200),
    Step("GET", "/Leads/{unapproved}/__conversion_options", 400),
    Step("GET", "/Leads/{merging}/__conversion_options", 400),
    Step("GET", "/Leads/{nobody}/__conversion_options", 400),
    Step("POST", "/Leads/{arabic}/actions/convert", 400, body={"data": [{"Deals": {}}]}),
    Step("POST", "/Leads/{arabic}/actions/convert", 400, body={"data": [{"Deals": "x"}]}),
    Step("POST", "/Leads/{arabic}/actions/convert", 400,
         body={"data": [{"Deals": {**DEAL, "Deal_Name": "x" * 121}}]}),
    Step("POST", "/Leads/{arabic}/actions/convert", 400,
         body={"data": [{"Deals": {**DEAL, "Stage": "Notice Published"}}]}),
    Step("POST", "/Leads/{arabic}/actions/convert", 400, body=[]),
    Step("POST", "/Leads/{same_email}/actions/convert", 400, body={"data": [{}]}),
    Step("POST", "/Leads/{converted}/actions/convert", 400, body={"data": [{}]}),
    Step("POST", "/Leads/{nobody}/actions/convert", 400, body={"data": [{}]}),
    Step("POST", "/Leads/{arabic}/actions/convert", 200,
         body={"data": [{"Deals": {**DEAL, "Contact_Role": "{contact_role}"}}]}),
    Step("POST", "/Leads/{chinese}/actions/convert", 202, body={"data": [{}]},
         more={"fault": "convert_scheduled"}),
    Step("POST", "/Leads/actions/mass_convert", 202, keeps={"job": "details.job_id"},
         body={"ids": ["{active}"], "assign_to": {"id": "{admin}"}, "Deals": DEAL,
               "carry_over_tags": [{"api_name": "Contacts", "id": "{contacts}"}],
               "related_modules": [{"api_name": "Tasks", "id": "{tasks}"}],
               "move_attachments_to": {"api_name": "Accounts", "id": "{accounts}"}}),
    Step("GET", "/Leads/actions/mass_convert", 200, params={"job_id": "{job}"}),
    Step("GET", "/Leads/actions/mass_convert", 400),
    Step("GET", "/Leads/actions/mass_convert", 400, params={"job_id": "1"}),
    Step("POST", "/Leads/actions/mass_convert", 400, body={}),
    Step("POST", "/Leads/actions/mass_convert", 403, body={}, user=demo.NO_CONVERSION_REP),
)  # fmt: skip
WEBHOOK = {
    "name": "Walk to backend", "module": {"api_name": "Leads", "id": "{leads}"},
    "url": "https://backend.example.com/zoho/webhook", "http_method": "POST",
    "feature_type": "workflow", "authentication": {"type": "general"},
    "description": "By and by",
    "headers": {"module_parameters": [],
                "custom_parameters": [{"name": "x-api-key", "value": "k"}]},
    "body": {"type": "form_data", "format": None, "form_data_content": {
        "module_parameters": [{"name": "lead_email", "value": "${{!Leads.Email}}"}],
        "custom_parameters": [{"name": "source_system", "value": "zoho_crm"}]}},
    "date_time_format": {"date_format": "dd-mmmm-yyyy", "datetime_format": "dd-mm-yyyy H:M:S",
                         "time_zone": "Etc/GMT+12"},
}  # fmt: skip
RULE = {
    "name": "Walk when qualified", "module": {"api_name": "Leads", "id": "{leads}"},
    "description": None,
    "execute_when": {"type": "create_or_edit", "details": {
        "repeat": True, "trigger_module": {"api_name": "Leads", "id": "{leads}"}}},
    "conditions": [{
        "sequence_number": 1,
        "criteria_details": {"criteria": {
            "field": {"api_name": "Lead_Status"}, "comparator": "equal", "value": "Qualified"}},
        "instant_actions": {"actions": [{"id": "{webhook}", "type": "webhooks"}]}}],
}  # fmt: skip
CHANNEL = {
    "channel_id": "1000000068001", "notify_url": "https://backend.example.com/zoho/notify",
    "events": ["Leads.edit"], "token": "opaque", "return_affected_field_values": True,
    "channel_expiry": "2026-01-12T09:58:09+05:30",
    "notification_condition": [{
        "type": "field_selection", "module": {"api_name": "Leads", "id": "{leads}"},
        "field_selection": {"group_operator": "or", "group": [
            {"field": {"api_name": "Lead_Status"}}, {"field": {"api_name": "Company"}}]}}],
}  # fmt: skip
HOOKS, RULES = "/settings/automation/webhooks", "/settings/automation/workflow_rules"
AUTOMATION = (
    Step("POST", HOOKS, 201, body={"webhooks": [WEBHOOK]}, keeps={
        "webhook": "webhooks.0.details.id"}),
    Step("POST", HOOKS, 400, body={"webhooks": [{**WEBHOOK, "name": None}]}),
    Step("POST", HOOKS, 403, body={"webhooks": [WEBHOOK]}, user=demo.REP),
    Step("GET", HOOKS, 200),
    Step("GET", HOOKS + "/{webhook}", 200),
    Step("GET", HOOKS + "/{nobody}", 400),
    Step("PUT", HOOKS + "/{webhook}", 200, body={"webhooks": [{"description": "By"}]}),
    Step("PUT", HOOKS, 207, body={"webhooks": [
        {"id": "{webhook}", "description": "And by"}, {"id": "{nobody}"}]}),
    Step("POST", RULES, 201, body={"workflow_rules": [RULE]}, keeps={
        "rule": "workflow_rules.0.details.id"}),
    Step("POST", RULES, 400, body={"workflow_rules": [{**RULE, "execute_when": None}]}),
    Step("GET", RULES, 200),
    Step("GET", RULES + "/{rule}", 200),
    Step("PUT", RULES, 200, body={"workflow_rules": [{"id": "{rule}", "description": "By"}]}),
    Step("PUT", RULES + "/{rule}", 200, body={"workflow_rules": [{
        "status": {"active": False}}]}),
    Step("PUT", RULES + "/actions/reorder", 200, params={"module": "Leads"}, body={
        "reorder": {"workflow_rules": [{"id": "{rule}", "module_specific_sequence": 1}]}}),
    Step("DELETE", HOOKS + "/{webhook}", 400),
    Step("DELETE", RULES + "/{rule}", 200),
    Step("DELETE", RULES, 400, params={"ids": "{rule}"}),
    Step("GET", RULES + "/{rule}", 400),
    Step("GET", "/settings/automation/webhook_failures", 204),
    Step("GET", HOOKS + "/actions/usage_reports", 204, params={"group_by": "date"}),
    Step("GET", HOOKS + "/actions/usage_reports", 400),
    Step("DELETE", HOOKS + "/{webhook}", 200),
    Step("DELETE", HOOKS, 400, params={"ids": "{webhook}"}),
    Step("POST", "/actions/watch", 201, body={"watch": [CHANNEL]}),
    Step("POST", "/actions/watch", 207, body={"watch": [CHANNEL, {"events": ["Leads.all"]}]}),
    Step("POST", "/actions/watch", 400, body={"watch": [{**CHANNEL, "token": "x" * 51}]}),
    Step("GET", "/actions/watch", 200),
    Step("PUT", "/actions/watch", 200, body={"watch": [{**CHANNEL, "events": [
        "Leads.all", "Vendors.create"]}]}),
    Step("PATCH", "/actions/watch", 200, body={"watch": [{
        "channel_id": "1000000068001", "token": "other"}]}),
    Step("PATCH", "/actions/watch", 200, body={"watch": [{
        "channel_id": "1000000068001", "events": ["Vendors.create"], "_delete_events": True}]}),
    Step("DELETE", "/actions/watch", 200, params={"channel_ids": "1000000068001"}),
    Step("DELETE", "/actions/watch", 400, params={"channel_ids": "1000000068001"}),
    Step("GET", "/actions/watch", 204),
)  # fmt: skip
ENDINGS = (
    Step("POST", "/__composite_requests", 200, body={
        "rollback_on_fail": False, "parallel_execution": True, "__composite_requests": [
            {"sub_request_id": "one", "method": "GET", "uri": "/crm/v8/Leads/{supplier}"},
            {"sub_request_id": "two", "method": "GET", "uri": "/crm/v8/org"}]}),
    Step("POST", "/__composite_requests", 400, body={
        "rollback_on_fail": True, "parallel_execution": True, "__composite_requests": [
            {"sub_request_id": "one", "method": "GET", "uri": "/crm/v8/org"}]}),
    Step("DELETE", "/Vendors/{vendor}", 200),
    Step("DELETE", "/Vendors/{vendor}", 400),
    Step("DELETE", "/Vendors", 200, params={"ids": demo.SUPPLIER_LEAD[:7] + "000000505004"}),
    Step("GET", "/Vendors/deleted", 200, params={"type": "recycle"}),
    Step("GET", "/settings/recycle_bin", 200, keeps={"binned": "recycle_bin.0.id"}),
    Step("GET", "/settings/recycle_bin/{binned}", 200),
    Step("POST", "/settings/recycle_bin/{vendor}/actions/restore", 200),
    Step("DELETE", "/Vendors/{vendor}", 200),
    Step("POST", "/settings/recycle_bin/actions/restore", 200,
         body={"ids": ["{vendor}"]}),
    Step("DELETE", "/Vendors/{vendor}", 200),
    Step("DELETE", "/settings/recycle_bin/{vendor}", 200),
    Step("DELETE", "/settings/recycle_bin", 200, params={"ids": "{note}"}),
    Step("GET", "/Leads", 401, params=LEADS, more={"token": "forged"}),
    Step("GET", "/org", 401, more={"scopes": ("ZohoCRM.modules.ALL",)}),
    Step("GET", "/Nowhere", 400, params={"fields": "id"}),
    Step("PATCH", "/Leads", 400, body={}),
    Step("GET", "/no/such/thing/at/all/here", 404),
    Step("GET", "/Leads", 429, params=LEADS, more={"fault": "busy"}),
    Step("GET", "/Leads", 500, params=LEADS, more={"fault": "server_error"}),
)  # fmt: skip
WALK = (*METADATA, *RECORDS, *RELATED, *CONVERSION, *AUTOMATION, *ENDINGS)
