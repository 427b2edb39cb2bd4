// Sorts by asking which of two is better, with few questions: merge insertion, after Ford and Johnson. Pure functions.

/** @typedef {Generator<[string, string], string[], boolean>} Sorting asks with pairs, is told whether the first is better */

/**
 * Return the next pair to compare, or the order, best first, when there is nothing left to ask. `answers` are those to
 * the pairs so far, in their order: whether the first of the two was better.
 * @param {string[]} ids
 * @param {boolean[]} answers
 * @returns {{ pair: [string, string], order: null } | { pair: null, order: string[] }}
 */
export function nextPair(ids, answers) {
  const sorting = inOrderOf(ids);
  let asked = sorting.next();
  for (const answer of answers) {
    if (asked.done) break;
    asked = sorting.next(answer);
  }
  return asked.done ? { pair: null, order: asked.value } : { pair: asked.value, order: null };
}

/** The most questions that sorting `count` videos may take. @param {number} count */
export function mostQuestions(count) {
  let sum = 0;
  for (let number = 2; number <= count; number++) sum += Math.ceil(Math.log2((3 * number) / 4));
  return sum;
}

/** @param {string[]} ids @returns {Sorting} */
function* inOrderOf(ids) {
  if (ids.length < 2) return [...ids];
  /** @type {Map<string, string[]>} */
  const losers = new Map(); // winner of a pair -> those that lost to it
  for (let at = 0; at + 1 < ids.length; at += 2) {
    const [first, second] = [ids[at], ids[at + 1]];
    const isFirst = yield [first, second];
    losers.set(isFirst ? first : second, [isFirst ? second : first]);
  }
  const winners = yield* inOrderOf([...losers.keys()]);
  // Worst first from here on, as the order of insertion is usually described.
  const chain = [...winners].reverse();
  const partners = chain.map((id) => /** @type {string[]} */ (losers.get(id))[0]);
  const waiting = ids.length % 2 ? [...partners, ids[ids.length - 1]] : partners;
  const bounds = [...chain];
  chain.unshift(waiting[0]);
  for (const at of insertionOrder(waiting.length)) {
    // Whoever lost to a video is looked for below it only; the odd one may be anywhere.
    const end = at < bounds.length ? chain.indexOf(bounds[at]) : chain.length;
    const place = yield* placeIn(chain, waiting[at], end);
    chain.splice(place, 0, waiting[at]);
  }
  return chain.reverse();
}

/** Find the place of `id` among the first `end` of the chain, which begins with the worst. @param {string[]} chain @param {string} id @param {number} end @returns {Generator<[string, string], number, boolean>} */
function* placeIn(chain, id, end) {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (yield [id, chain[middle]]) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 2, 1, 4, 3, 10, 9, …: each group is as large as can be searched with one more question than the last. @param {number} count */
function insertionOrder(count) {
  /** @type {number[]} */
  const order = [];
  let [done, size, power] = [1, 2, 4];
  while (done < count) {
    for (let at = Math.min(done + size, count) - 1; at >= done; at--) order.push(at);
    done += size;
    size = power - size;
    power *= 2;
  }
  return order;
}
