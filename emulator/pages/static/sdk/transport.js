// How a widget and its host talk: postMessage between the widget and its direct parent.
//
// `LINE` is the version that was asked for; sdk.py wraps this file, calls.js and, for 1.5,
// zrc.js into one function of it.

const TRAITS = {
  1.1: { calls: "1", gate: false, announces: {}, invited: false, lateListeners: false },
  1.2: { calls: "1", gate: true, announces: {}, invited: false, lateListeners: false },
  1.5: {
    calls: "1.5",
    gate: false,
    announces: { sdkVersion: "1.5" },
    invited: true,
    lateListeners: true,
  },
}[LINE];

const here = () =>
  encodeURIComponent(`${location.protocol}//${location.host}${location.pathname}`);

// Everything after the first "?", wherever that is: a hash is not cut off.
function hostOrigin() {
  const query = location.href.slice(location.href.indexOf("?") + 1);
  for (const pair of query.split("&")) {
    const [name, value] = pair.split("=");
    if (name === "serviceOrigin") return decodeURIComponent(value ?? "");
  }
  return undefined;
}

class Sdk {
  #origin = hostOrigin();
  #host = null;
  #id;
  #count = 100;
  #waiting = new Map();
  #listeners = new Map();
  #ready = null;
  #context = {
    Event: {
      Listen: (name, listener) => this.listen(name, listener),
      Trigger: (name, data, wanted) => this.#trigger(name, data, wanted),
    },
    GetRequest: (options) => this.#trigger("HTTP_REQUEST", options, true),
  };

  constructor() {
    window.addEventListener("message", (event) => this.#receive(event));
    window.addEventListener("unload", () => this.#deregister());
    this.#register();
  }

  getContext() {
    return this.#context;
  }

  OnLoad(ready) {
    this.#ready = ready;
  }

  listen(name, listener) {
    if (typeof listener === "function") this.#listeners.set(name, listener);
  }

  // Without an origin the browser takes the widget's own, and the host hears nothing.
  #register() {
    const message = { type: "SDK.EVENT", eventName: "REGISTER", appOrigin: here() };
    window.parent.postMessage({ ...message, ...TRAITS.announces }, this.#origin);
  }

  #deregister() {
    if (this.#host) this.#post({ type: "SDK.EVENT", eventName: "DEREGISTER", uniqueID: this.#id });
  }

  #post(message) {
    if (!this.#host) throw new Error("Parentwindow reference not found.");
    this.#host.postMessage({ ...message, appOrigin: here() }, this.#origin);
  }

  #trigger(eventName, data, wanted) {
    const promiseid = wanted ? `Promise${this.#count++}` : undefined;
    this.#post({
      type: "SDK.EVENT",
      eventName,
      uniqueID: this.#id,
      time: Date.now(),
      promiseid,
      data,
    });
    if (!wanted) return undefined;
    return new Promise((resolve, reject) => this.#waiting.set(promiseid, { resolve, reject }));
  }

  // Looks neither at the sender nor at its origin, as Zoho's SDK of these versions does not
  // either: a widget that took this for a check would be safe here and nowhere else.
  #receive(event) {
    const message = understood(event.data);
    if (message?.eventName === "__HANDSHAKE__" && TRAITS.invited) {
      this.#origin = message.data?.parentOrigin;
      this.#register();
    } else if (message?.type === "FRAMEWORK.EVENT") {
      this.#handle(message);
    }
  }

  #handle({ eventName, promiseid, data }) {
    if (eventName === "SET_CONTEXT") this.#enter(data);
    else if (eventName === "EVENT_RESPONSE") this.#settle(promiseid, "resolve", data);
    else if (eventName === "EVENT_RESPONSE_FAILURE") this.#settle(promiseid, "reject", data);
    else if (eventName !== "UPDATE_CONTEXT") this.#listeners.get(eventName)?.(data);
  }

  #enter(context) {
    if (typeof context !== "object" || context === null) return;
    this.#host = window.parent;
    this.#id = context.uniqueID;
    this.#ready?.();
    this.#ready = null;
  }

  #settle(promiseid, how, value) {
    this.#waiting.get(promiseid)?.[how](value);
    this.#waiting.delete(promiseid);
  }
}

// Hosts may send JSON text instead of an object.
function understood(data) {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

let sdk;
let ready;
const handlers = {};

const embeddedApp = {
  on(name, handler) {
    handlers[name] = handler;
    if (TRAITS.lateListeners) sdk?.listen(name, handler);
  },
  init() {
    ready ??= new Promise((resolve) => {
      sdk = new Sdk();
      sdk.OnLoad(() => (TRAITS.gate ? importZdk().then(resolve) : resolve()));
      for (const name of Object.keys(handlers)) sdk.listen(name, handlers[name]);
    });
    return ready;
  },
};

// 1.2: init() waits until the host has said where the script of ZDK and $Client is.
async function importZdk() {
  try {
    const url = await sdk.getContext().Event.Trigger("ZDK_EVENT", { action: "get_zdk_url" }, true);
    self._zdksdk = sdk;
    const script = document.createElement("script");
    script.src = url;
    document.body.append(script);
  } catch (problem) {
    console.error("ZDK import failed", problem);
  }
}

function request(data) {
  return sdk.getContext().Event.Trigger("CRM_EVENT", { ...data, sdkVersion: TRAITS.calls }, true);
}
