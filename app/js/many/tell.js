// Why a lead of a batch is not converted, in a sentence.

/** Says why a row is where it is: our own sentence where there is one, Zoho's words where it refused. */
export function teller({ t, say, apart }) {
  return ({ reason }) => {
    const { code, message, details } = reason;
    const { key, params = details, message: zoho, code: called, label } = details ?? {};
    if (code === "step_refused") return t("many.refused", { reason: apart([label, zoho || called || message].filter(Boolean).join(": ")) }, apart(message));
    return say("blocker", { key: key ?? code, code, message, params });
  };
}
