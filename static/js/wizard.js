/* The wizard's wishes to a script: arrow keys in the lists of images, a way back, and one press that counts once.
   The server holds both up without it: every entry is a link, and an order is made once whatever is pressed. */
"use strict";
(() => {
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const list = step && event.target.closest(".picker .list");
    if (!list || event.target.matches("select")) return;
    const entries = [...list.querySelectorAll("a.cover")];
    const next = entries[entries.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  /* A double press on an image takes its newest version; the first of the two may have made the list anew. */
  document.addEventListener("dblclick", ({ clientX, clientY }) => {
    const row = document.elementFromPoint(clientX, clientY)?.closest(".picker .list tr");
    row?.querySelector('[name="newest"]')?.click();
  });

  /* Enter in an image's address or in its login has just that checked. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || !event.target.matches(".asked input")) return;
    event.preventDefault();
    const login = event.target.closest(".login");
    const asks = login?.querySelector('[value^="check-login:"]');
    (asks ?? event.target.closest(".asked").querySelector('.with-btn > [value^="check:"]')).click();
  });

  /* An address that was typed whole is shown in its parts as soon as it is understood, unless somebody is typing on. */
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const { image, version } = detail.elt.dataset ?? {};
    if (!image) return;
    const named = (name) => detail.elt.closest(".asked").querySelector(`[name$="-${name}"]`);
    const [field, beside, shown] = ["image", "image_version", "image_version_shown"].map(named);
    const typed = field.value.trim();
    const isWhole = typed.startsWith(image) && ":@".includes(typed.charAt(image.length) || " ");
    /* A late answer may be about what stood here before. */
    const isOfIt = typed.slice(image.length + 1) === version && beside.value === beside.defaultValue;
    const isBeside = beside.value === version && version !== beside.defaultValue;
    if (!isWhole || !(isOfIt || isBeside) || [field, beside].includes(document.activeElement)) return;
    field.value = image;
    beside.value = beside.defaultValue = shown.value = version;
  });

  /* A name that nobody has typed follows the image; never under the caret of somebody who may be about to type one. */
  document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
    const told = elt.matches("[data-given-name]") ? elt : elt.querySelector("[data-given-name]");
    const { given_name: given, container_group_name: name } = form()?.elements ?? {};
    if (!told || !given || name.value !== given.value || name === document.activeElement) return;
    name.value = given.value = told.dataset.givenName;
  });

  /* The first save leaves `/buy/` for the draft's own pages: Back leads to the draft then, not to an empty form. */
  const draft = /^(\/buy\/[0-9a-f]{8}-[0-9a-f-]{27}\/)/;
  document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const made = draft.exec(event.detail.history?.path || "");
    if (made && location.pathname === "/buy/") history.replaceState(history.state, "", `${made[1]}basic/`);
  });

  /* Requests of one page are counted: one that is late must not be saved over a later one. */
  let turn = 0;
  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters, verb } = event.detail;
    if (verb === "post" && parameters.page) parameters.turn = String(++turn);
  });

  /* What was typed is saved before a link leads away, and when the page is left or loaded again. */
  let typed = false;
  const form = () => document.getElementById("step");
  document.addEventListener("input", (event) => (typed ||= Boolean(form()) && event.target.form === form()));
  document.addEventListener("htmx:afterSwap", (event) => (typed &&= event.detail.elt !== document.body));
  function save(keepalive = false) {
    const sent = new FormData(form());
    sent.set("do", "save");
    sent.set("turn", String(++turn));
    return fetch(form().action, { method: "POST", body: sent, redirect: "manual", keepalive });
  }
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!typed || !form() || !link || !isPlain || link.target || link.hash || event.defaultPrevented) return;
    if (link.closest("dialog:not(.palette)")) return;
    event.preventDefault();
    leave(link.href);
  });
  /* Not before what was typed is stored. What the console refuses is sent once more by the form, which shows why. */
  async function leave(address) {
    typed = false;
    try {
      const { ok, type } = await save();
      if (ok || type === "opaqueredirect") return location.assign(address);
      form().requestSubmit();
    } catch {
      htmx.trigger(document, "console:unreached");
    }
    typed = true;
  }
  window.addEventListener("pagehide", () => {
    if (typed && form() && draft.test(location.pathname)) save(true).catch(() => {});
  });

  /* A button must not move while it is held down: what its press makes a field ask for is asked once it is released,
     and not at all where the press itself asks. */
  let held = null;
  let waiting = null;
  document.addEventListener("pointerdown", (event) => (held = event.target), true);
  for (const ending of ["pointerup", "pointercancel"])
    document.addEventListener(ending, () => {
      const ask = waiting;
      held = waiting = null;
      if (ask) setTimeout(ask);
    }, true);
  document.addEventListener("htmx:confirm", (event) => {
    const { issueRequest, triggeringEvent } = event.detail;
    if (!held || !/^(change|input)$/.test(triggeringEvent?.type) || triggeringEvent.target.contains(held)) return;
    event.preventDefault();
    waiting = () => issueRequest(true);
  });

  /* What was added or is to be mended is unfolded and gets the focus, unless somebody has gone on to another place since
     the press. The page moves only where the place is out of sight. */
  let asker = document.activeElement;
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    if (detail.target === document.body) asker = document.activeElement;
  });
  function focusPlace() {
    const name = document.querySelector("[data-focus]")?.dataset.focus;
    const place = name && document.getElementById(name);
    const at = document.activeElement;
    if (!place || place.contains(at) || (at !== asker && at !== document.body)) return;
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    place.focus({ preventScroll: true });
    const { top, bottom } = place.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight - 120) place.scrollIntoView({ block: "center" });
  }

  /* What was pressed stays under the mouse, whatever the answer changes above it: the page is scrolled by as much. It is
     found again by the first id around it, so that a button may make way for the row that it adds. */
  let pressed = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { submitter, target } = detail.requestConfig.triggeringEvent ?? {};
    const from = (submitter ?? target)?.closest?.("[id]:not(dialog *)");
    pressed = [];
    for (let at = from; at; at = at.parentElement?.closest("[id]"))
      if (at.getClientRects().length) pressed.push([at.id, at.getBoundingClientRect().top]);
  });
  function keepPlace() {
    const isSeen = ([id]) => document.getElementById(id)?.getClientRects().length;
    const [id, top] = pressed.find(isSeen) ?? [];
    if (id) scrollBy({ top: document.getElementById(id).getBoundingClientRect().top - top, behavior: "instant" });
  }

  /* A page that is shown again stays where it was scrolled to; another one begins at its top, and with its heading
     unless something asks for the focus. */
  const pageName = () => (location.pathname === "/buy/" ? "basic/" : location.pathname.replace(draft, ""));
  let shown = pageName();
  let isAnother = false;
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.elt !== document.body) return;
    isAnother = shown !== pageName();
    shown = pageName();
    if (!isAnother) return keepPlace();
    scrollTo(0, 0);
    /* A button that both pages have is another one there. */
    document.activeElement.blur();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt !== document.body) return;
    focusPlace();
    if (!isAnother || document.activeElement !== document.body) return;
    const heading = document.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });
  focusPlace();

  /* An answer about the image does not take away the login that somebody is typing, nor the reason of an exception. */
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    const isTyping = target.contains(document.activeElement);
    const hasReason = [...target.querySelectorAll("input")].some(({ value, defaultValue }) => value !== defaultValue);
    if (target.matches(".login") ? isTyping : target.matches("[id^=found-]") && (isTyping || hasReason))
      event.detail.shouldSwap = false;
    /* A menu of the foot that somebody has opened stays open, with what the answer changes in it. */
    if (target.id === "moves" && target.querySelector("details[open]"))
      event.detail.fragment.querySelector("#moves details")?.setAttribute("open", "");
  });

  /* Images that nobody has asked about are asked about one after another, whatever is pressed meanwhile. */
  let isAsking = false;
  async function askNext() {
    const queue = document.getElementById("queue");
    if (isAsking || !queue?.dataset.asks) return;
    isAsking = true;
    const { asks, changes } = queue.dataset;
    const page = form().elements.page.value;
    try {
      const answer = await fetch(asks, { method: "POST", headers: JSON.parse(document.body.getAttribute("hx-headers")) });
      const html = await answer.text();
      if (!answer.ok) return;
      /* A page that was made anew meanwhile asks for itself. Where something newer is being asked, its answer counts. */
      const isOld = (place) => !place || place.querySelector(".checking[hx-post]");
      const parts = changes.split(",").filter((part) => !isOld(document.querySelector(part)));
      if (form()?.elements.page.value === page) htmx.swap("#queue", html, { swapStyle: "none" }, { selectOOB: parts.join(",") });
    } catch {
      /* The page that is shown next asks again. */
      return;
    } finally {
      isAsking = false;
    }
    askNext();
  }
  document.addEventListener("htmx:afterSettle", (event) => event.detail.elt === document.body && setTimeout(askNext, 300));
  askNext();

  /* A .env file that is dropped on its field is read into it, and not shown in place of the page. */
  const takesFile = ({ target, dataTransfer }) =>
    target.matches?.('textarea[name$="-environment_vars_paste"]') && dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => takesFile(event) && event.preventDefault());
  document.addEventListener("drop", async (event) => {
    if (!takesFile(event)) return;
    event.preventDefault();
    const { target, dataTransfer } = event;
    target.value = await dataTransfer.files[0].slice(0, 2 ** 20).text();
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* The answer of a check counts only while the note that asked for it is there. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig } = event.detail;
    if (requestConfig.elt.matches(".checking") && !requestConfig.elt.isConnected) event.detail.shouldSwap = false;
  });

  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
