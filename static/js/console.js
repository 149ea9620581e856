/* What no server can do: copy, dismiss, dialogs, focus after a swap, times as the reader's clock has them, and saying
   that an answer did not come. Every page works without this file. It knows no page; hooks are data attributes. */
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  /* Looked up at each use: a swap of the whole page brings new ones. */
  const trouble = () => one("#trouble");
  const live = () => one("#live");

  function say(text) {
    if (!live()) return;
    const line = document.createElement("p");
    line.className = "vh";
    line.textContent = text;
    live().append(line);
    setTimeout(() => line.remove(), 3000);
  }

  function warn(text) {
    if (!live() || !trouble()) return;
    const note = trouble().content.firstElementChild.cloneNode(true);
    one("p", note).textContent = text;
    live().replaceChildren(note);
  }

  /* The field that needs another look gets the focus, otherwise the summary of what is wrong. */
  function focusError(root) {
    if (!one(".errors", root)) return;
    const field = one('[aria-invalid="true"]:not([type="hidden"])', root);
    const fold = field && field.closest("details");
    if (fold) fold.open = true;
    (field || one(".errors", root)).focus();
  }

  async function copy(button) {
    const from = button.dataset.copyFrom;
    const text = from ? one(from).innerText : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1600);
    say(trouble().dataset.copied);
  }

  const ACTIONS = {
    copy: copy,
    copyFrom: copy,
    dismiss: (button) => button.closest(".note").remove(),
    closes: (button) => button.closest("dialog").close(),
    opens: (button) => {
      button.closest("details.menu")?.removeAttribute("open");
      one(button.dataset.opens).showModal();
    },
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy],[data-copy-from],[data-dismiss],[data-closes],[data-opens]");
    if (button) {
      const action = Object.keys(ACTIONS).find((name) => name in button.dataset);
      if (action === "closes" && !button.closest("dialog")) return;
      event.preventDefault();
      ACTIONS[action](button);
      return;
    }
    if (event.target.matches("dialog[open]")) event.target.close();
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target) || event.target.closest("button")) menu.open = false;
  });

  /* A choice that is also shown elsewhere, such as the version behind an image's address. */
  document.addEventListener("change", (event) => {
    const { shows, text } = event.target.dataset;
    if (shows) one(shows).textContent = text;
  });

  /* A text file that is dropped on a text field, or chosen for it, becomes its text. */
  async function takeFile(area, file) {
    try {
      if (file.size > Number(area.dataset.takesFiles)) throw new RangeError();
      area.value = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      area.dispatchEvent(new Event("input", { bubbles: true }));
    } catch {
      warn(trouble().dataset.noText);
    }
  }
  const underFiles = (event) => event.dataTransfer?.types.includes("Files") && event.target.closest?.("[data-takes-files]");
  document.addEventListener("dragover", (event) => underFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    const area = underFiles(event);
    const file = event.dataTransfer?.files[0];
    if (!area || !file) return;
    event.preventDefault();
    takeFile(area, file);
  });
  document.addEventListener("change", async ({ target }) => {
    if (!target.dataset.fills || !target.files[0]) return;
    await takeFile(one(target.dataset.fills), target.files[0]);
    target.value = "";
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = one("details.menu[open]");
    if (menu) {
      menu.open = false;
      one("summary", menu).focus();
    }
  });

  /* A dialog that was fetched opens itself; when it closes it goes away and the focus returns to what opened it. */
  function openFetched(root) {
    const dialog = root.matches?.("dialog[data-modal]") ? root : one("dialog[data-modal]", root);
    if (!dialog || dialog.open) return;
    const opener = document.activeElement;
    dialog.showModal();
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (opener && opener.isConnected) opener.focus();
    });
  }

  function tellTimes(root) {
    for (const time of root.querySelectorAll("time[title]")) {
      const moment = new Date(time.dateTime);
      time.title = moment.toLocaleString();
      if ("clock" in time.dataset) time.textContent = moment.toLocaleTimeString([], { hourCycle: "h23" });
    }
  }

  /* A whole page takes the page, whatever asked for a part of one: another tab has saved, or nobody is signed in any more. */
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target === document.body || !/^\s*<!doctype html/i.test(detail.serverResponse)) return;
    const asked = detail.requestConfig.elt.closest("[hx-select]")?.getAttribute("hx-select");
    const id = asked?.match(/#([\w-]+)/)?.[1];
    if (id && detail.serverResponse.includes(`id="${id}"`)) return;
    Object.assign(detail, { target: document.body, selectOverride: "unset", swapOverride: "morph show:top" });
  });

  /* A press counts for the button that it began on: what a page asks for by itself makes none anew meanwhile. The next
     time it asks, it is told the same. */
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const isByItself = detail.requestConfig.elt.matches('[hx-trigger^="every"]');
    if (isByItself && one(":is(a, button, summary, label):active")) detail.shouldSwap = false;
  });

  let kept = "";
  let waiting = 0;
  const busy = (step) => document.body.classList.toggle("is-busy", (waiting = Math.max(0, waiting + step)) > 0);
  /* The request itself says when it is over: what asked for it may be gone by then, and nobody hears its events. */
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    busy(1);
    detail.xhr.addEventListener("loadend", () => busy(-1));
  });
  /* What was unfolded stays unfolded over a swap. */
  let openFolds = [];
  document.addEventListener("htmx:beforeSwap", () => {
    kept = document.activeElement?.id || "";
    openFolds = [...document.querySelectorAll("details[id][open]")].map((fold) => fold.id);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const root = event.detail.elt;
    for (const id of openFolds) document.getElementById(id)?.setAttribute("open", "");
    openFetched(root);
    tellTimes(root);
    if (kept && document.activeElement === document.body) document.getElementById(kept)?.focus({ preventScroll: true });
    const favicon = one("[data-favicon]", root);
    if (favicon) one('link[rel="icon"]').href = favicon.dataset.favicon;
  });
  /* After htmx itself has obeyed autofocus, which is meant for pages without a script. Only a press that was to lead on
     is told so: whoever adds a row is not called back to what is wrong elsewhere. */
  document.addEventListener("htmx:afterSettle", ({ detail: { elt, requestConfig } }) => {
    if (requestConfig?.triggeringEvent?.submitter?.closest(".foot, #rail")) focusError(elt);
  });
  /* A page that nobody sees asks for nothing by itself, and looks at once when it is seen again. */
  document.addEventListener("htmx:configRequest", (event) => {
    if (document.hidden && "polls" in event.detail.elt.dataset) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-polls]")) part.dispatchEvent(new Event("look"));
  });
  for (const silence of ["htmx:sendError", "htmx:timeout", "console:unreached"])
    document.addEventListener(silence, () => warn(trouble().dataset.offline));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    const id = event.detail.xhr.getResponseHeader("X-Request-Id");
    const { dataset } = trouble();
    const said = dataset[`refused${status}`] || dataset.refused;
    warn(id ? `${said} (${dataset.requestId} ${id})` : said);
  });

  /* What grows by itself: ages, and the cost of what runs. The server's clock counts, and its words for what is new. */
  const serverIsAhead = Number(document.documentElement.dataset.now) * 1000 - Date.now();
  const [minute, hour, day] = [60, 3600, 86400];
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  function tellAge(time) {
    const seconds = (Date.now() + serverIsAhead - new Date(time.dateTime)) / 1000;
    if (!(seconds >= 45 && seconds < day)) return;
    const [count, unit] = seconds < hour ? [seconds / minute, "minute"] : [seconds / hour, "hour"];
    const text = relative.format(-Math.max(1, Math.round(count)), unit);
    if (time.textContent !== text) time.textContent = text;
  }
  const begun = new WeakMap();
  /* Seconds since the server said this number; it may say another one at the same place. */
  function secondsSince(element, number) {
    if (begun.get(element)?.number !== number) begun.set(element, { number, at: performance.now() });
    return (performance.now() - begun.get(element).at) / 1000;
  }
  function tellCost(cost) {
    const { amount, perSecond } = cost.dataset;
    const sum = Number(amount) + Number(perSecond) * secondsSince(cost, amount);
    cost.textContent = cost.textContent.replace(/[\d.]+$/, sum.toFixed(4));
  }
  function tellCount(element) {
    const { count, step } = element.dataset;
    const now = Math.round(Number(count) + Number(step) * secondsSince(element, count));
    element.textContent = element.textContent.replace(/^[\d.]+(?= s$)/, Math.max(0, now));
  }
  setInterval(() => {
    for (const time of document.querySelectorAll("time[datetime]:not([data-clock])")) tellAge(time);
    for (const cost of document.querySelectorAll("[data-per-second]")) tellCost(cost);
    for (const element of document.querySelectorAll("[data-step]")) tellCount(element);
  }, 1000);

  tellTimes(document);
  focusError(document);
})();
