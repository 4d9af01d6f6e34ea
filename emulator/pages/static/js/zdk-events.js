// ZDK_EVENT: what ZDK and $Client ask of the page (SDK 1.2 and later).

import { refusal } from "./host.js";
import { confirm, inform, say } from "./toast.js";
import { ask } from "./wire.js";

const VARIABLES = {
  user: async (events) => (await ask(events, { category: "CONFIG", type: "CURRENT_USER" })).users[0],
  org: async (events) => (await ask(events, { category: "CONFIG", type: "ORG" })).org[0],
};

export async function zdk(data, { close, events }) {
  switch (data.action) {
    case "get_zdk_url":
      return { value: `${window.location.origin}/js-sdk/zdk.js` };
    case "close_widget":
      return { value: true, after: close };
    case "notify_response":
      return { value: true };
    case "msg_band":
      say(String(data.message ?? ""));
      return { value: true };
    case "alert":
      await inform(data);
      return { value: true };
    case "confirm":
      return { value: await confirm(data) };
    case "variable":
      if (!(data.key in VARIABLES)) break;
      return { value: await VARIABLES[data.key](events) };
  }
  throw refusal(`The emulator knows no ZDK action ${data.action}.`);
}
