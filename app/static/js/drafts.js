// What is being written stays in this browser until it is saved: under the mark of whoever writes, gone at sign-out.
import { strip } from "./strip.js";

const PREFIX = "draft:";
const LASTS_MS = 7 * 86400000;
const SIGNED_OUT = "signed-out";
const WAIT_MS = 400;

const who = document.body.dataset.user;
let stopped = !who;

// Storage may be switched off or full: then there is no draft, and everything else goes on.
function tryTo(act, otherwise = null) {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

function keys() {
  return tryTo(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)), []);
}

function keyOf(form) {
  const address = new URL(form.getAttribute("action") || location.href, location.href);
  return `${PREFIX}${who}:${address.pathname}${address.search}`;
}

function isDrafted(form) {
  return !stopped && form.matches("form[data-guard]") && !form.querySelector(".password-box");
}

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token");
}

export function keepDraft(form) {
  // One that is still offered is not written over before somebody has decided about it.
  if (!isDrafted(form) || form.dataset.offered) return;
  const draft = JSON.stringify({ at: Date.now(), fields: fieldsOf(form) });
  tryTo(() => localStorage.setItem(keyOf(form), draft));
}

export function forgetDraft(form) {
  if (isDrafted(form) && !form.dataset.offered) tryTo(() => localStorage.removeItem(keyOf(form)));
}

function readDraft(key) {
  const draft = tryTo(() => JSON.parse(localStorage.getItem(key)));
  return draft && Array.isArray(draft.fields) && Date.now() - draft.at < LASTS_MS ? draft : null;
}

function forgetAll() {
  stopped = true;
  for (const key of keys()) tryTo(() => localStorage.removeItem(key));
  tryTo(() => localStorage.setItem(SIGNED_OUT, String(Date.now())));
}

// Drafts of somebody else who used this browser, and old ones.
function tidy() {
  for (const key of keys()) {
    if (!key.startsWith(`${PREFIX}${who}:`) || !readDraft(key)) tryTo(() => localStorage.removeItem(key));
  }
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-plain btn-small";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function offer(form, restore) {
  const draft = isDrafted(form) && readDraft(keyOf(form));
  if (!draft) return;
  form.dataset.offered = "1";
  const when = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const drop = () => {
    box.remove();
    delete form.dataset.offered;
    forgetDraft(form);
  };
  const box = strip("yellow", `有一份没有保存的草稿（${when.format(draft.at)}）`, [
    button("恢复", () => restore(form, draft.fields)),
    button("丢掉", drop),
  ]);
  box.dataset.draft = "";
  form.prepend(box);
}

export function startDrafts(restore) {
  let timer = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => form.dataset.sent || keepDraft(form), WAIT_MS);
  });
  document.addEventListener("submit", (event) => {
    // A form on its way was kept as it was sent (sending.js); a later draft of it would outlive what is saved.
    if (event.target.dataset.sent) clearTimeout(timer);
    if (event.target.hasAttribute("data-forget")) forgetAll();
  });
  window.addEventListener("storage", (event) => {
    if (event.key === SIGNED_OUT) stopped = true;
  });
  if (!who) return;
  tidy();
  // A page that was answered with what was typed already shows it.
  if (document.querySelector("main[data-unsaved]")) return;
  for (const form of document.querySelectorAll("form[data-guard]")) offer(form, restore);
}
