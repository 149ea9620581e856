/* Keys. An element says by `data-keys` which of them press it ("c", "g h", "Control+k"), so that nothing here knows a
   page; everything that keys do is a link or a button too. Single keys wait while somebody types. */
"use strict";
(() => {
  const TYPED = 'textarea, select, [contenteditable], input:not([type="checkbox"], [type="radio"], [type="button"])';
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert]");
  const seen = (selector, root = document) => [...root.querySelectorAll(selector)].filter(isSeen);
  const openDialog = () => [...document.querySelectorAll("dialog[open]")].at(-1);

  /* What stands in the way of ordering, and what fails. */
  const PROBLEMS = ':is([aria-invalid="true"], .fold.has-error > summary, .decisions > :is(.bad, .todo) :is(a, button), .chip.bad, .note.bad)';
  function nextProblem() {
    const all = seen(`main ${PROBLEMS}`);
    const isAfter = (each) => document.activeElement.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
    const next = all.find((each) => isAfter(each) && !document.activeElement.contains(each)) || all[0];
    if (!next) return false;
    if (!next.matches("a, button, input, select, textarea, summary")) next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "center" });
    return true;
  }

  function search() {
    const field = seen('main [data-keys="/"], main input[type="search"]')[0];
    if (!field) return press("Control+k");
    field.focus();
    field.select();
    return true;
  }

  /* What the form that one is in says; else the main button, but never what destroys something: that is pressed itself. */
  function primary() {
    const own = document.activeElement.form?.querySelector('[data-keys="Control+Enter"]');
    if (own) {
      own.click();
      return true;
    }
    const dialog = openDialog();
    const places = dialog ? [dialog] : [document.querySelector(".foot"), document.querySelector("main")];
    const isMeant = (each) => !each.matches('.danger, :disabled, [aria-disabled="true"]');
    const button = places.flatMap((place) => (place ? seen(".btn.primary", place) : [])).find(isMeant);
    button?.click();
    return Boolean(button);
  }

  function press(keys) {
    const element = document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
    element?.click();
    return Boolean(element);
  }

  const OWN = { n: nextProblem, "/": search, "Control+Enter": primary };
  const act = (keys) => (OWN[keys] ? OWN[keys]() : press(keys));

  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (!event.shiftKey && /^(k|Enter)$/i.test(event.key) && act(`Control+${event.key === "Enter" ? "Enter" : "k"}`))
        event.preventDefault();
      return;
    }
    if (event.key.length !== 1 || event.target.closest(TYPED) || openDialog()) return;
    const keys = before ? `${before} ${event.key}` : event.key;
    before = "";
    if (act(keys)) return event.preventDefault();
    if (!document.querySelector(`[data-keys^="${CSS.escape(event.key)} "]`)) return;
    before = event.key;
    setTimeout(() => (before = ""), 1500);
  });

  /* The list of places: what is typed leaves the lines that have it, arrows walk them, Enter takes the first. The main
     buttons of the page below are the first of its lines. */
  const lines = (palette) => seen(".commands :is(a, button)", palette);
  document.addEventListener("htmx:afterSwap", ({ detail: { elt } }) => {
    const list = elt.querySelector("dialog.palette .commands");
    if (!list) return;
    for (const button of seen(":is(.foot, main) .btn.primary:not(.danger)").reverse()) {
      const [line, own] = [document.createElement("li"), document.createElement("button")];
      own.type = "button";
      own.textContent = button.textContent.trim();
      own.addEventListener("click", () => (list.closest("dialog").close(), button.click()));
      line.append(own);
      list.prepend(line);
    }
  });
  document.addEventListener("input", ({ target }) => {
    const palette = target.closest("dialog.palette");
    if (!palette) return;
    const words = target.value.toLocaleLowerCase().split(/\s+/);
    for (const line of palette.querySelectorAll(".commands > li"))
      line.hidden = !words.every((word) => line.textContent.toLocaleLowerCase().includes(word));
    palette.querySelector(".none").hidden = lines(palette).length > 0;
  });
  document.addEventListener("keydown", (event) => {
    const palette = event.target.closest("dialog.palette");
    if (!palette || event.isComposing) return;
    const [field, stops] = [palette.querySelector("input[type=search]"), lines(palette)];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) (stops[stops.indexOf(document.activeElement) + step] || field).focus();
    else if (event.key === "Enter" && event.target === field && stops.length) stops[0].click();
    else {
      /* Typing goes on wherever one has walked to. */
      if (event.key.length === 1 && !event.ctrlKey && event.target !== field && event.key !== " ") field.focus();
      return;
    }
    event.preventDefault();
  });
})();
