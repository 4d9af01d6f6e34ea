// A small SDK that speaks the protocol of Zoho's embedded app SDK 1.2: what the widget's tests
// load in its place. It is as unhelpful as the real one: no time limit, and throws before init().
window.ZOHO = (() => {
  const serviceOrigin = decodeURIComponent(/[?&]serviceOrigin=([^&#]*)/.exec(location.href)?.[1] ?? "");
  const appOrigin = encodeURIComponent(location.origin + location.pathname);
  const listeners = {};
  const waiting = {};
  let number = 100;
  let uniqueID;
  let started;

  function send(message) {
    window.parent.postMessage({ type: "SDK.EVENT", appOrigin, ...message }, serviceOrigin);
  }

  function trigger(eventName, data) {
    if (!started) throw new TypeError("Cannot read properties of undefined (reading 'getContext')");
    if (!uniqueID) throw new Error("Parentwindow reference not found.");
    const promiseid = `Promise${number++}`;
    send({ eventName, uniqueID, time: Date.now(), promiseid, data });
    return new Promise((resolve, reject) => {
      waiting[promiseid] = { resolve, reject };
    });
  }

  const crm = (data) => trigger("CRM_EVENT", { ...data, sdkVersion: "1" });

  function init() {
    started ??= new Promise((resolve) => {
      window.addEventListener("message", ({ data: message }) => {
        const { eventName, data, promiseid } = message ?? {};
        if (eventName === "SET_CONTEXT") {
          const first = !uniqueID;
          uniqueID = data.uniqueID;
          if (first) trigger("ZDK_EVENT", { action: "get_zdk_url" }).then(resolve, resolve);
        } else if (eventName === "EVENT_RESPONSE") waiting[promiseid]?.resolve(data);
        else if (eventName === "EVENT_RESPONSE_FAILURE") waiting[promiseid]?.reject(data);
        else listeners[eventName]?.call(undefined, data);
      });
      send({ eventName: "REGISTER" });
    });
    return started;
  }

  return {
    embeddedApp: {
      init,
      on(name, listener) {
        if (!started) listeners[name] = listener;
      },
    },
    CRM: {
      CONFIG: {
        getCurrentUser: () => crm({ category: "CONFIG", type: "CURRENT_USER" }),
        getOrgInfo: () => crm({ category: "CONFIG", type: "ORG" }),
      },
      UI: {
        Resize: (data) => crm({ category: "UI", action: "RESIZE", data }),
        Popup: { closeReload: () => crm({ category: "UI", action: { popup: "CLOSE_RELOAD" } }) },
        Record: {
          open: ({ Entity, RecordID, Target }) =>
            crm({
              category: "UI",
              action: { record: "OPEN" },
              data: { Entity, RecordID, target: Target },
            }),
        },
      },
    },
  };
})();
