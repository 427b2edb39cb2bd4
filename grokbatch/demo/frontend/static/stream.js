// Reads JSON objects out of a reply that streams them one after the other, with or without newlines between.

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} body @returns {AsyncGenerator<Demo.Told>} */
export async function* jsonObjects(body) {
  const cutter = new Cutter();
  for await (const text of chunks(body)) yield* cutter.feed(text);
}

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} body */
async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

class Cutter {
  #text = "";
  #depth = 0;
  #quoted = false;
  #escaped = false;

  /** @param {string} text */
  *feed(text) {
    for (const char of text) {
      if (this.#depth === 0 && char !== "{") continue;
      this.#text += char;
      this.#note(char);
      if (this.#depth > 0) continue;
      yield JSON.parse(this.#text);
      this.#text = "";
    }
  }

  /** @param {string} char */
  #note(char) {
    if (this.#escaped) this.#escaped = false;
    else if (this.#quoted && char === "\\") this.#escaped = true;
    else if (char === '"') this.#quoted = !this.#quoted;
    else if (!this.#quoted && char === "{") this.#depth += 1;
    else if (!this.#quoted && char === "}") this.#depth -= 1;
  }
}
