/* Uploads: two at a time with progress per file, tried again by themselves after a cut. A large picture is made smaller
   here first; a large file goes in pieces, so that after a cut only the last piece is sent again. Without scripts the same
   form is simply sent. Words come from the page: template#ui-words, and the box of the file field. Fetched by saduak.js where there is one. */
"use strict";

(() => {
  const AT_ONCE = 2;
  const IN_PIECES = 1024 * 1024; // larger files go in pieces
  const LONGEST_SIDE = 2560;
  const WORTH_REDUCING = 400 * 1024;
  const WAITS = [2, 4, 8, 15, 30, 60]; // seconds before the next try; afterwards a person says when
  const PIECE_SECONDS = 120;
  const MAYBE_LATER = new Set([0, 408, 425, 429, 500, 502, 503, 504]);
  const NEVER = new Set([413, 415, 422]);

  /* ---- What a picture says, and making it smaller ---- */

  /** The day on which a JPEG was taken, as 2026-02-15; "" when it does not say. Drawing it anew loses it. */
  const dayOf = async (file) => {
    try {
      const view = new DataView(await file.slice(0, 262144).arrayBuffer());
      if (view.getUint16(0) !== 0xffd8) return "";
      for (let at = 2; at + 10 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
        const marker = view.getUint16(at);
        if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return dayIn(view, at + 10);
        if (marker < 0xff00 || marker === 0xffda) return "";
      }
    } catch { /* a picture that says nothing readable says nothing */ }
    return "";
  };

  const dayIn = (view, base) => {
    const little = view.getUint16(base) === 0x4949;
    const short = (at) => view.getUint16(base + at, little);
    const long = (at) => view.getUint32(base + at, little);
    const entry = (directory, tag) => {
      for (let n = 0; n < short(directory); n += 1) {
        const at = directory + 2 + 12 * n;
        if (short(at) === tag) return long(at + 8);
      }
      return 0;
    };
    const more = entry(long(4), 0x8769);
    const where = more && entry(more, 0x9003);
    if (!where) return "";
    const text = String.fromCharCode(...new Uint8Array(view.buffer, base + where, 10));
    const day = /^(\d{4}):(\d{2}):(\d{2})$/.exec(text);
    return day ? day.slice(1).join("-") : "";
  };

  /** The picture at most 2560 px long, upright; the file itself when it is small, no picture, or the browser can't. */
  const reduced = async (file) => {
    if (!["image/jpeg", "image/png", "image/webp"].includes(file.type) || file.size < WORTH_REDUCING) return file;
    try {
      const picture = await createImageBitmap(file);
      const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
      if (scale >= 1) { picture.close(); return file; }
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const small = await new Promise((done) => { canvas.toBlob(done, file.type, 0.88); });
      return small && small.type === file.type && small.size < file.size ? small : file;
    } catch {
      return file;
    }
  };

  const digestOf = async (blob) => {
    try {
      const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
      return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    } catch {
      return ""; // not on a page without https: then it does not go on after the page was closed
    }
  };

  const start = () => {
    const { say, make, icon, csrf, swap, announce } = window.saduak;
    const { account } = window.saduak.words;
    const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

    /* ---- Asking the server; what can be tried again is told apart from what can't ---- */

    class Failed extends Error {
      constructor(status, message) {
        super(message ?? "");
        this.status = status;
      }
    }

    /** One request, its answer as JSON. `task.request` is the one that is under way. */
    const ask = (task, method, url, body, { headers = {}, progress, seconds = 0 } = {}) =>
      new Promise((done, failed) => {
        const request = new XMLHttpRequest();
        task.request = request;
        request.open(method, url);
        request.timeout = seconds * 1000;
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader("X-Requested-With", "fetch");
        if (method === "POST") request.setRequestHeader("X-CSRFToken", csrf(task.input.form));
        if (account) request.setRequestHeader("X-Saduak-Account", account);
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
        for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => failed(new Failed(0)));
        request.addEventListener("load", () => {
          let answer = {};
          try { answer = JSON.parse(request.responseText); } catch { /* a page, not an answer */ }
          const json = (request.getResponseHeader("Content-Type") ?? "").startsWith("application/json");
          if (json && request.status >= 200 && request.status < 300) done(answer);
          else if (json && request.status === 409 && "offset" in answer) done(answer);
          else failed(new Failed(json || request.status >= 400 ? request.status : 403, answer.message));
        });
        request.send(body);
      });

    const form = (pairs) => {
      const data = new FormData();
      for (const [name, value] of pairs) data.append(name, value);
      return data;
    };

    /** Sends everything before the last step in pieces; the name under which the server has it. */
    const inPieces = async (task) => {
      const blob = task.blob;
      task.digest ??= await digestOf(blob);
      let at = null;
      if (task.sent) {
        try { at = await ask(task, "GET", `${task.box.dataset.uploadStart}${task.sent}/`, null); } catch (problem) {
          if (problem.status !== 404) throw problem;
        }
      }
      at ??= await ask(task, "POST", task.box.dataset.uploadStart,
        form([["name", task.file.name], ["size", blob.size], ["sha256", task.digest]]));
      task.sent = at.id;
      let moved = at.offset;
      for (let turned = 0; !at.used && at.offset < blob.size;) {
        const from = at.offset;
        at = await ask(task, "POST", `${task.box.dataset.uploadStart}${task.sent}/`, blob.slice(from, from + at.piece), {
          headers: { "Content-Type": "application/octet-stream", "Upload-Offset": from },
          progress: (loaded) => show(task, (from + loaded) / blob.size),
          seconds: PIECE_SECONDS,
        });
        // Another tab may send the same file; where it does not move at all, something is wrong.
        turned = at.offset > moved ? 0 : turned + 1;
        moved = Math.max(moved, at.offset);
        if (turned > 5) throw new Failed(409);
        task.tries = 0;
      }
      return task.sent;
    };

    const send = async (task) => {
      task.blob ??= await reduced(task.file);
      task.taken ??= await dayOf(task.file);
      const pairs = task.about.map(([field, value]) => [field.name, value]);
      if (task.taken) pairs.push(["taken_on", task.taken]);
      const url = task.box.dataset.uploadUrl || task.input.form?.getAttribute("action") || location.href;
      if (task.box.dataset.uploadStart && task.blob.size > IN_PIECES) {
        const sent = await inPieces(task);
        return ask(task, "POST", url, form([...pairs, ["sent", sent]]));
      }
      const data = form(pairs);
      data.append(task.input.name, task.blob, task.file.name);
      return ask(task, "POST", url, data, { progress: (loaded) => show(task, loaded / Math.max(task.blob.size, 1)) });
    };

    /* ---- The list: what a person sees and hears of each file ---- */

    const speak = (task, text) => { task.box.querySelector("[data-upload-say]").textContent = text; };

    const show = (task, share) => {
      const now = Math.min(99, Math.round(100 * share));
      task.bar.value = now;
      const quarter = Math.floor(now / 25) * 25;
      if (quarter > task.told && task.blob.size > IN_PIECES) {
        task.told = quarter;
        speak(task, `${task.file.name} ${quarter}%`);
      }
    };

    const button = (task, label, act) => {
      const made = make("button", { type: "button", class: "btn-text", "aria-label": `${label} ${task.file.name}` }, label);
      made.addEventListener("click", act);
      return made;
    };

    const dropped = (task, then) => {
      window.clearTimeout(task.timer);
      task.row.remove();
      end(task, false);
      then?.();
      task.input.focus();
    };

    /** Says what is wrong and what can be done: nothing with this file, or again; by itself when `seconds` are named. */
    const fail = (task, message, { final = false, seconds = 0 } = {}) => {
      const words = seconds ? fill(task.box.dataset.wordsRetry, { seconds }) : message || say("uploadFailed");
      task.bar.remove();
      task.row.classList.add("upload-bad");
      task.state.replaceChildren(icon("late"), document.createTextNode(words));
      const again = final
        ? button(task, say("uploadOther"), () => dropped(task, () => task.input.click()))
        : button(task, say("uploadAgain"), () => { task.tries = 0; begin(task); });
      task.choices = make("span", { class: "row" }, again, button(task, say("uploadDrop"), () => dropped(task)));
      task.row.append(task.choices);
      speak(task, `${task.file.name} ${words}`);
    };

    const succeed = (task, answer) => {
      task.bar.value = 100;
      task.row.classList.add("upload-good");
      task.state.replaceChildren(icon("sent"), document.createTextNode(say("uploaded")));
      speak(task, `${task.file.name} ${say("uploaded")}`);
      // Sent again because its answer was lost, it finds itself: that is no news.
      if (answer.note && !task.again) {
        task.row.classList.add("upload-noted");
        task.bar.remove();
        task.state.replaceChildren(icon("info"), document.createTextNode(answer.note.text));
        if (answer.note.url) task.row.append(make("a", { href: answer.note.url }, answer.note.label));
        speak(task, `${task.file.name} ${answer.note.text}`);
      }
      // The name belonged to this file; what was typed since belongs to the next.
      for (const [field, value] of task.about) if (field.type !== "hidden" && field.value === value) field.value = "";
      swap(answer.html);
    };

    /* ---- The queue: two at once, in the order in which they were chosen ---- */

    const waiting = [];
    const open = new Set(); // chosen and neither here nor given up
    let busy = 0;
    let pressed = null; // a plain submit that waits for the files on their way
    // Asked for only while a file is on its way, so that pages are otherwise left and brought back as quick as ever.
    const stay = (event) => { event.preventDefault(); event.returnValue = true; };

    const end = (task, good) => {
      open.delete(task);
      if (!good) pressed = null;
      if (open.size > 0) return;
      window.removeEventListener("beforeunload", stay);
      const going = pressed;
      pressed = null;
      going?.form.requestSubmit(going.button);
    };

    const begin = (task) => {
      if (waiting.includes(task) || task.busy) return;
      window.clearTimeout(task.timer);
      if (open.size === 0) window.addEventListener("beforeunload", stay);
      open.add(task);
      task.row.classList.remove("upload-bad");
      task.choices?.remove();
      if (!task.bar.isConnected) task.row.insertBefore(task.bar, task.state);
      task.state.textContent = task.box.dataset.wordsQueued ?? "";
      waiting.push(task);
      next();
    };

    const next = () => {
      if (busy >= AT_ONCE || !waiting.length) return;
      const task = waiting.shift();
      busy += 1;
      task.busy = true;
      task.state.textContent = say("uploading", { name: "" }).trim();
      speak(task, say("uploading", { name: task.file.name }));
      const free = () => { busy -= 1; task.busy = false; };
      send(task).then(
        (answer) => { free(); succeed(task, answer); end(task, true); },
        (problem) => { free(); failed(task, problem); },
      ).finally(next);
      next();
    };

    const failed = (task, problem) => {
      const seconds = MAYBE_LATER.has(problem.status ?? 0) ? WAITS[task.tries] : undefined;
      if (!seconds) {
        fail(task, problem.message, { final: NEVER.has(problem.status) });
        end(task, false);
        return;
      }
      task.tries += 1;
      task.again = true;
      fail(task, "", { seconds });
      task.timer = window.setTimeout(() => begin(task), seconds * 1000);
    };
    window.addEventListener("online", () => {
      for (const task of open) if (!task.busy) begin(task);
    });

    /** What is told about the file (its caption), as it stands when the file is chosen. */
    const told = (of) => [...(of?.querySelectorAll("input[type=hidden], [data-upload-with]") ?? [])]
      .filter((field) => field.name !== "csrfmiddlewaretoken")
      .map((field) => [field, field.value]);

    const chosen = (box, input, file, about) => {
      const bar = make("progress", { max: 100, value: 0, "aria-label": say("uploading", { name: file.name }) });
      const state = make("small", {});
      const row = make("li", { class: "upload-row" }, make("span", { class: "upload-name" }, file.name), bar, state);
      box.querySelector("[data-uploads]").append(row);
      begin({ box, input, file, about, bar, state, row, tries: 0, told: 0 });
    };

    for (const box of document.querySelectorAll("[data-upload]")) {
      const inputs = [...box.querySelectorAll("input[type=file]")];
      if (!inputs.length) continue;
      const plain = box.querySelector("[data-upload-button]");
      if (plain) plain.hidden = true;
      for (const input of inputs) {
        input.addEventListener("change", () => {
          const about = told(input.form);
          for (const file of input.files) chosen(box, input, file, about);
          input.value = "";
        });
      }
      // Before autosave and the one submit per click hear of it: the form goes on by itself when the files are there.
      inputs[0].form?.addEventListener("submit", (event) => {
        if (open.size === 0) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        pressed = { form: inputs[0].form, button: event.submitter };
        speak({ box }, say("uploadWait"));
        announce(say("uploadWait"));
      }, { capture: true });
    }
  };

  start();
})();
