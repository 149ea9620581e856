/* The list behind the field Image version: a combobox as the ARIA practices have it. The server makes the list, as a
   part of the page, each time that it is opened; without a script *Show versions* leads to the same. */
"use strict";
(() => {
  const comboOf = (node) => node.closest?.(".combo[data-list]");
  const fieldOf = (combo) => combo.querySelector("input");
  const popOf = (combo) => combo.querySelector(".pop");
  const shownOf = (combo) => [...popOf(combo).querySelectorAll('[role="option"]:not([hidden])')];
  const activeOf = (combo) => popOf(combo).querySelector('[aria-selected="true"]');
  const isOpen = (combo) => !popOf(combo).hidden;

  function dress(field) {
    const combo = comboOf(field);
    const attributes = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": popOf(combo).querySelector('[role="listbox"]')?.id ?? popOf(combo).id,
      "aria-expanded": String(isOpen(combo)),
    };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  }

  function close(combo) {
    popOf(combo).hidden = true;
    fieldOf(combo).removeAttribute("aria-activedescendant");
    dress(fieldOf(combo));
  }

  async function open(combo) {
    const pop = popOf(combo);
    const field = fieldOf(combo);
    const image = combo.closest(".asked").querySelector('[name$="-image"]').value.trim();
    const before = field.value;
    const wait = document.createElement("p");
    wait.textContent = pop.dataset.wait;
    pop.replaceChildren(wait);
    pop.hidden = false;
    dress(field);
    const asked = (pop.asked = `${combo.dataset.list}?${new URLSearchParams({ image })}`);
    try {
      const answer = await fetch(asked, { headers: { "HX-Request": "true" } });
      const html = await answer.text();
      if (!answer.ok) throw new Error(answer.status);
      if (!pop.isConnected || pop.hidden || pop.asked !== asked) return;
      htmx.swap(pop, html, { swapStyle: "innerHTML" });
    } catch {
      if (isOpen(combo)) close(combo);
      return htmx.trigger(document, "console:unreached");
    }
    const names = (option) => option.dataset.names.split(" ");
    /* What was typed while the list was on its way counts as if it had been typed into the list: no row is chosen. */
    if (field.value !== before) filter(combo, field.value.trim());
    else activate(combo, shownOf(combo).find((option) => names(option).includes(field.value.trim() || "latest")));
    dress(field);
    pop.scrollIntoView({ block: "nearest" });
  }

  /* A row goes by the first of its names that has the text in it. */
  function filter(combo, text) {
    for (const option of popOf(combo).querySelectorAll('[role="option"]')) {
      const names = option.dataset.names.split(" ");
      const name = names.find((each) => each.toLowerCase().includes(text.toLowerCase()));
      option.hidden = !name;
      if (!name) continue;
      option.querySelector("code").textContent = name;
      const others = names.filter((each) => each !== name);
      option.querySelector(".same").textContent = others.map((each) => `= ${each} `).join("");
    }
    const none = popOf(combo).querySelector(".none");
    if (none) none.hidden = shownOf(combo).length > 0;
    activate(combo, null);
  }

  function activate(combo, option) {
    activeOf(combo)?.setAttribute("aria-selected", "false");
    if (!option) return fieldOf(combo).removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    fieldOf(combo).setAttribute("aria-activedescendant", option.id);
  }

  function take(combo, option) {
    const field = fieldOf(combo);
    field.value = option.querySelector("code").textContent;
    close(combo);
    field.focus();
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  document.addEventListener("focusin", ({ target }) => {
    if (comboOf(target) && target === fieldOf(comboOf(target))) dress(target);
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const combo = comboOf(target);
    if (combo && isOpen(combo) && !combo.contains(relatedTarget)) close(combo);
  });

  /* The caret stays in the field: the list is moved in by the arrow keys alone. */
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.(".combo[data-list] :is(.pop, .toggle)")) event.preventDefault();
  });
  document.addEventListener("click", ({ target }) => {
    const combo = comboOf(target);
    const option = target.closest?.('.combo [role="option"]');
    if (option) return take(combo, option);
    if (!combo || !target.closest(".toggle")) return;
    fieldOf(combo).focus();
    if (isOpen(combo)) close(combo);
    else open(combo);
  });

  document.addEventListener("input", ({ target, isTrusted }) => {
    const combo = isTrusted && comboOf(target);
    if (combo && isOpen(combo)) filter(combo, target.value.trim());
  });

  function move(combo, step) {
    const shown = shownOf(combo);
    const at = shown.indexOf(activeOf(combo));
    activate(combo, shown[at < 0 && step < 0 ? shown.length - 1 : (at + step + shown.length) % shown.length]);
  }

  /* Before Enter is taken for a wish to check the image. */
  document.addEventListener("keydown", (event) => {
    const combo = comboOf(event.target);
    if (!combo || event.isComposing || event.target !== fieldOf(combo)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const active = isOpen(combo) && activeOf(combo);
    if (step && isOpen(combo)) move(combo, step);
    else if (step) open(combo);
    else if (event.key === "Enter" && active && !active.hidden) take(combo, active);
    else if (event.key === "Escape" && isOpen(combo)) close(combo);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
