// The check may be cleared for everybody while this page is open.
const POLL_MS = 1000;

async function ask() {
  const reply = await fetch("/human-check").catch(() => null);
  const { wanted } = reply?.ok ? await reply.json() : { wanted: true };
  if (!wanted) return location.replace(/** @type {HTMLInputElement} */ (document.querySelector("[name=redirect]")).value);
  setTimeout(ask, POLL_MS);
}

setTimeout(ask, POLL_MS);
