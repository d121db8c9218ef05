// Dark or light before anything is painted: as the person chose here, else as their system says.
"use strict";

(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme");
  const apply = () => {
    document.documentElement.dataset.theme = chosen() ?? (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    const isSystems = next === (system.matches ? "dark" : "light");
    if (isSystems) localStorage.removeItem("theme");
    else localStorage.setItem("theme", next);
    apply();
  });
})();
