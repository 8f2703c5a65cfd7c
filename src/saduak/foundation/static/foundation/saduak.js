/* What pages gain when scripts run: dialogs, focus on errors, one submit per click, copying, counting, uploads.
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

  /* ---- Uploads: progress per file; without scripts the same form is simply sent ---- */
  let running = 0;
  let pressed = null; // a plain submit that waits for the files on their way
  // Asked for only while a file is on its way, so that pages are otherwise left and brought back as quick as ever.
  const stay = (event) => { event.preventDefault(); event.returnValue = true; };
  const begin = () => {
    if (running === 0) window.addEventListener("beforeunload", stay);
    running += 1;
  };
  const end = (good) => {
    running -= 1;
    if (!good) pressed = null;
    if (running > 0) return;
    window.removeEventListener("beforeunload", stay);
    const going = pressed;
    pressed = null;
    going?.form.requestSubmit(going.button);
  };

  /** What is told about the file (its caption), as it stands when the file is chosen. */
  const told = (form) => [...(form?.querySelectorAll("input[type=hidden], [data-upload-with]") ?? [])].map((field) => [field, field.value]);

  const upload = (box, input, file, about) => {
    const form = input.form;
    const list = box.querySelector("[data-uploads]");
    const spoken = box.querySelector("[data-upload-say]");
    const bar = make("progress", { max: 100, value: 0, "aria-label": say("uploading", { name: file.name }) });
    const state = make("small", {}, say("uploading", { name: "" }).trim());
    const row = make("li", { class: "upload-row" }, make("span", { class: "upload-name" }, file.name), bar, state);
    list.append(row);
    const button = (label, act) => {
      const made = make("button", { type: "button", class: "btn-text", "aria-label": `${label} ${file.name}` }, label);
      made.addEventListener("click", act);
      return made;
    };
    /** `final`: the very same file can't be taken, so sending it again leads nowhere. */
    const fail = (message, final = false) => {
      bar.remove();
      row.classList.add("upload-bad");
      state.replaceChildren(icon("late"), document.createTextNode(message || say("uploadFailed")));
      const again = final
        ? button(say("uploadOther"), () => { row.remove(); input.click(); })
        : button(say("uploadAgain"), () => { row.remove(); upload(box, input, file, about); });
      row.append(make("span", { class: "row" }, again, button(say("uploadDrop"), () => { row.remove(); input.focus(); })));
      spoken.textContent = `${file.name} ${state.textContent}`;
      end(false);
    };
    const done = (answer) => {
      bar.value = 100;
      row.classList.add("upload-good");
      state.replaceChildren(icon("sent"), document.createTextNode(say("uploaded")));
      spoken.textContent = `${file.name} ${say("uploaded")}`;
      // The name belonged to this file; what was typed since belongs to the next.
      for (const [field, value] of about) if (field.type !== "hidden" && field.value === value) field.value = "";
      swap(answer.html);
      end(true);
    };
    const request = new XMLHttpRequest();
    request.open("POST", box.dataset.uploadUrl || form?.getAttribute("action") || location.href);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Requested-With", "fetch");
    request.setRequestHeader("X-CSRFToken", csrf(form));
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
    });
    request.addEventListener("error", () => fail());
    request.addEventListener("abort", () => fail());
    request.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
      const json = (request.getResponseHeader("Content-Type") ?? "").startsWith("application/json");
      if (request.status >= 200 && request.status < 300 && json) done(answer);
      else fail(answer.message, [413, 415, 422].includes(request.status));
    });
    const data = new FormData();
    for (const [field, value] of about) data.append(field.name, value);
    data.set("csrfmiddlewaretoken", csrf(form));
    data.append(input.name, file);
    begin();
    request.send(data);
  };
  for (const box of document.querySelectorAll("[data-upload]")) {
    const input = box.querySelector("input[type=file]");
    if (!input) continue;
    const button = box.querySelector("[data-upload-button]");
    if (button) button.hidden = true;
    input.addEventListener("change", () => {
      const about = told(input.form);
      for (const file of input.files) upload(box, input, file, about);
      input.value = "";
    });
    // Before autosave and the one submit per click hear of it: the form goes on by itself when the files are there.
    input.form?.addEventListener("submit", (event) => {
      if (running === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      pressed = { form: input.form, button: event.submitter };
      box.querySelector("[data-upload-say]").textContent = say("uploadWait");
      announce(say("uploadWait"));
    });
  }
})();
