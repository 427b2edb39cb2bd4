// The renderer dies here, within a second. There is no polite way to it from inside a page: an array of that many
// entries is more than V8 can hold, and it gives up at once instead of filling the memory (130 MB for a moment).
const TOO_MANY = 2 ** 27 + 100;

export function crash() {
  return "x".repeat(TOO_MANY).split("").length;
}
