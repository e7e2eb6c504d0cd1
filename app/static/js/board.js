// Dragging a card presses the button of the same name in its menu 移到…, or opens its form: one way to move, one
// answer from the server. The zone says beforehand what will happen, and why where a card cannot go.
import { fresh } from "./fresh.js";

// What a card can do: its button, and the forms that its column tells once for all its cards.
function ways(card) {
  const others = card.querySelector("[data-other-ways]");
  const told = card.closest("[data-stage]").querySelector("template[data-ways]");
  if (others && told) {
    const forms = told.content.cloneNode(true);
    for (const form of forms.querySelectorAll("a")) form.href = form.href.replace("-card-", card.dataset.card);
    others.replaceWith(forms);
  }
  return [...card.querySelectorAll("button[name=stage], a[data-to]")];
}

function choice(card, column) {
  return ways(card).find((way) => (way.value ?? way.dataset.to) === column.dataset.stage);
}

function refusal(board, card, column) {
  const columns = [...board.querySelectorAll("[data-stage]")];
  const ahead = columns.indexOf(column) - columns.indexOf(card.closest("[data-stage]"));
  return ahead > 0 ? column.dataset.jump : column.dataset.back;
}

function words(board, card, column) {
  const way = choice(card, column);
  if (!way) return refusal(board, card, column);
  if (way.href) return `到「${column.dataset.stageName}」要写明原因，放下后填写`;
  const missing = way.querySelector("small")?.textContent;
  return missing ? `到「${column.dataset.stageName}」${missing}` : `移到「${column.dataset.stageName}」`;
}

function sayBeside(card, sentence) {
  card.querySelector(".deal-refusal")?.remove();
  const note = document.createElement("div");
  note.className = "deal-refusal";
  note.setAttribute("role", "alert");
  note.textContent = sentence;
  card.append(note);
}

function startColumn(board, column) {
  const note = document.createElement("p");
  note.className = "drop-words";
  const leave = () => {
    column.classList.remove("is-target", "is-closed");
    note.remove();
  };
  const dragged = () => {
    const card = board.querySelector(".is-dragged");
    return card?.closest("[data-stage]") === column ? null : card;
  };
  column.addEventListener("dragover", (event) => {
    const card = dragged();
    if (!card) return;
    event.preventDefault();
    const way = choice(card, column);
    note.textContent = words(board, card, column);
    column.classList.add("is-target");
    column.classList.toggle("is-closed", !way || Boolean(way.querySelector("small")));
    if (!note.isConnected) column.querySelector(".column-cards").prepend(note);
  });
  column.addEventListener("dragleave", (event) => {
    if (!column.contains(event.relatedTarget)) leave();
  });
  column.addEventListener("drop", (event) => {
    const card = dragged();
    leave();
    if (!card) return;
    event.preventDefault();
    const way = choice(card, column);
    if (way?.href) location.assign(way.href);
    else if (way) way.click();
    else sayBeside(card, refusal(board, card, column));
  });
}

export function enlivenBoards(root) {
  for (const board of fresh(root, "[data-board]")) {
    for (const card of board.querySelectorAll("[data-card]")) {
      if (!card.querySelector("button[name=stage]")) continue;
      card.draggable = true;
      card.addEventListener("dragstart", () => card.classList.add("is-dragged"));
      card.addEventListener("dragend", () => card.classList.remove("is-dragged"));
    }
    for (const column of board.querySelectorAll("[data-stage]")) startColumn(board, column);
    // A menu that opens does not bubble.
    const opened = (event) => event.target.matches?.(".deal-menu") && ways(event.target.closest("[data-card]"));
    board.addEventListener("toggle", opened, true);
  }
}
