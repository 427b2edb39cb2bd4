// Runs inside the page: reads a video file with the page's own cookies, and tells its size, the headers of its
// top boxes and its movie header. Resolves with {failed} when the page may not read the file.
/** @param {{ address: string, milliseconds: number }} asked */
async ({ address, milliseconds }) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), milliseconds);
  try {
    const response = await fetch(address, { credentials: "include", signal: abort.signal });
    if (!response.ok) return { status: response.status };
    const promised = Number(response.headers.get("content-length")) || null;
    const encoded = response.headers.get("content-encoding");
    const data = new Uint8Array(await response.arrayBuffer());
    const view = new DataView(data.buffer);
    const boxes = [];
    let movie = "";
    for (let at = 0; at + 8 <= data.length && boxes.length < 1000; ) {
      let length = view.getUint32(at);
      const kind = String.fromCharCode(...data.subarray(at + 4, at + 8));
      if (length === 1 && at + 16 <= data.length) length = Number(view.getBigUint64(at + 8));
      else if (length === 0) length = data.length - at;
      if (length < 8) break;
      if (kind === "moov")
        for (const byte of data.subarray(at, at + Math.min(length, 4_000_000))) movie += String.fromCharCode(byte);
      boxes.push([kind, at, at + length]);
      at += length;
    }
    return { status: 200, size: data.length, promised: encoded ? null : promised, boxes, movie: btoa(movie) };
  } catch (error) {
    return { failed: error instanceof Error || error instanceof DOMException ? error.name : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
