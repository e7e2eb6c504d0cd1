// Sends every POST form by fetch, so that the page and what was typed stay until the server has taken it: no network,
// an ended session or a refusal cost nothing. A form with data-native goes the browser's own way (signing in and
// out); one with hx-post goes by htmx. Answers are those of a browser without script, see app/core/web/unsaved.py.
import { forgetDraft, keepDraft, startDrafts } from "./drafts.js";
import { setUnsaved } from "./leaving.js";
import { strip } from "./strip.js";

const PATIENCE_MS = 60000;
const PATIENCE_WITH_FILE_MS = 900000;
// An answer that is a file, or a page on its way, leaves this one standing; after this time the button works again.
const RELEASE_MS = 20000;
const OFFLINE = "没有保存。网络断了，内容还在，请再点保存";
const SLOW = "没有保存。等了很久没有应答，内容还在，请再点保存";
const SILENT = "没有保存。服务器没有应答，内容还在，请过一会儿再点保存";
const SIGNED_OUT = "没有保存。离开太久，或者在别处退出了登录，内容还在。登录以后回到这一页再点保存";
const FIRST_FAULT = '[aria-invalid="true"], .has-error input, .has-error textarea';

let enlivenAgain; // what a page does with what is new on it

function hold(form, button) {
  form.dataset.sent = "1";
  if (!button?.dataset.saving) return;
  button.dataset.label = button.innerHTML;
  button.textContent = button.dataset.saving;
  button.disabled = true;
  button.classList.add("saving");
}

function release(form) {
  delete form.dataset.sent;
  for (const button of [...form.elements].filter((element) => element.matches("button.saving"))) {
    button.innerHTML = button.dataset.label;
    button.disabled = false;
    button.classList.remove("saving");
  }
}

function addressOf(form) {
  return new URL(form.getAttribute("action") || location.href, location.href);
}

function hasFiles(form) {
  return form.getAttribute("enctype") === "multipart/form-data";
}

function bodyOf(form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  return hasFiles(form) ? data : new URLSearchParams(data);
}

// What happened to a form, beside its buttons or, when it is only a button, on top of the page.
function tell(form, words, more = []) {
  for (const old of document.querySelectorAll("[data-told]")) old.remove();
  const box = strip("red", words, more);
  box.dataset.told = "";
  const actions = form.querySelector(".form-actions");
  if (actions) actions.prepend(box);
  else document.getElementById("main").prepend(box);
  box.scrollIntoView({ block: "nearest" });
}

function signInLink() {
  const link = document.createElement("a");
  link.href = "/login";
  link.target = "_blank";
  link.rel = "opener";
  link.textContent = "去登录（新窗口）";
  return link;
}

function go(address) {
  setUnsaved(false);
  const to = new URL(address, location.href);
  const same = to.pathname === location.pathname && to.search === location.search;
  if (!same) return location.assign(to);
  history.replaceState(history.state, "", to); // an address that differs in nothing but its # would not be fetched
  return location.reload();
}

// A browser keeps what was chosen in a file field as long as the field itself stays.
function keepChosenFiles(main) {
  for (const field of main.querySelectorAll("input[type=file]")) {
    const before = document.getElementById(field.id);
    const box = field.closest(".field");
    if (before?.files.length && !box?.matches(".has-error") && !box?.querySelector(".kept-file")) field.replaceWith(before);
  }
}

function renewTokens(page) {
  const headers = page.body.getAttribute("hx-headers");
  const token = headers && JSON.parse(headers)["X-CSRFToken"];
  if (!token) return;
  document.body.setAttribute("hx-headers", headers);
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
}

function show(page, address) {
  const main = page.getElementById("main");
  for (const form of main.querySelectorAll("form[method=post]:not([action])")) form.setAttribute("action", address);
  keepChosenFiles(main);
  document.getElementById("main").replaceWith(main);
  document.title = page.title;
  renewTokens(page);
  enlivenAgain(main);
  window.htmx?.process(main);
  setUnsaved(Boolean(main.querySelector("form[data-guard]")));
  main.querySelectorAll("form[data-guard]").forEach(keepDraft);
  window.scrollTo(0, 0);
  (main.querySelector(FIRST_FAULT) ?? main.querySelector(".error-summary") ?? main).focus();
}

function hasForm(page, address) {
  const forms = [...page.querySelectorAll("main form[method=post]")];
  return forms.some((form) => addressOf(form).pathname === address.pathname);
}

