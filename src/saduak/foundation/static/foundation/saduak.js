/* What pages gain when scripts run: dialogs, focus on errors, one submit per click, copying, counting.
   Everything works without this file. All words come from the page (template#ui-words), so they are translated. */
"use strict";

window.saduak = (() => {
  const words = document.getElementById("ui-words")?.dataset ?? {};

  /** A sentence of the page with its {places} filled in. */
  const say = (key, values = {}) =>
    (words[key] ?? "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  /** Makes an element: text is text, never HTML. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };

  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${words.icons}#${name}`);
    svg.append(use);
    return svg;
  };

  const cookie = (name) =>
    document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

  /** The present token. Signing in again in another tab changes it, so the cookie wins over the form. */
  const csrf = (form) =>
    cookie("csrftoken") ||
    form?.querySelector("[name=csrfmiddlewaretoken]")?.value ||
    document.querySelector("[name=csrfmiddlewaretoken]")?.value ||
    "";

  const refreshTokens = () => {
    const token = cookie("csrftoken");
    if (token) for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  };

  /** Puts the server's own fragments in the place of the elements with these ids. */
  const swap = (fragments) => {
    for (const [id, html] of Object.entries(fragments ?? {})) {
      const old = document.getElementById(id);
      if (!old) continue;
      const holder = document.createElement("template");
      holder.innerHTML = html;
      old.replaceWith(holder.content);
    }
  };

  /** Tells screen readers something once. */
  let voice;
  const announce = (text) => {
    voice ??= document.body.appendChild(make("p", { class: "sr", role: "status" }));
    voice.textContent = "";
    window.setTimeout(() => { voice.textContent = text; }, 60);
  };

  return { say, make, icon, csrf, refreshTokens, swap, announce, words };
})();

(() => {
  const { say, make, icon, csrf, refreshTokens, swap, announce } = window.saduak;

  /* ---- Dialogs: a link or a button with data-dialog opens the native dialog of that id ---- */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      dialog.showModal();
      dialog.querySelector("[tabindex='-1']")?.focus();
      dialog.addEventListener("close", () => opener.focus(), { once: true });
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog")?.close("no");
    }
  });
  // A click on the darkened page closes, as Esc does.
  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement && event.target.open && event.target.matches(":modal")) {
      const box = event.target.getBoundingClientRect();
      const inside =
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside && event.detail > 0) event.target.close("no");
    }
  });

  /* ---- Errors: the summary takes the focus, its links lead into the fields ---- */
  document.querySelector("[data-errors]:not(.no-focus [data-errors])")?.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-errors] a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const fold = field.closest("details");
    if (fold) fold.open = true;
    (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });

  /* ---- One submit per click: the button stays readable and focusable, it only does nothing twice ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || button?.formMethod === "dialog") return;
    if (form.dataset.sent && !("again" in form.dataset)) {
      event.preventDefault();
      announce(say("sending"));
      return;
    }
    refreshTokens();
    // Whose page this is: on a shared computer nobody's words are sent as another's who has signed in since.
    const { account } = window.saduak.words;
    if (account && !form.elements.namedItem("account_key")) {
      form.append(make("input", { type: "hidden", name: "account_key", value: account }));
    }
    form.dataset.sent = "1";
    button?.setAttribute("aria-disabled", "true");
    window.setTimeout(() => {
      if (!form.dataset.sent) return;
      const note = make("p", { class: "loading", role: "status" }, icon("wait"), make("span", {}, say("sending")));
      note.dataset.sending = "";
      form.append(note);
    }, 1000);
    window.setTimeout(() => {
      const note = form.querySelector("[data-sending] span");
      if (note) note.textContent = say("still");
    }, 10000);
  });
  // Back from the next page: the browser may bring this one back as it was left.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const element of form.querySelectorAll("[aria-disabled]")) element.removeAttribute("aria-disabled");
      for (const note of form.querySelectorAll("[data-sending]")) note.remove();
    }
  });

  /* ---- Small helpers ---- */
  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const text = source?.value ?? source?.innerText ?? "";
    const label = button.querySelector("span") ?? button;
    const before = button.dataset.label ?? label.textContent;
    button.dataset.label = before;
    try {
      await navigator.clipboard.writeText(text.trim());
      label.textContent = say("copied");
    } catch {
      const range = document.createRange();
      if (source) range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      label.textContent = say("copyFailed");
    }
    announce(label.textContent);
    window.setTimeout(() => { label.textContent = before; }, 4000);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
  });

  /* ---- How many rows are chosen ---- */
  const count = (form) => {
    const boxes = [...form.querySelectorAll("tbody input.check")];
    const chosen = boxes.filter((box) => box.checked).length;
    const words = form.querySelector("[data-chosen-count]");
    const text = chosen ? say("chosen", { count: chosen.toLocaleString("en-US") }) : say("chosenNone");
    if (words && words.textContent !== text) words.textContent = text;
    for (const all of form.querySelectorAll("[data-check-all]")) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };
  for (const form of document.querySelectorAll("form[data-chosen]")) {
    count(form);
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-check-all]")) {
        for (const box of form.querySelectorAll("tbody input.check")) box.checked = event.target.checked;
      }
      count(form);
    });
  }

  /* ---- No signal: a band at the top that goes by itself ---- */
  let band;
  const signal = () => {
    if (navigator.onLine) {
      if (band) announce(say("signal"));
      band?.remove();
      band = undefined;
    } else if (!band) {
      band = make("div", { class: "banner banner-due banner-top", role: "status" }, icon("net"),
        make("p", {}, make("b", {}, say("noSignal")), " ", say("noSignalNote")));
      document.body.prepend(band);
    }
  };
  window.addEventListener("online", signal);
  window.addEventListener("offline", signal);
  signal();

  /* ---- Uploads: their script comes only to pages with a field for files ---- */
  const files = document.querySelector("[data-upload-script]");
  if (files) document.head.append(make("script", { src: files.dataset.uploadScript }));
})();
