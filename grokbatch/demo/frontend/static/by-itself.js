// A form that is told to presses its own button after some seconds, in place of a person.
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-by-itself]"))) {
  const seconds = parseFloat(form.dataset.byItself ?? "");
  if (seconds >= 0) setTimeout(() => form.querySelector("button")?.click(), seconds * 1000);
}
