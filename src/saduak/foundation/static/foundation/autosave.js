/* Autosave: what is written is kept in this browser at once and on the server soon after, each account's apart.
   A field is sent 800 ms after the last key, one request at a time per form. Nothing is ever taken out of a field by the
   program: if two people wrote, the writer chooses. The plain submit of the form waits only for a save that is on its way. */
"use strict";

(() => {
  const { say, make, icon, csrf, refreshTokens, swap, words } = window.saduak;
  const WAIT = 800;
  const SLOW = 500; // the state "saving" shows only after this long, so that it never blinks
  const FIRST_RETRY = 4;
  const LONGEST_RETRY = 120;
  const KINDS = "input, select, textarea";
  // Who writes is part of the key: on a shared computer nobody's words are ever sent as another's.
  const ACCOUNT = words.account ?? "";
  const UNSAVED = `saduak:unsaved:${ACCOUNT}:`;
  const MOST_KEPT_ALIVE = 60_000; // browsers refuse to send more than 64 kB while a page is being left

  const store = {
    key: (url, field) => `${UNSAVED}${url}#${field}`,
    get(url, field) {
      try { return JSON.parse(localStorage.getItem(this.key(url, field)) ?? "null"); } catch { return null; }
    },
    put(url, field, value) {
      try { localStorage.setItem(this.key(url, field), JSON.stringify(value)); return true; } catch { return false; }
    },
    drop(url, field) {
      try { localStorage.removeItem(this.key(url, field)); } catch { /* a browser without storage keeps nothing to drop */ }
    },
  };

  /** Where two texts part: what they begin and end with alike is the same words, what lies between differs. */
  const parting = (text, other) => {
    const least = Math.min(text.length, other.length);
    const mark = (letter) => /^[\p{M}\u0E33\uDC00-\uDFFF]$/u.test(letter ?? "");
    let start = 0;
    while (start < least && text[start] === other[start]) start += 1;
    while (start > 0 && (mark(text[start]) || mark(other[start]))) start -= 1; // never between a letter and its mark
    let end = 0;
    while (end < least - start && text.at(-1 - end) === other.at(-1 - end)) end += 1;
    while (end > 0 && mark(text.at(-end))) end -= 1;
    if (end < 4) end = 0; // one letter in common is chance
    return [text.slice(0, start), text.slice(start, text.length - end), text.slice(text.length - end)];
  };

  /* ---- The session is over: sign in again in a dialog, without leaving the page; what waits is then sent ---- */
  const signIn = (opener) => {
    document.getElementById("sign-in-here")?.remove();
    const field = (name, type, label, fill) => {
      const control = make("input", { class: "input", id: `sign-in-${name}`, name, type, autocomplete: fill, required: true });
      return make("div", { class: "field" }, make("label", { for: control.id }, label), control);
    };
    const problem = make("p", { class: "error", role: "alert", hidden: true });
    const tell = (text) => { problem.hidden = false; problem.replaceChildren(icon("late"), make("span", {}, text)); };
    const close = make("button", { type: "button", class: "btn btn-2 btn-full" }, say("signInLater"));
    const title = make("h2", { class: "dialog-title", id: "sign-in-here-title", tabindex: "-1" }, say("signInHere"));
    const form = make("form", { method: "post", novalidate: true },
      title, make("p", { class: "small soft" }, say("signInSame")), problem,
      field("login", "email", say("signInEmail"), "username"), field("password", "password", say("signInPassword"), "current-password"),
      make("p", { class: "row" }, make("button", { class: "btn btn-full" }, say("signInGo")), close));
    const dialog = make("dialog", { class: "dialog", id: "sign-in-here", "aria-labelledby": title.id }, form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const url = (words.signIn || "/accounts/login/").split("?")[0];
      try {
        // The page brings a token of the new session, which the form needs.
        await fetch(url, { credentials: "same-origin", redirect: "manual" });
        const body = new URLSearchParams([...new FormData(form), ["csrfmiddlewaretoken", csrf()]]);
        const response = await fetch(url, {
          method: "POST", body, credentials: "same-origin", redirect: "manual",
          headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": csrf() },
        });
        if (response.ok || response.type === "opaqueredirect") {
          dialog.close();
          refreshTokens();
          window.dispatchEvent(new Event("focus"));
        } else tell(say("signInWrong"));
      } catch { tell(say("offline")); }
    });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); if (opener.isConnected) opener.focus(); });
    document.body.append(dialog);
    dialog.showModal();
    form.elements.login.focus();
  };

  const LOOKS = {
    saved: ["saved", "sent"],
    noted: ["saved saved-due", "lack"],
    unsent: ["saved saved-now", "wait"],
    saving: ["saved saved-now", "wait"],
    failed: ["saved saved-late", "late"],
    kept: ["saved saved-due", "lack"],
    both: ["saved saved-due", "back"],
  };

  const TROUBLE = ["failed", "kept", "both"];

  // What a status said before something was written: it is true again when that is taken back.
  const saidBefore = new WeakMap();

  class Form {
    constructor(form) {
      this.form = form;
      this.version = form.dataset.version ?? "0";
      this.waiting = new Map(); // field → timer
      this.queue = [];          // fields to send, in order
      this.busy = false;
      this.retry = FIRST_RETRY;
      this.asked = 0;           // how often parts of the page were asked for: only the newest answer is shown
      this.stopped = false;     // signed out, or two versions to choose from
      this.pressed = null;      // a plain submit that waits for the save that is on its way
      this.unsure = null;       // what was sent last; `lost` when no answer came, so that it may have arrived
      this.known = new Map();   // field → what the server has, as far as we know
      for (const name of this.names()) this.known.set(name, JSON.stringify(this.values(name)));
      this.based = new Map(this.known); // field → what the writer's words were written on
      form.addEventListener("input", (event) => this.touched(event.target, WAIT));
      form.addEventListener("change", (event) => this.touched(event.target, 0));
      window.addEventListener("online", () => this.wake());
      window.addEventListener("focus", () => this.wake());
      document.addEventListener("visibilitychange", () => (document.hidden ? this.flush() : this.wake()));
      // The plain submit sends everything at once. What is kept here stays until a page shows that it arrived.
      form.addEventListener("submit", (event) => {
        if (this.busy) {
          // It would meet its own save as if somebody else had written: let that one come back with the new version.
          event.preventDefault();
          this.pressed = { button: event.submitter };
          return;
        }
        for (const name of this.names()) {
          const kept = store.get(this.url(name), name);
          if (kept) store.put(this.url(name), name, { ...kept, submitted: true });
        }
        for (const timer of this.waiting.values()) clearTimeout(timer);
        this.queue = [];
        this.unsure = null;
        this.stopped = "submitted";
      });
      window.addEventListener("pageshow", () => { if (this.stopped === "submitted") this.stopped = false; });
      this.restore();
    }

    controls(name) {
      return [...this.form.elements].filter((element) => element.name === name && element.matches(KINDS));
    }

    names() {
      return [...new Set([...this.form.elements].filter((element) => this.takes(element)).map((element) => element.name))];
    }

    takes(element) {
      return Boolean(
        element.name && element.matches?.(KINDS) && !["hidden", "file", "password", "submit", "button"].includes(element.type) &&
        element.dataset.autosave !== "off" && !element.closest("[data-autosave='off']") && !element.readOnly,
      );
    }

    url(name) {
      return this.controls(name)[0]?.dataset.autosaveUrl || this.form.dataset.autosaveUrl || this.form.getAttribute("action") || location.pathname;
    }

    versionOf(name) {
      return this.controls(name)[0]?.dataset.version || this.version;
    }

    setVersion(name, version) {
      if (version == null) return;
      const own = this.controls(name).filter((control) => control.dataset.version);
      if (own.length) for (const control of own) control.dataset.version = version;
      else {
        this.version = String(version);
        this.form.dataset.version = version;
        const hidden = this.form.querySelector("input[type=hidden][name=version]");
        if (hidden) hidden.value = version;
        // The other fields that still wait were written on a row that we have just moved on ourselves.
        for (const other of this.names()) {
          const kept = other === name ? null : store.get(this.url(other), other);
          if (kept) store.put(this.url(other), other, { ...kept, version: String(version) });
        }
      }
    }

    values(name) {
      return this.controls(name).flatMap((control) => {
        if (["checkbox", "radio"].includes(control.type)) return control.checked ? [control.value] : [];
        if (control.multiple) return [...control.selectedOptions].map((option) => option.value);
        return [control.value];
      });
    }

    setValues(name, values) {
      for (const control of this.controls(name)) {
        if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
        else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
        else control.value = values[0] ?? "";
      }
    }

    /** The server has these values now, and what is written from here on is written on them. */
    has(name, values) {
      this.known.set(name, JSON.stringify(values));
      this.based.set(name, JSON.stringify(values));
    }

    touched(element, wait) {
      if (!this.takes(element)) return;
      const name = element.name;
      clearTimeout(this.waiting.get(name));
      this.waiting.delete(name);
      // As the server has it, unless something else is on its way there.
      if (!this.queue.includes(name) && JSON.stringify(this.values(name)) === this.known.get(name)) {
        store.drop(this.url(name), name);
        this.takenBack(name);
        return;
      }
      this.keep(name);
      this.unsent(name);
      this.waiting.set(name, setTimeout(() => this.enqueue(name), wait));
    }

    /** Keeps a field's values in this browser, with what the server has or may have of it by now: `restore` tells by
        that whether somebody else wrote meanwhile. When there is no room or no leave to, the writer has to know. */
    keep(name) {
      const sent = this.unsure?.name === name ? JSON.stringify(this.unsure.values) : null;
      const value = { values: this.values(name), version: this.versionOf(name), base: this.based.get(name), sent };
      this.unkept = !store.put(this.url(name), name, value);
      if (this.unkept) this.show(name, "failed", say("storageFull"));
    }

    enqueue(name) {
      this.waiting.delete(name);
      if (!this.queue.includes(name)) this.queue.push(name);
      this.send();
    }

    /** The page is being left: send what waits for its pause. */
    flush() {
      for (const [name, timer] of this.waiting) { clearTimeout(timer); this.enqueue(name); }
    }

    wake() {
      if (this.stopped === "signed-out") { this.stopped = false; refreshTokens(); }
      clearTimeout(this.timer);
      if (this.queue.length) this.send();
    }

    async send() {
      if (this.busy || this.stopped || this.pressed || !this.queue.length) return;
      // What was not answered is sent once more as it was: the server then knows our own words from somebody else's.
      this.unsure ??= { name: this.queue[0], values: this.values(this.queue[0]), version: this.versionOf(this.queue[0]) };
      const { name, values, version } = this.unsure;
      if (store.get(this.url(name), name)) this.keep(name);
      this.busy = true;
      const slow = setTimeout(() => this.show(name, "saving", say("saving")), SLOW);
      let done = false;
      try {
        const body = new URLSearchParams([
          ["csrfmiddlewaretoken", csrf(this.form)], ["version", version], ["field", name],
          ...values.map((value) => [name, value]),
        ]);
        const response = await fetch(this.url(name), {
          method: "POST", body, redirect: "manual", credentials: "same-origin",
          keepalive: document.hidden && body.toString().length < MOST_KEPT_ALIVE,
          headers: {
            Accept: "application/json", "X-Requested-With": "fetch", "X-CSRFToken": csrf(this.form), "X-Saduak-Account": ACCOUNT,
          },
        });
        clearTimeout(slow);
        done = await this.answered(name, values, response);
      } catch {
        clearTimeout(slow);
        this.failed(name);
      }
      this.busy = false;
      if (done) this.queue = this.queue.filter((one) => one !== name);
      if (this.pressed) {
        const { button } = this.pressed;
        this.pressed = null;
        if (this.stopped !== "both") {
          this.form.requestSubmit(button);
          return;
        }
      }
      if (done) {
        // Written on while it was being sent: send again.
        if (!this.stopped && !this.waiting.has(name) && JSON.stringify(this.values(name)) !== JSON.stringify(values)) this.queue.push(name);
        this.send();
      }
    }

    /** True when this field is dealt with, false when it has to be sent again. */
    async answered(name, sent, response) {
      const json = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
      const answer = json ? await response.json() : {};
      const another = answer.code === "other-account";
      if (json && response.status < 500 && !another && ![401, 403].includes(response.status)) this.unsure = null;
      if (response.ok && json) {
        this.retry = FIRST_RETRY;
        this.setVersion(name, answer.version);
        this.has(name, sent);
        const whole = JSON.stringify(this.values(name)) === JSON.stringify(sent);
        if (whole) store.drop(this.url(name), name);
        else this.keep(name);
        this.clearMessage(name);
        swap(answer.html);
        if (answer.refresh) this.refresh(answer.refresh);
        const at = answer.time ? say("saved", { time: answer.time }) : say("savedOnly");
        const others = this.others(name);
        if (others && TROUBLE.includes(this.status(name).dataset.state)) return true;
        this.note = answer.note ?? ""; // stays in sight while the writer goes on
        this.show(name, this.note ? "noted" : "saved", [at, this.note].filter(Boolean).join(" "));
        if (others || !whole) this.unsent(name);
        return true;
      }
      if (response.status === 409 && answer.version != null) {
        this.choose(name, answer);
        return true;
      }
      if (response.type === "opaqueredirect" || response.status === 401 || (response.status === 403 && !json)) {
        this.signedOut(name);
        return false;
      }
      if (another) {
        if (!this.unsure?.lost) this.unsure = null;
        this.stopped = "signed-out"; // until whose page this is has signed in again
        this.show(name, "kept", answer.message);
        return false;
      }
      if (response.status === 422) {
        this.message(name, answer.message);
        this.show(name, "failed", say("refused"));
        return true;
      }
      if (json && answer.message) {
        this.show(name, "failed", answer.message);
        return true;
      }
      this.failed(name);
      return false;
    }

    /** Parts of the page that cost more to work out than a save may: asked for afterwards, so that saving stays quick. */
    async refresh(url) {
      this.asked += 1;
      const turn = this.asked;
      try {
        const response = await fetch(url, {
          credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        });
        const answer = response.ok ? await response.json() : {};
        if (turn === this.asked) swap(answer.html);
      } catch { /* the text is saved; the next save or page shows the rest */ }
    }

    failed(name) {
      if (this.unsure) this.unsure.lost = true;
      if (this.unkept) {
        this.show(name, "failed", say("storageFull"));
      } else if (!navigator.onLine) {
        this.show(name, "kept", say("offline"));
      } else {
        const again = make("button", { type: "button", class: "btn-text" }, say("retry"));
        again.addEventListener("click", () => this.wake());
        this.show(name, "failed", say("failed", { seconds: this.retry }), again);
      }
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.wake(), this.retry * 1000);
      this.retry = Math.min(this.retry * 2, LONGEST_RETRY);
    }

    signedOut(name) {
      if (!this.unsure?.lost) this.unsure = null; // this one was refused, and there was none before it
      this.stopped = "signed-out";
      if (words.byLink) {
        this.show(name, "kept", say("linkAgain"));
        return;
      }
      const link = make("a", { href: words.signIn || location.href, target: "_blank", rel: "opener" }, say("signInLabel"));
      const here = make("button", { type: "button", class: "btn-text" }, say("signInHere"));
      here.addEventListener("click", () => signIn(here));
      this.show(name, "kept", say("signedOut"), make("span", { class: "row" }, here, link));
    }

    status(name) {
      const all = [...document.querySelectorAll("[data-autosave-status]")];
      const own = all.find((one) => one.dataset.autosaveStatus === name && this.near(one));
      const general = all.find((one) => !one.dataset.autosaveStatus && this.near(one));
      return own ?? general ?? this.addStatus(name);
    }

    near(element) {
      const form = element.closest("form");
      return form === this.form || form === null;
    }

    addStatus(name) {
      const status = make("p", { class: "saved", role: "status", "data-autosave-status": name });
      const control = this.controls(name)[0];
      (control.closest(".field") ?? this.form).append(status);
      return status;
    }

    /** Whether other fields that share this one's status still wait to be sent. */
    others(name) {
      const status = this.status(name);
      return [...this.waiting.keys(), ...this.queue].some((other) => other !== name && this.status(other) === status);
    }

    /** Written and not sent: what the status said of an earlier text is not true of this one. Trouble stays told. */
    unsent(name) {
      const status = this.status(name);
      const { state } = status.dataset;
      if (!status.textContent.trim() || saidBefore.has(status) || ["saving", ...TROUBLE].includes(state)) return;
      const said = { css: status.className, nodes: [...status.childNodes], state };
      const note = state === "noted" ? this.note : "";
      this.show(name, note ? "noted" : "unsent", [say("saving"), note].filter(Boolean).join(" "));
      saidBefore.set(status, said);
    }

    /** As it was before it was written on: so says the status. */
    takenBack(name) {
      const status = this.status(name);
      const said = saidBefore.get(status);
      if (!said || this.others(name)) return;
      status.className = said.css;
      status.replaceChildren(...said.nodes);
      if (said.state) status.dataset.state = said.state;
      else delete status.dataset.state;
      saidBefore.delete(status);
    }

    show(name, state, text, extra) {
      const [css, drawing] = LOOKS[state];
      const status = this.status(name);
      saidBefore.delete(status);
      status.dataset.state = state;
      // A screen reader is told what came of it, not at every word that there is something to send.
      if (state === "unsent") status.setAttribute("aria-live", "off");
      else status.removeAttribute("aria-live");
      status.className = css;
      status.replaceChildren(icon(drawing), make("span", {}, text), ...(extra ? [extra] : []));
    }

    /* ---- What the server can't take: said above the control, in the place of any form error ---- */
    message(name, text) {
      this.clearMessage(name);
      const control = this.controls(name)[0];
      const field = control.closest(".field");
      const id = `${control.id || name}-autosave-error`;
      const line = make("p", { class: "error", id, "data-autosave-error": name }, icon("late"), make("span", {}, text ?? say("refused")));
      field?.classList.add("field-bad");
      (field?.querySelector("legend, .hint:last-of-type") ?? control).insertAdjacentElement(field?.querySelector("legend, .hint") ? "afterend" : "beforebegin", line);
      for (const one of this.controls(name)) {
        one.setAttribute("aria-invalid", "true");
        one.setAttribute("aria-describedby", [one.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
      }
    }

    clearMessage(name) {
      const line = [...this.form.querySelectorAll("[data-autosave-error]")].find((one) => one.dataset.autosaveError === name);
      if (!line) return;
      line.closest(".field")?.classList.remove("field-bad");
      for (const one of this.controls(name)) {
        one.removeAttribute("aria-invalid");
        const rest = (one.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== line.id).join(" ");
        if (rest) one.setAttribute("aria-describedby", rest);
        else one.removeAttribute("aria-describedby");
      }
      line.remove();
    }

    /* ---- Two people wrote: both versions side by side, the writer chooses ---- */
    choose(name, answer) {
      const mine = this.values(name);
      const by = answer.by || say("someone");
      // Of choices the words are shown and the values are set; of a text they are the same.
      const theirs = answer.values ?? [answer.theirs ?? ""];
      const inWords = (control) => control.closest("label")?.querySelector("span")?.textContent ?? control.value;
      const chosen = this.controls(name).filter((control) => ["checkbox", "radio"].includes(control.type) && control.checked);
      const theirsShown = answer.theirs ?? "";
      const mineShown = chosen.length ? chosen.map(inWords).join(" ") : mine.join(" ");
      this.stopped = "both";
      this.keep(name); // on the version that it was written on: after a reload there are two versions still
      const control = this.controls(name)[0];
      const title = make("h3", { tabindex: "-1" }, say("bothTitle"));
      const side = (label, text, beside) => {
        const [before, own, after] = parting(text, beside);
        const box = make("div", { class: "both-text", tabindex: "0", role: "group", "aria-label": label }, before, own ? make("em", {}, own) : null, after);
        return make("div", {}, make("p", { class: "soft" }, label), box);
      };
      const button = (label, chosen, second) => {
        const made = make("button", { type: "button", class: second ? "btn btn-2 btn-s btn-full" : "btn btn-s btn-full" }, label);
        made.addEventListener("click", () => {
          const values = typeof chosen === "function" ? [chosen()] : chosen;
          this.setVersion(name, answer.version);
          this.setValues(name, values);
          this.has(name, theirs);
          store.put(this.url(name), name, { values, version: String(answer.version) });
          panel.remove();
          this.stopped = false;
          if (!this.queue.includes(name)) this.queue.push(name);
          control.focus();
          this.send();
        });
        return made;
      };
      const text = control.matches("textarea, input[type=text], input:not([type])");
      // Passage by passage: what is the same stands, of the rest the writer ticks what to keep.
      const parts = (text && answer.passages) || [];
      const ticks = parts.map(([kind]) => (kind === "same" ? null : make("input", { type: "checkbox", checked: true })));
      const near = (words) => (words.length > 90 ? `${words.slice(0, 40)} … ${words.slice(-40)}` : words);
      const mixed = () => parts.filter((_part, at) => ticks[at]?.checked ?? true).map(([, words]) => words).join("");
      const picking = ticks.some(Boolean) ? make("details", { class: "fold" },
        make("summary", {}, make("span", { class: "name" }, say("bothPick"))),
        make("div", {}, ...parts.map(([kind, words], at) => (ticks[at]
          ? make("label", { class: "choice" }, ticks[at], make("span", { class: "changes" }, words), make("small", {}, kind === "new" ? say("mine") : say("theirs", { by })))
          : make("p", { class: "soft changes" }, near(words)))),
        button(say("usePicked"), mixed))) : null;
      const panel = make("div", { class: "finding both", role: "group", "aria-label": say("bothTitle") },
        make("header", {}, icon("back"), title),
        make("p", { class: "small soft" }, say("bothNote")),
        make("div", { class: "versus versus-text" }, side(say("mine"), mineShown, theirsShown), side(say("theirs", { by }), theirsShown, mineShown)),
        make("p", { class: "row" },
          button(say("useMine"), mine),
          button(say("useTheirs", { by }), theirs, true),
          text ? button(say("useBoth"), [`${answer.theirs ?? ""}\n\n${mine[0] ?? ""}`.trim()], true) : null),
        picking);
      (control.closest(".field") ?? control).insertAdjacentElement("afterend", panel);
      this.show(name, "both", say("both", { by }));
      // Of a long text the place that differs is in sight.
      for (const one of panel.querySelectorAll(".both-text em")) {
        one.parentElement.scrollTop = one.getBoundingClientRect().top - one.parentElement.getBoundingClientRect().top - one.parentElement.clientHeight / 3;
      }
      title.focus();
    }

    /* ---- After a reload: what never reached the server is put back and sent ---- */
    restore() {
      for (const name of this.names()) {
        const kept = store.get(this.url(name), name);
        if (!kept) continue;
        const there = JSON.stringify(this.values(name));
        if (JSON.stringify(kept.values) === there) {
          // What the page shows because it was refused is nowhere but here: it outlives the next reload.
          if (this.controls(name).some((control) => control.getAttribute("aria-invalid") === "true")) {
            store.put(this.url(name), name, { ...kept, submitted: false });
          } else store.drop(this.url(name), name);
          continue;
        }
        // The plain submit arrived, and somebody has changed it since: theirs is what counts.
        if (kept.submitted && String(kept.version) !== String(this.versionOf(name))) {
          store.drop(this.url(name), name);
          continue;
        }
        this.setValues(name, kept.values);
        // Its old version makes the server notice if somebody else has written since. Nobody has when there still stands
        // what it was written on, or what was sent from here and never answered.
        if (kept.base !== there && kept.sent !== there) {
          this.setVersion(name, kept.version);
          this.based.set(name, kept.base);
        }
        this.show(name, "kept", say("restored"));
        this.queue.push(name);
      }
      this.send();
    }
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) new Form(form);
})();
