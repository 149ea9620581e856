/* The swap style "morph": the server answers with the whole page, and only what differs is exchanged. What stays keeps
   its focus, its caret and its place. Elements are told apart by the first id in them. htmx 4 brings the like along
   (`innerMorph`); with htmx 2 it is this extension. */
"use strict";
(() => {
  /* What was typed or chosen after a request went out is newer than its answer. */
  let turn = 0;
  let asked = 0;
  const sent = new WeakMap();
  const touched = new WeakMap();
  for (const kind of ["input", "change"])
    document.addEventListener(kind, ({ target }) => touched.set(target, turn), true);
  document.addEventListener("htmx:beforeSend", ({ detail }) => sent.set(detail.xhr, (turn += 1)));
  document.addEventListener("htmx:beforeSwap", ({ detail }) => (asked = sent.get(detail.xhr)));

  const keyOf = (node) => (node.nodeType === 1 ? node.id || node.querySelector("[id]")?.id || "" : "");
  /* What is to be asked each time that the server sends it. */
  const ON_LOAD = '[hx-trigger^="load"]:empty';
  const asks = (node) =>
    [...node.attributes].filter(({ name }) => name.startsWith("hx-")).map(({ name, value }) => `${name}=${value}`).sort().join();
  const isAlike = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

  function morphChildren(here, wanted, fresh) {
    const keys = new Set([...wanted.childNodes].map((node) => node.nodeName + keyOf(node)));
    for (const node of [...here.childNodes]) if (keyOf(node) && !keys.has(node.nodeName + keyOf(node))) node.remove();
    let at = here.firstChild;
    for (const node of [...wanted.childNodes]) {
      let found = at;
      while (found && !isAlike(found, node)) found = found.nextSibling;
      if (!found) {
        here.insertBefore(node, at);
        fresh.push(node);
        continue;
      }
      /* What stands between and has no id is not looked for any more; what has one will be. */
      while (at !== found && !keyOf(at)) at = dropped(at);
      if (at === found) at = found.nextSibling;
      else here.insertBefore(found, at);
      morphNode(found, node, fresh);
    }
    while (at) at = dropped(at);
  }

  function dropped(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  function morphNode(here, wanted, fresh) {
    const isAskedAnew = wanted.nodeType === 1 && (wanted.matches(ON_LOAD) || wanted.querySelector(ON_LOAD));
    if (here.isEqualNode(wanted) && !isAskedAnew) return;
    /* What never changes by itself shows what its reader has chosen there. */
    if (here.nodeType === 1 && "stays" in here.dataset) return;
    if (here.nodeType !== 1) {
      here.nodeValue = wanted.nodeValue;
      return;
    }
    /* What only asks is exchanged as a whole: a question that is still to be asked goes with it. */
    if (!here.firstElementChild && (asks(here) !== asks(wanted) || wanted.matches(ON_LOAD))) {
      here.replaceWith(wanted);
      fresh.push(wanted);
      return;
    }
    if (asks(here) !== asks(wanted)) fresh.push(here);
    morphAttributes(here, wanted);
    morphChildren(here, wanted, fresh);
  }

  /* A fold stays as its reader left it, unless the server opens it; a menu shuts. */
  const isReaders = (node, name) => name === "open" && node.matches("details:not(.menu)");

  function morphAttributes(here, wanted) {
    for (const { name, value } of wanted.attributes) if (here.getAttribute(name) !== value) here.setAttribute(name, value);
    for (const name of here.getAttributeNames()) {
      if (wanted.hasAttribute(name) || isReaders(here, name)) continue;
      if (name === "open" && here.nodeName === "DIALOG") here.close();
      here.removeAttribute(name);
    }
  }

  /* A control that nobody has touched since says what the server said. */
  function settle(control) {
    if (touched.get(control) >= asked || control.type === "file") return;
    if (control.multiple) for (const option of control.options) option.selected = option.defaultSelected;
    else if (control.nodeName === "SELECT")
      control.selectedIndex = Math.max(0, [...control.options].findIndex((option) => option.defaultSelected));
    else if (["checkbox", "radio"].includes(control.type)) control.checked = control.defaultChecked;
    else if (control.value !== control.defaultValue) control.value = control.defaultValue;
  }

  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap(style, target, fragment) {
      if (style !== "morph") return false;
      const fresh = [];
      /* What is wrong takes the focus where a press was to lead on (console.js), not wherever it comes up. */
      fragment.querySelector(".errors")?.removeAttribute("autofocus");
      morphChildren(target, fragment, fresh);
      for (const control of target.querySelectorAll("input, select, textarea")) settle(control);
      return fresh;
    },
  });
})();
