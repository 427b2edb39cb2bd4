"use strict";
// The script of pytest-html writes its sorting into the page's address, and unescapes all of it. A browser refuses that
// if the path holds a sign such as @, % or ü, and the rows never appear. Nothing else on the page unescapes anything.
Object.defineProperty(window, "unescape", { value: (/** @type {string} */ text) => text });
document.documentElement.lang = "en";
