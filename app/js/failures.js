// Everything that can go wrong, what it is called, and what a person can do about it.
//
// The sentences are in the translations: failure.<code>.title and failure.<code>.text.

/** `code` decides the sentence and the button; `message` is the server's own sentence, if any. */
export class Problem extends Error {
  constructor(code, { message = "", status = 0, details = {}, retryAfter = null } = {}) {
    super(message || code);
    this.code = code;
    this.said = message;
    this.status = status;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

/** What was thrown, as a Problem: a mistake of our own keeps its trace in the console. */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem("unexpected");
}

/** Settles like `promise`, or fails with `code` when that takes longer than `milliseconds`. */
export function inTime(promise, milliseconds, code) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Problem(code)), milliseconds);
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

const ACTIONS = {
  not_in_crm: ["crm"],
  no_service_origin: ["reconnect"],
  sdk_blocked: ["reload"],
  sdk_silent: ["reload"],
  no_lead: ["close"],
  not_a_lead: ["close"],
  invalid_input: ["next", "close"],
  not_found: ["next", "close"],
  not_installed: ["install", "retry"],
  not_permitted: ["retry", "sign-out"],
  not_admin: ["retry", "sign-out"],
};

// Signing in (again) is the way out of these: the sign-in view says why.
const SIGN_IN = new Set([
  "not_signed_in",
  "session_over",
  "grant_revoked",
  "wrong_org",
  "access_denied",
  "sign_in_expired",
  "scope_missing",
]);

// No other try at signing in would end better, before something else is put right.
const NO_SIGN_IN = new Set([
  "not_installed",
  "not_secure",
  "offline",
  "backend_down",
  "timeout",
  "zoho_busy",
  "internal_error",
]);

// The same thing to a person, under the name that a person would give it.
const SAME = {
  session_over: "not_signed_in",
  zoho_missing: "not_found",
  zoho_unclear: "zoho_error",
  zoho_refused: "zoho_error",
  scopes_missing: "scope_missing",
  too_many_requests: "zoho_busy",
};

export function nameOf(problem) {
  return SAME[problem.code] ?? problem.code;
}

export function actionsFor(problem) {
  return ACTIONS[nameOf(problem)] ?? ["retry"];
}

export function needsSignIn(problem) {
  return SIGN_IN.has(nameOf(problem));
}

export function endsSignIn(problem) {
  return NO_SIGN_IN.has(nameOf(problem));
}

/** Title and text of a Problem: ours where we know the code, else the server's own sentence. */
export function sentences(problem, { t, apart }) {
  const name = nameOf(problem);
  const otherwise = problem.said ? apart(problem.said) : t("failure.unexpected.text");
  return {
    title: t(`failure.${name}.title`, {}, t("failure.unexpected.title")),
    text: t(`failure.${name}.text`, problem.details, otherwise),
  };
}
