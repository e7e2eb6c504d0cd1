// Toasts leave by themselves; one with 撤销 stays 10 s, and waits while the pointer or the focus is on it.
import { fresh } from "./fresh.js";

const PLAIN_SECONDS = 5;
const UNDO_SECONDS = 10;

function startToast(toast) {
  const place = toast.querySelector("[data-toast-seconds]");
  let left = place ? UNDO_SECONDS : PLAIN_SECONDS;
  const tick = () => {
    if (toast.matches(":hover, :focus-within")) return;
    left -= 1;
    if (place) place.textContent = ` ${left} 秒`;
    if (left <= 0) close();
  };
  const timer = setInterval(tick, 1000);
  const close = () => {
    clearInterval(timer);
    toast.remove();
  };
  if (place) place.textContent = ` ${left} 秒`;
  toast.querySelector("[data-toast-close]").addEventListener("click", close);
}

export function enlivenToasts(root) {
  fresh(root, "[data-toast]").forEach(startToast);
}
