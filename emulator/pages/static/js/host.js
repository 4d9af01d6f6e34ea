// The CRM page's half of the widget SDK's protocol, SDK 1.1 to 1.5: REGISTER is answered with
// SET_CONTEXT, each document gets PageLoad once, each request an answer.
//
// Knows nothing of what requests mean: `answer(eventName, data)` resolves to { value, after }
// or rejects with what the widget's promise is rejected with.

const INVITE_AFTER = 1000;
const SILENT_AFTER = 4000;
// A frame that is removed at once never hears the answer that was posted to it.
const FAREWELL = 100;

export class Host {
  #frame;
  #origin;
  #pageLoad;
  #locale;
  #answer;
  #notice;
  #document = new WidgetDocument();
  #timers = [];
  #hear = (event) => this.#receive(event);
  #load = () => this.#loaded();

  // `notice(state)` is told "registered" and, if the widget says nothing, "silent".
  constructor({ frame, origin, pageLoad, locale, answer, notice }) {
    this.#frame = frame;
    this.#origin = origin;
    this.#pageLoad = pageLoad;
    this.#locale = locale;
    this.#answer = answer;
    this.#notice = notice;
    window.addEventListener("message", this.#hear);
    frame.addEventListener("load", this.#load);
  }

  stop() {
    window.removeEventListener("message", this.#hear);
    this.#frame.removeEventListener("load", this.#load);
    this.#document.leave();
    this.#forget();
  }

  #receive(event) {
    const message = event.data;
    if (event.origin !== this.#origin || message?.type !== "SDK.EVENT") return;
    if (message.eventName === "DEREGISTER") {
      this.#deregister(event, message);
      return;
    }
    if (event.source !== this.#frame.contentWindow) return;
    if (message.eventName === "REGISTER") this.#register();
    else this.#request(message);
  }

  #register() {
    // After the load of a document that has registered already, this is either the next
    // document, which has yet to load, or the same once more. Only a load will tell.
    if (this.#document.registered && this.#document.loaded) {
      this.#document = new WidgetDocument(this.#document);
      this.#setContext();
      return;
    }
    this.#setContext();
    this.#tellPage();
  }

  #setContext() {
    this.#document.registered = true;
    this.#forget();
    this.#notice("registered");
    this.#post("SET_CONTEXT", {
      uniqueID: this.#document.id,
      locale: this.#locale,
      localeResource: {},
      connectors: [],
      model: {},
    });
  }

  #tellPage() {
    if (this.#document.told) return;
    this.#document.told = true;
    this.#post("PageLoad", this.#pageLoad);
  }

  #loaded() {
    const before = this.#document;
    if (before.former) {
      before.settle();
      before.loaded = true;
      this.#tellPage();
      return;
    }
    if (before.loaded) {
      before.leave();
      this.#document = new WidgetDocument();
    }
    this.#document.loaded = true;
    if (!this.#document.registered) this.#invite();
  }

  // SDK 1.5 alone understands the invitation, and registers on it even if it missed the query.
  #invite() {
    this.#forget();
    this.#timers = [
      setTimeout(
        () => this.#post("__HANDSHAKE__", { parentOrigin: window.location.origin }),
        INVITE_AFTER,
      ),
      setTimeout(() => this.#notice("silent"), SILENT_AFTER),
    ];
  }

  // On navigation the browser delivers this without a source, since its window is gone.
  #deregister(event, message) {
    const ours = event.source === null || event.source === this.#frame.contentWindow;
    if (!ours || message.uniqueID !== this.#document.id) return;
    this.#document.leave();
    this.#document = new WidgetDocument();
  }

  async #request({ eventName, promiseid, data }) {
    const asker = this.#document;
    const reply = (name, value) => {
      // Each document numbers its promises from 100: an answer to the last would settle
      // a promise of the next.
      if (!asker.gone && promiseid !== undefined) this.#post(name, value, { promiseid });
    };
    try {
      const { value, after } = await this.#answer(eventName, data);
      reply("EVENT_RESPONSE", value);
      if (after) setTimeout(after, FAREWELL);
    } catch (problem) {
      reply("EVENT_RESPONSE_FAILURE", problem instanceof Error ? refusal(problem.message) : problem);
    }
  }

  #post(eventName, data, more = {}) {
    const message = { type: "FRAMEWORK.EVENT", eventName, data, ...more };
    this.#frame.contentWindow?.postMessage(message, this.#origin);
  }

  #forget() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
  }
}

// What the host knows of one document in the frame. `former` is the one before it, as long as
// it is not certain that they are two.
class WidgetDocument {
  id = crypto.randomUUID();
  registered = false;
  loaded = false;
  told = false;
  gone = false;

  constructor(former = null) {
    this.former = former;
  }

  settle() {
    this.former?.leave();
    this.former = null;
  }

  leave() {
    this.gone = true;
    this.settle();
  }
}

// An error in the form of the API's.
export function refusal(message, code = "INVALID_REQUEST") {
  return { code, details: {}, message, status: "error" };
}