function wordsOf(page) {
  const parts = [page.querySelector("main h1"), ...page.querySelectorAll("main .error-panel > p:not(.error-actions, .typed)")];
  return parts
    .map((part) => part?.textContent.trim())
    .filter((words) => words && !words.startsWith("刚才写的"))
    .join("。");
}

function download(blob, answer) {
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name ? decodeURIComponent(name) : "";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_MS);
}

async function take(form, answer) {
  const to = answer.headers.get("X-Location");
  if (to) {
    forgetDraft(form);
    setTimeout(() => release(form), RELEASE_MS);
    return go(to);
  }
  release(form);
  if (answer.status === 401) return tell(form, SIGNED_OUT, [signInLink()]);
  if (answer.headers.get("Content-Disposition")?.startsWith("attachment")) {
    forgetDraft(form);
    setUnsaved(false);
    return download(await answer.blob(), answer);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("main")) return tell(form, SILENT);
  if (answer.ok || hasForm(page, addressOf(form))) return show(page, addressOf(form));
  return tell(form, wordsOf(page));
}

function isTimeout(problem) {
  return problem.name === "TimeoutError" || problem.name === "AbortError";
}

function patience(milliseconds) {
  const stop = new AbortController();
  return { signal: stop.signal, timer: setTimeout(() => stop.abort(), milliseconds) };
}

async function send(form, body) {
  const { signal, timer } = patience(hasFiles(form) ? PATIENCE_WITH_FILE_MS : PATIENCE_MS);
  try {
    const headers = { Accept: "text/html", "X-Sent-By": "page" };
    await take(form, await fetch(addressOf(form), { method: "POST", body, headers, signal }));
  } catch (problem) {
    release(form);
    if (!isTimeout(problem) && !(problem instanceof TypeError)) throw problem;
    tell(form, isTimeout(problem) ? SLOW : OFFLINE);
  } finally {
    clearTimeout(timer);
  }
}

function sizeOf(file) {
  return `${(file.size / 1024 / 1024).toFixed(1)} MB`;
}

// Said as soon as it is chosen: nobody waits for 33 MB to be refused.
function checkSize(field) {
  const box = field.closest(".field");
  const most = Number(field.dataset.most);
  const large = [...field.files].find((file) => file.size > most);
  box.querySelector("[data-too-large]")?.remove();
  box.classList.toggle("has-error", Boolean(large));
  if (!large) return true;
  const words = document.createElement("p");
  words.className = "field-error";
  words.dataset.tooLarge = "";
  words.setAttribute("role", "alert");
  words.textContent = `「${large.name}」有 ${sizeOf(large)}，最大 ${most / 1024 / 1024} MB，请压缩或拆开后再选`;
  box.append(words);
  return false;
}

function startSizes() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file][data-most]")) checkSize(event.target);
  });
}

function filesFit(form) {
  const large = [...form.querySelectorAll("input[type=file][data-most]")].filter((field) => !checkSize(field));
  large[0]?.focus();
  return large.length === 0;
}

// What stood in a draft comes back as a refused form does: the server shows it as if it had been sent, and saves nothing.
function restore(form, fields) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", form.querySelector("input[name=csrf_token]").value);
  body.set("shown_again", "1");
  form.dataset.sent = "1";
  send(form, body);
}

function isSent(form) {
  return form.getAttribute("method")?.toLowerCase() === "post" && !form.hasAttribute("hx-post");
}

function startSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !isSent(form)) return;
    const isNative = form.hasAttribute("data-native");
    if (!isNative || form.dataset.sent) event.preventDefault();
    if (form.dataset.sent || (!isNative && !filesFit(form))) return;
    form.dataset.sent = "1";
    if (isNative) {
      setUnsaved(false);
      setTimeout(() => hold(form, event.submitter)); // after the browser has read the form: a disabled button is not sent
      setTimeout(() => release(form), RELEASE_MS);
    } else {
      const body = bodyOf(form, event.submitter);
      keepDraft(form);
      hold(form, event.submitter);
      send(form, body);
    }
  });
  // Coming back by the back button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
}

export function startSending(enliven) {
  enlivenAgain = enliven;
  startSizes();
  startSubmits();
  startDrafts(restore);
  const goesOn = document.querySelector("form[data-go]");
  if (goesOn) HTMLFormElement.prototype.submit.call(goesOn); // the browser's own way: the address is to be that of the form
}
