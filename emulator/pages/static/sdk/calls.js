// ZOHO.CRM.*: what each call sends as the `data` of its CRM_EVENT.

// A file of another window does not survive the journey; a fresh one does.
const fresh = (file) => (file instanceof Blob ? new File([file], file.name, { type: file.type }) : file);

const withTrigger = ({ APIData, Trigger }) => Object.assign(APIData, { trigger: Trigger });

const create = (Entity, APIData, RelatedID, type = "RECORD") =>
  request({ category: "CREATE", Entity, RelatedID, APIData, type });

// 1.1 says no more of a record than which one it is.
const one = (config) =>
  LINE === "1.1" ? { Entity: config.Entity, RecordID: config.RecordID } : config;

const api = {
  getRecord: (config) => request({ category: "READ", APIData: one(config) }),
  getAllRecords: (config) => request({ category: "READ", APIData: config }),
  getRelatedRecords: (config) => request({ category: "READ", APIData: config }),
  insertRecord: (config) => create(config.Entity, withTrigger(config)),
  upsertRecord(config) {
    const data = Object.assign(withTrigger(config), { action: "UPSERT" });
    const check = config.duplicate_check_fields;
    if (Array.isArray(check)) data.duplicate_check_fields = check.join(",");
    return create(config.Entity, data);
  },
  addNotes: ({ Entity, RecordID, Title, Content }) =>
    create(Entity, { data: [{ Note_Title: Title, Note_Content: Content }] }, RecordID, "NOTES"),
  attachFile: ({ Entity, RecordID, File: file }) =>
    create(
      Entity,
      { FileName: file.Name, FileData: fresh(file.Content) },
      RecordID,
      "ATTACHMENT",
    ),
  updateRecord: (config) =>
    request({
      category: "UPDATE",
      type: "RECORD",
      Entity: config.Entity,
      APIData: withTrigger(config),
    }),
  updateRelatedRecords: ({ Entity, RecordID, RelatedList, RelatedRecordID, APIData }) =>
    request({
      category: "UPDATE",
      type: "RELATED_RECORD",
      Entity,
      RecordID,
      RelatedList,
      RelatedRecordID,
      APIData,
    }),
  updateProfile: ({ ID, APIData }) =>
    request({ category: "UPDATE", type: "PROFILE", ID, APIData }),
  deleteRecord: ({ Entity, RecordID }) =>
    request({ category: "DELETE", type: "RECORD", Entity, RecordID }),
  delinkRelatedRecord: ({ Entity, RecordID, RelatedList, RelatedRecordID }) =>
    request({
      category: "DELETE",
      type: "RELATED_RECORD",
      Entity,
      RecordID,
      RelatedList,
      RelatedRecordID,
    }),
  searchRecord: ({ Entity, Type, Query, page, per_page, delay }) =>
    request({ category: "SEARCH", Entity, Type, Query, page, per_page, delay }),
  uploadFile(config) {
    const file = config.FILE && { ...config.FILE, file: fresh(config.FILE.file) };
    return request({ category: "FILES", type: "UPLOAD_FILE", FileData: { ...config, FILE: file } });
  },
  getFile: (config) => request({ ...config, category: "FILES", type: "DOWNLOAD_FILE" }),
  getBluePrint: ({ Entity, RecordID }) =>
    request({ category: "BLUEPRINT", action: "GET_BLUEPRINT_STATUS", Entity, RecordID }),
  updateBluePrint: ({ Entity, RecordID, BlueprintData }) =>
    request({
      category: "BLUEPRINT",
      action: "UPDATE_BLUEPRINT_STATUS",
      Entity,
      RecordID,
      BlueprintData,
    }),
  getUser: ({ ID }) => request({ category: "USER", ID }),
  getAllUsers: ({ Type, page, per_page }) => request({ category: "USER", Type, page, per_page }),
  getAllProfiles: () => request({ category: "PROFILES", type: "GET_ALL_PROFILES" }),
  getProfile: ({ ID }) => request({ category: "PROFILES", type: "GET_PROFILE", ID }),
  getOrgVariable: (nameSpace) => request({ category: "CONFIG", type: "VARIABLE", nameSpace }),
};

const approvals = {
  getAllActions: "GET_ALL_ACTIONS",
  getApprovalRecords: "GET_APPROVAL_RECORDS",
  getApprovalById: "GET_APPROVALBYID",
  getApprovalsHistory: "GET_APPROVALS_HISTORY",
  approveRecord: "UPDATE_APPROVAL",
};
for (const [name, action] of Object.entries(approvals)) {
  api[name] = (config) => request({ ...config, category: "APPROVALS", action });
}
if (LINE !== "1.1") api.coql = (query) => request({ category: "QUERY", APIData: query });

