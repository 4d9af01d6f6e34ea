// Something that moves, followed: by its stream of events, or by looking again and again where no
// stream comes.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, needsSignIn } from "./failures.js";

const OFTEN = 1_000;
const SELDOM = 10_000;
/** So often nothing new is nothing to worry about. */
const PATIENCE = 5;
/** The backend says something every ten seconds: a stream that is silent for longer is dead. */
const SILENCE = 25_000;
/** After so many looks the stream is tried again. */
const LOOKS = 5;

/**
 * Follow `path` while `moving`. `look(signal)` asks once, `stream(path, signal)` opens the events;
 * `hear` is told of every answer, `stamp` tells one from the next. Returns whether no news come.
 */
export function useLive({ path, moving, look, stream, stamp, hear, onSignIn }) {
  const [silent, setSilent] = useState(false);
  const hearing = useRef(hear);
  hearing.current = hear;
  useEffect(() => {
    if (!moving) return undefined;
    const limit = new AbortController();
    const tell = (answer) => {
      if (limit.signal.aborted) return;
      setSilent(false);
      hearing.current(answer);
    };
    follow({ path, look, stream, stamp, signal: limit.signal, tell, setSilent }).catch((problem) => {
      if (!limit.signal.aborted) onSignIn(problem);
    });
    return () => limit.abort();
  }, [path, moving]);
  return moving && silent;
}

// Only what a person has to sign in for ends it from within.
async function follow({ path, look, stream, stamp, signal, tell, setSilent }) {
  let last = "";
  let still = 0;
  const news = (answer) => {
    const now = stamp(answer);
    still = now === last ? still + 1 : 0;
    last = now;
    tell(answer);
  };
  while (!signal.aborted) {
    const heard = await listened(stream, `${path}/events`, news, signal);
    // A stream that has ended by itself is opened again; one that said nothing is none.
    if (heard) await pause(OFTEN / 4, signal);
    for (let looks = 0; !heard && looks < LOOKS && !signal.aborted; looks += 1) {
      await pause(rest(still), signal);
      if (signal.aborted) return;
      try {
        news(await look(signal));
      } catch (error) {
        const problem = asProblem(error);
        if (needsSignIn(problem)) throw problem;
        if (signal.aborted) return;
        still += 1;
        setSilent(true);
        const wait = Math.max(rest(still + PATIENCE), 1_000 * (problem.retryAfter ?? 0));
        await pause(wait - rest(still), signal);
      }
    }
  }
}

/** How many events came before the stream ended or broke off. */
async function listened(stream, path, news, signal) {
  const limit = new AbortController();
  const stop = () => limit.abort();
  signal.addEventListener("abort", stop);
  let heard = 0;
  let timer = setTimeout(stop, SILENCE);
  try {
    const answer = await stream(path, limit.signal);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let left = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return heard;
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE);
      const parts = (left + value.replaceAll("\r", "")).split("\n\n");
      left = parts.pop();
      for (const event of parts.map(dataOf).filter(Boolean)) {
        heard += 1;
        news(JSON.parse(event));
      }
    }
  } catch (error) {
    if (error.code && needsSignIn(error)) throw error;
    return heard;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    stop();
  }
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html
function dataOf(event) {
  const lines = event.split("\n").filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice(5).trimStart()).join("\n");
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, milliseconds));
    addEventListener("online", done);
    signal.addEventListener("abort", done);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

function rest(still) {
  return Math.min(SELDOM, OFTEN * 1.5 ** Math.max(0, still - PATIENCE));
}
