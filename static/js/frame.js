/* A page of the console inside a page of another site that the settings list: it tells that page what becomes of the
   order, and opens what no frame may show in a tab of its own. It listens to nothing. */
"use strict";
(() => {
  if (window.parent === window) return;
  const { parents, inside } = document.documentElement.dataset;
  const listed = parents.split(" ");
  /* The parent's origin, where the browser tells it; a message to another one is not delivered. */
  const known = location.ancestorOrigins?.[0];
  const targets = known ? listed.filter((origin) => origin === known) : listed;
  let last = "";

  function tell() {
    const told = document.getElementById("told")?.dataset;
    if (!told) return;
    const said = { order: told.order, state: told.state };
    if (JSON.stringify(said) === last) return;
    last = JSON.stringify(said);
    for (const origin of targets) window.parent.postMessage(said, origin);
  }

  tell();
  new MutationObserver(tell).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-state"],
  });

  document.addEventListener(
    "click",
    ({ target }) => {
      const link = target.closest?.("a[href]");
      if (!link || link.target || link.origin !== location.origin) return;
      const isInside = link.pathname === "/" || inside.split(" ").some((begin) => link.pathname.startsWith(begin));
      if (!isInside) link.target = "_blank";
    },
    true,
  );

  /* Who signs in does it in another tab; coming back from there is reason enough to look again. */
  if (document.querySelector("[data-looks-again]")) window.addEventListener("focus", () => location.reload());
})();