const meta = (type) => (config = {}) =>
  request({ category: "META", type, Entity: config.Entity, Id: config.Id });

const META = {
  getFields: meta("FIELD_LIST"),
  getModules: meta("MODULE_LIST"),
  getAssignmentRules: meta("ASSIGNMENT_RULES"),
  getRelatedList: meta("RELATED_LIST"),
  getLayouts: (config) => meta(config.Id ? "LAYOUT" : "LAYOUTS")(config),
  getCustomViews: (config) => meta(config.Id ? "CUSTOM_VIEW" : "CUSTOM_VIEWS")(config),
};

const config = (type) => () => request({ category: "CONFIG", type });
const CONFIG = {
  getCurrentUser: config("CURRENT_USER"),
  getOrgInfo: config("ORG"),
  GetCurrentEnvironment: config("ORG_LEVEL_INFO"),
};
if (LINE === "1.5") CONFIG.getUserPreference = config("USER_PREFERENCE");

function remote(nameSpace, call) {
  if (!call.url) throw { Message: "Url missing" };
  const query = Object.entries(call.params ?? {})
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&");
  const url = query ? `${call.url}${call.url.includes("?") ? "&" : "?"}${query}` : call.url;
  return request({
    category: "CONNECTOR",
    nameSpace,
    data: {
      url,
      Header: call.headers,
      Body: call.body,
      CONTENT_TYPE: call.CONTENT_TYPE,
      RESPONSE_TYPE: call.RESPONSE_TYPE,
      PARTS: call.PARTS,
      PARTS_BOUNDARY: call.PART_BOUNDARY,
      FILE: call.FILE && { ...call.FILE, file: fresh(call.FILE.file) },
    },
  });
}

const HTTP = Object.fromEntries(
  ["get", "post", "put", "patch", "delete"].map((verb) => [
    verb,
    (call) => remote(`wget.${verb}`, call),
  ]),
);

const connector = (nameSpace, data, type) =>
  request({ category: "CONNECTOR", nameSpace, data, type });

const ui = (action, data) => request({ category: "UI", action, data });
const dialer = (telephony) => () => ui({ telephony });
const popup = (wish) => () => ui({ popup: wish });
const record =
  (wish) =>
  ({ Entity, RecordID, Target }) =>
    ui({ record: wish }, { Entity, RecordID, target: Target });

const CRM = {
  ACTION: {
    setConfig: (object) => request({ category: "ACTION", type: "CUSTOM_ACTION_SAVE_CONFIG", object }),
    enableAccountAccess: (object) =>
      request({ category: "ACTION", type: "ENABLE_ACCOUNT_ACCESS", object }),
  },
  FUNCTIONS: {
    execute: (customFunctionName, given) =>
      request({
        category: "FUNCTIONS_EXECUTE",
        customFunctionName,
        data: { data: { ...given, auth_type: "oauth" } },
      }),
  },
  CONFIG,
  META,
  API: api,
  UI: {
    Resize: ({ width, height }) => ui("RESIZE", { width, height }),
    Dialer: {
      maximize: dialer("MAXIMIZE"),
      minimize: dialer("MINIMIZE"),
      notify: dialer("NOTIFY"),
    },
    Record: {
      open: record("OPEN"),
      edit: record("EDIT"),
      create: record("CREATE"),
      populate: (data) => ui({ record: "POPULATE" }, data),
    },
    Popup: { close: popup("CLOSE"), closeReload: popup("CLOSE_RELOAD") },
    Widget: { open: (data) => ui({ webTab: "OPEN" }, data) },
  },
  HTTP,
  CONNECTOR: {
    invokeAPI: (name, data) => connector(name, data, "CONNECTOR_API"),
    authorize: (name) => connector(name, {}, "CONNECTOR_AUTHORIZE"),
  },
  CONNECTION: {
    invoke: (connectionName, { url, method, param_type, parameters, headers }) =>
      request({
        category: "CRM_CONNECTION",
        connectionName,
        data: {
          data: {
            url,
            method,
            param_type,
            parameters: JSON.stringify(parameters),
            headers: JSON.stringify(headers),
          },
        },
      }),
  },
  WIZARD: { post: (data) => request({ category: "CRM_WIZARD", data: JSON.stringify(data) }) },
  BLUEPRINT: { proceed: () => request({ category: "CRM_BLUEPRINT" }) },
};
if (LINE === "1.5") {
  CRM.EVENTS = {
    dispatch: (event_name, event_data) =>
      request({ category: "EVENTS_DISPATCH", event_name, event_data }),
  };
}

window.ZOHO = { embeddedApp, CRM };
