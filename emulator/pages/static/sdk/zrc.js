// 1.5: zrc asks the CRM's own API through the page, everything else directly, and ZDK.Client.

let page = null;

async function zrcRequest({ url, method = "GET", params, headers = {}, connection, body }) {
  page ??= request({ category: "GET_PARENT_URL", zrcVersion: "1.0" });
  const base = await page;
  const target = new URL(url, base);
  for (const [name, value] of Object.entries(params ?? {})) target.searchParams.set(name, value);
  if (!connection && target.origin !== new URL(base).origin) {
    return direct(target, { method, headers, body });
  }
  return request({
    category: "ZRC_REQUEST",
    zrcVersion: "1.0",
    url: target.href,
    options: {},
    requestConfig: { method, headers, connection, body },
  });
}

async function direct(url, { method, headers, body }) {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, { method, headers, body: text });
  const plain = await response.text();
  const found = { status: response.status, data: plain, headers: Object.fromEntries(response.headers) };
  try {
    found.data = JSON.parse(plain);
  } catch {
    // Not JSON: the text is the data.
  }
  return found;
}

const bare = (method) => (url, config) => zrcRequest({ ...config, url, method });
const laden = (method) => (url, body, config) => zrcRequest({ ...config, url, method, body });

window.zrc = {
  request: zrcRequest,
  get: bare("GET"),
  delete: bare("DELETE"),
  head: bare("HEAD"),
  post: laden("POST"),
  put: laden("PUT"),
  patch: laden("PATCH"),
};

const zdk = (data) => sdk.getContext().Event.Trigger("ZDK_EVENT", data, true);

window.ZDK = {
  Client: {
    showMessage: (message, options) =>
      zdk({ action: "msg_band", type: options?.type ?? "info", message }),
    showAlert: (message, heading, accept_message) =>
      zdk({ action: "alert", message, heading, accept_message }),
    showConfirmation: (message, accept_message, reject_message) =>
      zdk({ action: "confirm", message, accept_message, reject_message }),
    sendResponse: (uuid, data) => zdk({ action: "notify_response", message: { data, uuid } }),
  },
};
window.$Client = { close: (response) => zdk({ action: "close_widget", response }) };
