// Suggestions under a text box: the global search and the pickers. The server answers with finished HTML rows.
import { fresh } from "./fresh.js";

const WAIT_MS = 150;

function activeRow(list) {
  return list.querySelector('[aria-selected="true"]');
}

function choose(list, row) {
  activeRow(list)?.setAttribute("aria-selected", "false");
  row?.setAttribute("aria-selected", "true");
  row?.scrollIntoView({ block: "nearest" });
}

export class SuggestBox {
  constructor(input, list, url, onPick, emptyUrl = url) {
    Object.assign(this, { input, list, url, onPick, emptyUrl, timer: 0, request: null });
    list.id ||= `${input.id}-suggest`;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("input", () => this.ask(WAIT_MS));
    // A field with a mistake is where the page goes by itself: its list would lie over what is said of it.
    input.addEventListener("focus", () => input.matches('[aria-invalid="true"]') || this.ask(0));
    input.addEventListener("click", () => this.list.hidden && this.ask(0));
    input.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.click(event));
    input.closest("form, .picker").addEventListener("focusout", (event) => {
      if (!list.contains(event.relatedTarget)) this.close();
    });
    this.close();
  }

  ask(wait) {
    this.cancel();
    this.timer = setTimeout(() => this.load(), wait);
  }

  async load() {
    this.request = new AbortController();
    const typed = this.input.value.trim();
    const address = new URL(typed ? this.url : this.emptyUrl, location.href);
    if (typed || this.url === this.emptyUrl) address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: this.request.signal });
      const isTold = answer.ok || answer.status === 429; // words in the place of rows
      if (!isTold || document.activeElement !== this.input) return this.hide();
      this.show(await answer.text());
    } catch (problem) {
      if (problem.name !== "AbortError") this.hide(); // no network: the form still searches by Enter
    }
  }

  show(html) {
    if (!html.trim()) return this.hide();
    this.list.innerHTML = html;
    // Words without rows, such as 没有找到, are no list that one could step through.
    const options = this.list.querySelector("[role=listbox]");
    if (options) {
      options.id = `${this.list.id}-options`;
      this.input.setAttribute("aria-controls", options.id);
    }
    for (const [index, row] of this.rows().entries()) row.id = `${this.list.id}-${index}`;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", String(Boolean(options)));
    this.input.removeAttribute("aria-activedescendant");
  }

  cancel() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  close() {
    this.cancel();
    this.hide();
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  rows() {
    return [...this.list.querySelectorAll(".suggest-row")];
  }

  step(by) {
    const rows = this.rows();
    if (!rows.length) return;
    const index = rows.indexOf(activeRow(this.list));
    const row = rows[(index + by + rows.length + (index < 0 && by < 0 ? 1 : 0)) % rows.length];
    choose(this.list, row);
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      event.preventDefault();
      return this.close();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.ask(0);
      return this.step(event.key === "ArrowDown" ? 1 : -1);
    }
    const row = event.key === "Enter" && !this.list.hidden && activeRow(this.list);
    if (row) {
      event.preventDefault();
      this.pick(row);
    }
  }

  click(event) {
    const row = event.target.closest(".suggest-row");
    if (row && !row.href) this.pick(row);
  }

  pick(row) {
    if (row.href) {
      location.assign(row.href);
      return;
    }
    this.onPick?.(row);
    this.close();
  }
}

function startGlobal(form) {
  const [input, list] = [form.querySelector("input[name=q]"), form.querySelector(".suggest")];
  new SuggestBox(input, list, form.dataset.suggest, null, form.dataset.recent);
}

function startPicker(picker) {
  const input = picker.querySelector("input:not([type=hidden])");
  const kept = picker.dataset.pickerId && document.getElementById(picker.dataset.pickerId);
  const changed = () => picker.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
  new SuggestBox(input, picker.querySelector(".suggest"), picker.dataset.picker, (row) => {
    input.value = row.dataset.text;
    if (kept) kept.value = row.dataset.id;
    changed();
  });
  // Words typed by hand no longer belong to the row chosen before.
  input.addEventListener("input", () => {
    if (kept) kept.value = "";
  });
}

export function enlivenSuggestions(root) {
  fresh(root, "form[data-suggest]").forEach(startGlobal);
  fresh(root, "[data-picker]").forEach(startPicker);
}
