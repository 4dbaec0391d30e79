// What the pages do better with a script. Everything works without it.

// A form that takes a passkey: the browser asks for it, and its answer goes with the form. This comes before what follows,
// so that the form counts as sent only when it is.
const hasPasskeys = () => Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const kind = form.dataset.passkey;
  if (!kind || form.elements.answer.value) return;
  event.preventDefault();
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const options = JSON.parse(form.dataset.options);
    const publicKey = kind === "create"
      ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
      : PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials[kind]({ publicKey });
    form.elements.answer.value = JSON.stringify(credential);
    form.requestSubmit();
  } catch {
    failed.hidden = false;
  }
}, true);

// A form is sent once: its button says that it is busy, and a second press is not another.
document.addEventListener("submit", (event) => {
  // What is shown in a frame of the page can be asked for as often as one likes.
  if (event.defaultPrevented || event.target.method !== "post" || event.submitter?.formTarget) return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  // What only hands a file over leaves the page as it is.
  setTimeout(() => free(event.target), 5000);
});

const free = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};

// What a frame shows follows the typing, after a pause: as if its button were pressed, the one that was pressed last. The
// frame is a fresh one each time, so that the way back is not full of previews.
let pause;
let looking;
document.addEventListener("submit", (event) => {
  if (!event.submitter?.formTarget) return;
  clearTimeout(pause);
  looking = event.submitter;
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  const button = looking?.form === form && looking?.isConnected ? looking : form?.querySelector("button[formtarget]");
  if (!button) return;
  clearTimeout(pause);
  pause = setTimeout(() => {
    const frame = document.querySelector(`iframe[name="${button.formTarget}"]`);
    if (!frame?.checkVisibility?.()) return;
    const fresh = frame.cloneNode();
    fresh.removeAttribute("src");
    frame.replaceWith(fresh);
    form.requestSubmit(button);
  }, 400);
});

// A page that comes back from the history is fresh: its forms can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) free(form);
  for (const form of document.querySelectorAll("form[data-passkey]")) form.elements.answer.value = "";
});

// A press beside an open menu, or Escape, closes it.
const close = (keep) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(keep)) menu.open = false;
};
document.addEventListener("click", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest?.("details.menu[open]");
  close(null);
  menu?.querySelector("summary")?.focus();
});

// What is done from a row shows there at once; the answer then brings the page as it is.
document.addEventListener("submit", (event) => {
  const now = event.target.dataset.now;
  if (!now) return;
  const row = event.target.closest(".row");
  const badge = document.createElement("span");
  badge.className = "badge badge-accent";
  badge.textContent = now;
  badge.dataset.hoped = "";
  row?.setAttribute("aria-busy", "true");
  row?.querySelector(".row-badges")?.append(badge);
  close(null);
});

// What a request that got no answer was to do is taken back on the page, and said. A request that nobody pressed for is
// made again by itself.
const LOST = "connection-lost";
document.addEventListener("htmx:error", (event) => {
  const from = event.target.closest?.("form, a");
  if (!from || !event.detail?.ctx) return;
  const row = from.closest(".row");
  row?.removeAttribute("aria-busy");
  row?.querySelector("[data-hoped]")?.remove();
  document.getElementById(LOST)?.remove();
  const alert = document.createElement("p");
  alert.id = LOST;
  alert.className = "alert";
  alert.tabIndex = -1;
  alert.setAttribute("role", "alert");
  alert.textContent = document.body.dataset.lost;
  document.getElementById("main").prepend(alert);
  // Whoever types goes on typing.
  if (from.method !== "get") alert.focus();
});
document.addEventListener("htmx:after:swap", () => document.getElementById(LOST)?.remove());

// A list that a search has changed says how long it is now: beside its title, and to whoever listens.
const put = (element, text) => {
  if (element && text !== undefined && element.textContent !== text) element.textContent = text;
};
document.addEventListener("htmx:after:swap", () => {
  const list = document.querySelector("[data-said]");
  put(document.querySelector("[data-count]"), list?.dataset.total);
  put(document.getElementById("said"), list?.dataset.said);
});

// Whose place was taken by an answer is led to what it says, and nothing jumps.
document.addEventListener("htmx:after:swap", () => {
  if (document.activeElement !== document.body) return;
  const main = document.getElementById("main");
  (main?.querySelector(":scope > [data-told]") ?? main)?.focus({ preventScroll: true });
});

// What is wrong with a form is read first.
document.addEventListener("DOMContentLoaded", () => document.querySelector("main > .alert[data-told]")?.focus());

// Boxes of a list: all of a page at once, and how many are ticked.
document.addEventListener("change", (event) => {
  const all = event.target.closest?.("[data-pick]");
  const name = all?.dataset.pick ?? event.target.name;
  const boxes = [...document.querySelectorAll('[form="several"]')].filter((it) => it.name === name);
  if (boxes.length === 0) return;
  if (all) for (const box of boxes) box.checked = event.target.checked;
  const ticked = boxes.filter((it) => it.checked).length;
  for (const it of document.querySelectorAll("[data-pick] input")) {
    it.checked = ticked === boxes.length;
    it.indeterminate = 0 < ticked && ticked < boxes.length;
  }
  for (const it of document.querySelectorAll("[data-chosen]")) {
    it.textContent = it.dataset.chosen.replace("%count%", ticked);
  }
});

// Buttons that copy what a field holds or print the page. They are hidden where they could do nothing.
const offer = (root) => {
  for (const button of root.querySelectorAll("button[data-print][hidden]")) button.hidden = false;
  for (const button of root.querySelectorAll("button[data-able]")) button.hidden = !hasPasskeys();
  for (const hint of root.querySelectorAll("[data-unable]")) hint.hidden = hasPasskeys();
  for (const button of root.querySelectorAll("button[data-copy][hidden]")) button.hidden = !navigator.clipboard;
};
document.addEventListener("click", (event) => {
  if (event.target.closest?.("button[data-print]")) print();
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(field.value);
  button.textContent = button.dataset.done;
});
document.addEventListener("DOMContentLoaded", () => {
  offer(document);
  // On a phone the sections are a strip: the present one is in sight.
  for (const it of document.querySelectorAll(".sections [aria-current], .tabs [aria-current]")) {
    const strip = it.parentElement;
    strip.scrollLeft = it.offsetLeft - strip.offsetLeft - (strip.clientWidth - it.clientWidth) / 2;
  }
});
document.addEventListener("htmx:after:swap", () => offer(document));
