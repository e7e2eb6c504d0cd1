// Fields of forms: quick dates, focus on the first error, password eye.
import { fresh } from "./fresh.js";

const DAY_MS = 86400000;

// Dates of the county's clock, whatever the device is set to.
function countyDay(key, now = new Date()) {
  const today = new Date(`${new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(now)}T00:00:00Z`);
  const weekday = today.getUTCDay() || 7;
  const ahead = {
    before: -2,
    yesterday: -1,
    today: 0,
    tomorrow: 1,
    friday: weekday <= 5 ? 5 - weekday : 12 - weekday,
    monday: 8 - weekday,
  }[key];
  return new Date(today.getTime() + ahead * DAY_MS).toISOString().slice(0, 10);
}

function startQuickDates(group) {
  const input = document.getElementById(group.dataset.quickDates);
  const chips = [...group.querySelectorAll("[data-day]")];
  const mark = () => {
    for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.value === input.value));
  };
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
  document.querySelector('[aria-invalid="true"], .has-error input')?.focus();
}
