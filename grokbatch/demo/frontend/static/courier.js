// Carries a request in the page's place, as a worker or as its service worker, and passes on what comes back.

/** @param {{ path: string, headers: Record<string, string>, body: string }} parcel @param {MessagePort} port */
async function carry({ path, headers, body }, port) {
  const abort = new AbortController();
  port.onmessage = () => abort.abort();
  try {
    const reply = await fetch(path, { method: "POST", headers, body, signal: abort.signal });
    port.postMessage({ status: reply.status, headers: [...reply.headers] });
    if (!reply.body) return port.postMessage({ done: true });
    const reader = reply.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      port.postMessage({ done, chunk: value });
      if (done) return;
    }
  } catch {
    port.postMessage({ failed: true });
  }
}

// A service worker's message has more than a worker's.
self.addEventListener("message", (/** @type {MessageEvent & {waitUntil?: (work: Promise<void>) => void}} */ event) => {
  const carried = carry(event.data, event.ports[0]);
  // A service worker is ended while nobody waits for it.
  event.waitUntil?.(carried);
});
