// Dragging a card presses the button of the same name in its menu 移到…: one way to move, one answer from the server.
import { fresh } from "./fresh.js";

function moveButton(card, column) {
  return [...card.querySelectorAll("button[name=stage]")].find((button) => button.value === column.dataset.stage);
}

function words(button, column) {
  const missing = button.querySelector("small")?.textContent;
  return missing ? `移到「${column.dataset.stageName}」，${missing}` : `移到「${column.dataset.stageName}」`;
}

function startColumn(board, column) {
  const note = document.createElement("p");
  note.className = "drop-words";
  const leave = () => {
    column.classList.remove("is-target");
    note.remove();
  };
  column.addEventListener("dragover", (event) => {
    const card = board.querySelector(".is-dragged");
    const button = card && moveButton(card, column);
    if (!button) return;
    event.preventDefault();
    note.textContent = words(button, column);
    column.classList.add("is-target");
    column.querySelector(".column-cards").append(note);
  });
  column.addEventListener("dragleave", (event) => {
    if (!column.contains(event.relatedTarget)) leave();
  });
  column.addEventListener("drop", (event) => {
    const card = board.querySelector(".is-dragged");
    const button = card && moveButton(card, column);
    leave();
    if (!button) return;
    event.preventDefault();
    button.click();
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
    board.querySelectorAll("[data-stage]").forEach((column) => startColumn(board, column));
  }
}
