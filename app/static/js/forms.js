// Forms: no double submit, warning before leaving unsaved work, quick dates, focus on the first error, password eye.
import { fresh } from "./fresh.js";

let unsaved = false;

// An answer that is a file leaves the page standing; after this time the button works again.
const RELEASE_MS = 20000;

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
  for (const button of form.querySelectorAll("button.saving")) {
    button.innerHTML = button.dataset.label;
    button.disabled = false;
    button.classList.remove("saving");
  }
}

function startDoubleSubmitGuard() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    unsaved = false;
    form.dataset.sent = "1";
    // After the browser has read the form: a disabled button would not be sent.
    setTimeout(() => hold(form, event.submitter));
    setTimeout(() => release(form), RELEASE_MS);
  });
  // Coming back by the back button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
}

function startUnsavedWarning() {
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) unsaved = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

const DAY_MS = 86400000;

// Dates of the county's clock, whatever the device is set to.
function countyDay(key, now = new Date()) {
  const today = new Date(`${new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(now)}T00:00:00Z`);
  const weekday = today.getUTCDay() || 7;
  const ahead = { before: -2, yesterday: -1, today: 0, tomorrow: 1, friday: weekday <= 5 ? 5 - weekday : 12 - weekday, monday: 8 - weekday }[key];
  return new Date(today.getTime() + ahead * DAY_MS).toISOString().slice(0, 10);
}

function startQuickDates(group) {
  const input = document.getElementById(group.dataset.quickDates);
  const chips = [...group.querySelectorAll("[data-day]")];
  const mark = () => chips.forEach((chip) => chip.setAttribute("aria-pressed", String(chip.value === input.value)));
  for (const chip of chips) {
    chip.value = countyDay(chip.dataset.day);
    chip.addEventListener("click", () => {
      input.value = chip.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      mark();
    });
  }
  input.addEventListener("input", mark);
  mark();
}

function startPasswordEye(button) {
  const input = document.getElementById(button.dataset.passwordEye);
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

export function enlivenFields(root) {
  fresh(root, "[data-quick-dates]").forEach(startQuickDates);
  fresh(root, "[data-password-eye]").forEach(startPasswordEye);
}

export function startForms() {
  startDoubleSubmitGuard();
  startUnsavedWarning();
  document.querySelector('[aria-invalid="true"], .has-error input')?.focus();
}
