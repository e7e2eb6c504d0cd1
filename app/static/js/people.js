// Lists of people as a box to type into: by name, unit or post, each also by its pinyin or initials. Without script it stays a list,
// and with one the list is what is sent. A list of other things says what to type (data-people) and what none of them is (data-none).
import { fresh } from "./fresh.js";
import { SuggestBox } from "./suggest.js";

const MOST = 50;

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function fits(option, typed) {
  const sounds = (option.dataset.sound ?? "").split(" ");
  const letters = typed.replace(/\s+/g, "");
  return (
    `${option.text} ${option.dataset.note ?? ""}`.toLowerCase().includes(typed) ||
    sounds.some((sound) => sound.startsWith(letters)) ||
    isPlaced(option, letters)
  );
}

// Unit and post by how they are read, from any of their words on: zhaoshangju, zsj and shangju for 县招商局.
function isPlaced(option, letters) {
  if (letters.length < 2) return false;
  return (option.dataset.placed ?? "").split("|").some((way) => {
    const syllables = way.split(" ");
    return syllables.some((_syllable, from) => {
      const rest = syllables.slice(from);
      return (
        rest.join("").startsWith(letters) ||
        rest
          .map((syllable) => syllable[0])
          .join("")
          .startsWith(letters)
      );
    });
  });
}

class PeopleBox extends SuggestBox {
  constructor(select, input, list, chosen) {
    super(input, list, "", (row) => this.choose(row.option));
    Object.assign(this, { select, chosen });
    select.addEventListener("change", () => this.sync());
    input.addEventListener("blur", () => this.settle());
    input.addEventListener("keydown", (event) => this.enter(event));
    input.form?.addEventListener("reset", () => setTimeout(() => this.sync()));
    this.sync();
  }

  people() {
    const typed = this.input.value.trim().toLowerCase();
    const all = [...this.select.options].filter((option) => option.value && !(this.select.multiple && option.selected));
    // What stands there already is no question: the list opens whole.
    const asked = !this.select.multiple && this.select.selectedOptions[0]?.text.toLowerCase() === typed ? "" : typed.replace(/\s+/g, " ");
    return all.filter((option) => !asked || fits(option, asked));
  }

  load() {
    if (document.activeElement !== this.input) return;
    const found = this.people();
    const none = this.select.dataset.none || "没有这个人";
    this.show(found.length ? '<div role="listbox" aria-label="建议"></div>' : `<p class="suggest-none">${none}</p>`);
    this.list.querySelector("[role=listbox]")?.append(...found.slice(0, MOST).map((option, index) => this.row(option, index)));
  }

  row(option, index) {
    const row = make("div", "suggest-row");
    const main = make("span", "suggest-main", option.text);
    if (option.dataset.note) main.append(make("small", "", option.dataset.note));
    row.append(main);
    row.setAttribute("role", "option");
    return Object.assign(row, { id: `${this.list.id}-${index}`, option });
  }

  choose(option) {
    if (this.select.multiple) option.selected = true;
    else this.select.value = option.value;
    this.tell();
  }

  // As if the list itself had been used.
  tell() {
    this.select.dispatchEvent(new Event("input", { bubbles: true }));
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Enter in an unfinished box settles it rather than sending the form.
  enter(event) {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || this.list.hidden) return;
    event.preventDefault();
    this.settle();
    this.close();
  }

  // A name typed whole, or one that only one person can be, is chosen; an emptied box chooses nobody.
  settle() {
    const typed = this.input.value.trim();
    const found = typed ? this.people() : [];
    const whole = found.filter((option) => option.text === typed);
    const meant = whole.length === 1 ? whole : found;
    if (meant.length === 1 && typed !== this.select.selectedOptions[0]?.text) this.choose(meant[0]);
    else if (!typed && !this.select.multiple && [...this.select.options].some((option) => !option.value)) this.select.value = "";
    // The chips stay as they are: one of them may be under the finger at this moment.
    if (this.select.multiple) this.input.value = "";
    else this.sync();
  }

  sync() {
    if (!this.select.multiple) {
      const option = this.select.selectedOptions[0];
      this.input.value = option?.value ? option.text : "";
      return;
    }
    this.input.value = "";
    this.chosen.replaceChildren(...[...this.select.selectedOptions].map((option) => this.chip(option)));
  }

  chip(option) {
    const chip = make("button", "chip", `${option.text} ×`);
    chip.type = "button";
    chip.setAttribute("aria-label", `去掉 ${option.text}`);
    chip.addEventListener("click", () => {
      option.selected = false;
      this.tell();
      this.input.focus();
    });
    return chip;
  }
}

function startPeople(select) {
  const box = make("div", "picker picker-box");
  const input = make("input", "input");
  const list = make("div", "suggest");
  const chosen = make("div", "chips");
  Object.assign(input, { type: "text", autocomplete: "off", placeholder: select.dataset.people || "姓名、拼音或单位" });
  for (const name of ["aria-required", "aria-invalid", "aria-describedby"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  // The label and the link of an error summary go to what can be typed into.
  input.id = select.id || `people-${select.name}`;
  select.id = `${input.id}-list`;
  select.before(box);
  box.append(input, list, ...(select.multiple ? [chosen] : []));
  select.hidden = true;
  new PeopleBox(select, input, list, chosen);
}

export function enlivenPeople(root) {
  fresh(root, "select[data-people]").forEach(startPeople);
}
