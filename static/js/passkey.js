/* Passkeys: no server can ask a browser for one. A form with data-passkey ("create" or "get") is sent once the browser has
   answered; the challenge comes from the address in data-options. */
"use strict";
(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  function toText(buffer) {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  function opened(options) {
    const known = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));
    const told = { ...options, challenge: toBytes(options.challenge) };
    if (options.user) told.user = { ...options.user, id: toBytes(options.user.id) };
    if (options.excludeCredentials) told.excludeCredentials = known(options.excludeCredentials);
    if (options.allowCredentials) told.allowCredentials = known(options.allowCredentials);
    return told;
  }

  function written(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (credential.response[name]) response[name] = toText(credential.response[name]);
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  }

  async function answered(form) {
    const kind = form.dataset.passkey;
    const told = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: new URLSearchParams({ for: kind }),
    });
    if (!told.ok) throw new Error(told.status);
    const publicKey = opened((await told.json()).publicKey);
    return written(await navigator.credentials[kind]({ publicKey }));
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form) return;
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      form.elements.credential.value = await answered(form);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
})();
