// How a submit leaves the page: signed, at once or later, by the page itself or by somebody in its place.

import { signature } from "./signing.js";
import { boot } from "./state.js";

const KEY = 0x5a;
const COURIER = "/page/courier.js";
/** @type {Worker | ServiceWorker | null} */
let courier = null;

export async function prepareSending() {
  if (boot.sendsFrom === "worker") courier = new Worker(COURIER);
  if (boot.sendsFrom === "service_worker") courier = await serviceWorker();
}

async function serviceWorker() {
  const { installing, waiting, active } = await navigator.serviceWorker.register(COURIER);
  const worker = /** @type {ServiceWorker} */ (installing ?? waiting ?? active);
  while (worker.state !== "activated") await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  return worker;
}

// `also` is the second request that a click may send; what becomes of it is nobody's business.
/**
 * @param {string} path
 * @param {object} body
 * @param {{headers?: Object<string, string>, signal?: AbortSignal, also?: Object<string, string> | null}} [how]
 */
export async function send(path, body, { headers = {}, signal, also = null } = {}) {
  if (boot.sendsAfter) await new Promise((resolve) => setTimeout(resolve, boot.sendsAfter * 1000));
  const signed = { "content-type": "application/json", "x-statsig-id": await signature(), ...headers };
  const reply = carried(path, signed, JSON.stringify(body), signal);
  if (also) carried(path, { ...signed, ...also }, JSON.stringify(body)).catch(() => {});
  return readable(await reply);
}

/** @param {string} path @param {Record<string, string>} headers @param {string} body @param {AbortSignal} [signal] */
function carried(path, headers, body, signal) {
  return courier ? byCourier(courier, { path, headers, body }, signal) : fetch(path, { method: "POST", headers, body, signal });
}

/** @param {Worker | ServiceWorker} by @param {{ path: string, headers: Record<string, string>, body: string }} parcel @param {AbortSignal} [signal] @returns {Promise<Response>} */
function byCourier(by, parcel, signal) {
  const { port1, port2 } = new MessageChannel();
  by.postMessage(parcel, [port2]);
  signal?.addEventListener("abort", () => port1.postMessage("abort"));
  return new Promise((resolve, reject) => {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const lost = () => new TypeError("Failed to fetch");
    port1.onmessage = ({ data }) => {
      if (data.status) resolve(new Response(readable, { status: data.status, headers: data.headers }));
      else if (data.failed) reject(lost()), writer.abort(lost()).catch(() => {});
      else if (data.done) writer.close().catch(() => {});
      else writer.write(data.chunk).catch(() => {});
    };
  });
}

/** @param {Response} reply */
function readable(reply) {
  if (!reply.body || reply.headers.get("content-type") !== "application/octet-stream") return reply;
  /** @type {TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>} */
  const plain = new TransformStream({ transform: (chunk, next) => next.enqueue(chunk.map((byte) => byte ^ KEY)) });
  return new Response(reply.body.pipeThrough(plain), { status: reply.status, headers: reply.headers });
}
