"use strict";
const root = document.documentElement;

// Light or dark: what the system says, until somebody chooses.
const theme = document.getElementById("theme");
const dark = () => (root.style.colorScheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const name = () => { theme.textContent = dark() ? "Light" : "Dark"; theme.setAttribute("aria-label", `Show in ${dark() ? "light" : "dark"} colours`); };
theme.addEventListener("click", () => { root.style.colorScheme = dark() ? "light" : "dark"; name(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
name();

// What is linked to is shown, whatever it is folded into.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  if (target.classList.contains("resource")) target.hidden = false;
  target.scrollIntoView({ block: target.tagName === "SECTION" ? "start" : "center" });
}
addEventListener("hashchange", reveal);
reveal();

// Every word of the search must stand somewhere in the row. While somebody searches, only stacks with a find are open.
const search = document.getElementById("search"), found = document.getElementById("found");
const stacks = [...document.querySelectorAll("details.stack")].map(element => ({
  element, count: element.querySelector(".count"), open: false,
  rows: [...element.querySelectorAll(".resource")].map(row => ({ row, text: `${element.id.slice(6)} ${row.textContent}`.toLowerCase() })),
}));
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let total = 0;
  for (const stack of stacks) {
    let shown = 0;
    for (const { row, text } of stack.rows) {
      row.hidden = !words.every(word => text.includes(word));
      if (!row.hidden) shown++;
    }
    stack.count.textContent = words.length ? `${shown} of ${stack.rows.length}` : stack.rows.length;
    stack.element.hidden = words.length > 0 && shown === 0;
    stack.element.open = words.length > 0 && shown > 0;
    total += shown;
  }
  found.textContent = words.length ? `${total} resources found for “${search.value.trim()}”` : `${total} resources`;
}
search.addEventListener("input", () => { filter(); document.getElementById("resources").scrollIntoView(); });
search.addEventListener("keydown", event => {
  if (event.key === "Enter") document.querySelector("details.stack:not([hidden]) .resource:not([hidden]) a")?.focus();
  if (event.key === "Escape") { search.value = ""; filter(); }
});
addEventListener("keydown", event => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  search.focus();
});

// Which section is being read.
const links = new Map([...document.querySelectorAll("nav a")].map(link => [link.hash.slice(1), link]));
const watch = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting) {
    links.forEach(link => link.removeAttribute("aria-current"));
    links.get(entry.target.id)?.setAttribute("aria-current", "true");
  }
}, { rootMargin: "-20% 0px -70% 0px" });
document.querySelectorAll("section").forEach(section => watch.observe(section));

// Paper has no folds: pipelines and files are printed, the long tables are not.
addEventListener("beforeprint", () => document.querySelectorAll("details.flow, details.source").forEach(each => { each.open = true; }));
