// The frame of every page: drawer, menus, keys, theme, print button.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function startMenus() {
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function startDrawer() {
  const opener = document.querySelector("[data-drawer]");
  if (!opener) return;
  const sidebar = document.getElementById("sidebar");
  const root = document.documentElement;
  const show = (open) => {
    root.classList.toggle("drawer-is-open", open);
    opener.setAttribute("aria-expanded", String(open));
    (open ? sidebar.querySelector("a") : opener).focus();
  };
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    show(true);
  });
  document.querySelector(".drawer-shade").addEventListener("click", (event) => {
    event.preventDefault();
    show(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("drawer-is-open")) show(false);
  });
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const box = document.getElementById("global-search");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}

// The dark sheet holds by its media attribute: always, never, or as the system says.
function showTheme(choice) {
  document.getElementById("dark").media = { light: "not all", dark: "screen" }[choice] ?? "screen and (prefers-color-scheme: dark)";
  document.querySelector('meta[name="color-scheme"]').content = choice === "auto" ? "light dark" : choice;
  for (const button of document.querySelectorAll("[data-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.theme === choice));
  }
}

function themeChoice() {
  return /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? "auto";
}

function startTheme() {
  showTheme(themeChoice());
  for (const button of document.querySelectorAll("[data-theme]")) {
    button.addEventListener("click", () => {
      const age = button.dataset.theme === "auto" ? 0 : 31536000;
      document.cookie = `theme=${button.dataset.theme}; path=/; max-age=${age}; samesite=lax`;
      showTheme(button.dataset.theme);
    });
  }
}

export function startShell() {
  startMenus();
  startDrawer();
  startKeys();
  startTheme();
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
}
