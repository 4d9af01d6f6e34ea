// What the page says on behalf of a widget: a passing message, a notice, a question.

const SECONDS = 6;

export function say(text) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  // Inside the open dialog if there is one: nothing outside of it is reachable then.
  const place = document.querySelector("dialog[open] [data-toasts]") ?? document.getElementById("toasts");
  place.append(toast);
  setTimeout(() => toast.remove(), SECONDS * 1000);
}

export function inform({ message, heading, accept_message: accept }) {
  return asked(heading ?? "Notice", message, [[accept ?? "Okay", true]]);
}

export function confirm({ message, accept_message: accept, reject_message: reject }) {
  return asked("Please confirm", message, [
    [reject ?? "Cancel", false],
    [accept ?? "Yes, Proceed", true],
  ]);
}

function asked(heading, message, choices) {
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  const title = document.createElement("h2");
  title.id = `question-${crypto.randomUUID()}`;
  title.textContent = String(heading);
  const text = document.createElement("p");
  text.textContent = String(message ?? "");
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, text, buttons(dialog, choices));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "true");
    });
  });
}

function buttons(dialog, choices) {
  const row = document.createElement("div");
  row.className = "row end";
  for (const [label, value] of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = value ? "button primary" : "button";
    button.textContent = String(label);
    button.addEventListener("click", () => dialog.close(String(value)));
    row.append(button);
  }
  return row;
}
