// Runs before the first paint, so that no page flashes in the other theme. An external file because the policy allows no inline script.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("rf-theme") ?? "system";
  } catch {
    // Storage can be switched off; the system's choice is right then.
  }
  const light = choice === "light" || (choice !== "dark" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.theme = light ? "light" : "dark";
})();
