// What the pages do beyond forms and links; each works without it. A
// palette, keys, the news of colleagues, a little care for what is being typed.
// It keeps nothing and decides nothing. Its words stand in the page (hand.templ).
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    e.append(...children);
    return e;
  };
  const main = $("main"), palette = $("#palette"), keys = $("#keys"), bar = $("#news"), words = $("#hand")?.dataset;
  if (!main || !palette?.showModal) return; // an old browser: the page is enough
  document.documentElement.classList.add("hand");

  const apple = /Mac|iP(hone|ad|od)/.test(navigator.platform);
  const say = text => { $("#spoken").textContent = text; };
  const name = e => (e.dataset.action || e.ariaLabel || (e.labels ? e.labels[0]?.textContent || e.textContent || e.placeholder : e.textContent) || "").replace(/\s+/g, " ").trim();
  const typing = e => e.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])");

  // A key that an input method has taken is not the page's. Safari sends the
  // Enter that ends a composition after it, with the key code of such keys.
  const composing = e => e.isComposing || e.keyCode === 229;

  // What a narrow screen begins with folded; a wide one shows all of it.
  const slim = matchMedia("(max-width: 760px)");
  const calm = () => all("details[data-calm]").forEach(d => { d.open = !slim.matches || d.dataset.calm === "open"; });
  slim.addEventListener("change", calm);
  calm();

  // Writing

  const changed = f => f.type === "checkbox" || f.type === "radio" ? f.checked !== f.defaultChecked
    : !f.options ? f.type !== "hidden" && "defaultValue" in f && f.value !== f.defaultValue
    : f.selectedIndex !== Math.max(0, [...f.options].findLastIndex(o => o.defaultSelected));
  const dirty = () => all("form", main).filter(f => [...f.elements].some(changed));
  const busy = () => dirty().length || $(".proposal", main) || main.contains(document.activeElement) && typing(document.activeElement);

  // A form is sent once: while the first sending is under way, a second is not.
  document.addEventListener("submit", e => {
    const form = e.target;
    if (form.method !== "post") return;
    if (Date.now() - form.sent < 5000) return e.preventDefault();
    form.sent = Date.now();
  });

  // A form that says where it belongs is answered on the spot: of the page that
  // comes back only that place is taken, or all of it where the answer leads to
  // this very page. Where anything goes wrong it is sent as any other form.
  document.addEventListener("submit", async e => {
    const form = e.target, here = form.dataset.here, button = e.submitter;
    if (!here || e.defaultPrevented || form.plain) return;
    e.preventDefault();
    const plain = () => { form.plain = true; form.sent = 0; form.requestSubmit(button); };
    const data = new URLSearchParams(new FormData(form, button));
    form.setAttribute("aria-busy", "true");
    try {
      const r = await fetch(button?.getAttribute("formaction") || form.action, {method: "POST", body: data});
      const page = new DOMParser().parseFromString(await r.text(), "text/html");
      const next = page.getElementById(here), now = document.getElementById(here), to = new URL(r.url);
      const own = r.redirected && to.pathname === location.pathname;
      if (!own && here !== "main" && next && now) {
        now.replaceWith(next);
        $(".said", main)?.remove();
        const told = $(".said", page);
        if (told && !next.contains(told)) next.before(told);
        const at = $(".proposal, [role=status], input:not([type=hidden]), textarea", next);
        next.scrollIntoView({block: "nearest"});
        (at ?? next).focus?.({preventScroll: true});
      } else if (own) {
        form.remove();
        $(".said", main)?.remove();
        swap($("main", page));
        history.replaceState(null, "", r.url);
        const said = $(".said", main), box = $("#capture-here", main);
        if (said && here !== "main") box?.before(said);
        say(said ? $("p", said).textContent : words.shown);
        const row = to.hash && document.getElementById(to.hash.slice(1));
        (row && $("textarea, .row-link", row) || $("textarea", box ?? main))?.focus({preventScroll: true});
      } else return plain();
      made = Date.now();
    } catch { plain(); }
  });

  // Words about a person are read while they are typed, one reading at a time;
  // what there is to say about them stands under the field.
  let pause, reading, last;
  const lint = async field => {
    const text = field.value.trim();
    if (reading || text === field.read) return;
    reading = true;
    field.read = text;
    try {
      const r = text && await fetch("/lint?text=" + encodeURIComponent(text.slice(0, 1500)) + "&place=" + field.dataset.lint + (field.dataset.lint === "bet" ? "&by=" + field.form.elements.by.value : ""));
      const found = r.ok ? (await r.json()).findings ?? [] : [];
      say(field.note.textContent = found.map(f => [f.message, f.hint].filter(Boolean).join(" ")).join(" "));
      const instead = words.instead && field.closest(".st-line") && found.find(f => f.instead)?.instead;
      if (instead) field.note.append(" ", make("button", {name: "instead", value: instead, class: "button-small st-instead"}, words.instead + " ", make("span", {lang: "en"}, instead)));
    } catch { /* out of reach: it is read again when it is sent */ }
    reading = false;
    lint(last); // it, or another, may have changed meanwhile
  };
  document.addEventListener("input", ({target: field}) => {
    field.form?.classList.add("begun");
    const bet = field.name === "by" && $("[data-lint=bet]", field.form);
    if (bet) (field = bet).read = ""; // its day is a part of it
    if (!field.matches("[data-lint]")) return;
    field.note ??= document.getElementById(field.getAttribute("aria-describedby"));
    if (!field.note) {
      field.note = make("p", {class: "hint-line", id: "note-" + all(".hint-line").length});
      field.setAttribute("aria-describedby", field.note.id);
      (field.closest("label") ?? field).after(field.note);
    }
    clearTimeout(pause);
    pause = setTimeout(lint, 400, last = field);
  });

  // A value that was clicked has become a field: the hand is in it already; one
  // that a script or the news opens takes it from nobody. What was opened by
  // mistake closes by a click beside it, or by Escape.
  let clicked;
  document.addEventListener("toggle", ({target: d}) => {
    if (d === clicked && d.open) $("input:not([type=hidden]), select, textarea", d)?.focus();
  }, true);
  const shut = e => { for (const d of all("details.term[open]")) if (!d.contains(e)) d.open = false; };
  document.addEventListener("click", ({target}) => {
    clicked = target.closest("details.edit > summary")?.parentElement;
    shut(target);
  });
  document.addEventListener("keydown", e => {
    if (e.key === "Escape" && e.target.matches?.(".tip")) return e.target.blur();
    const d = e.key === "Escape" && e.target.closest?.("details.edit[open]");
    if (!d) return;
    d.open = false;
    $("summary", d).focus();
  });

  document.addEventListener("click", async ({target}) => {
    const button = target.closest("[data-copy]"), from = button?.dataset.copy;
    if (!from) return;
    const source = from[0] === "#" && $(from);
    try {
      await navigator.clipboard.writeText(source ? source.value ?? source.textContent.trim() : from);
      button.classList.add("copied");
      say(words.copied);
    } catch { if (source) getSelection().selectAllChildren(source); } // not allowed: at least it is marked
  });

  // News

  // place tells what is the same on two versions of a page.
  const place = e => e.id || e.getAttribute("href") || (e.action ?? $("summary", e)?.textContent) +
    all("[type=hidden]:not([name=once], [name=seen])", e).map(f => f.value);
  const twin = (e, next) => {
    const same = root => all(e.tagName, root).filter(o => place(o) === place(e));
    return same(next)[same(main).indexOf(e)];
  };

  // swap puts a newer page in place of this one. Scroll, open parts, focus, what
  // was said last and every form that was begun stay.
  const swap = next => {
    const seen = all("[id]", main).find(e => e.getBoundingClientRect().top >= 0), top = seen?.getBoundingClientRect().top;
    let focus = main.contains(document.activeElement) && document.activeElement;
    if (focus && !focus.form) focus = twin(focus, next);
    for (const d of all("details", main)) { const same = twin(d, next); if (same) same.open = d.open; }
    for (const form of dirty()) { const same = twin(form, next); same ? same.replaceWith(form) : next.prepend(form); }
    const said = $(".said", main);
    if (said && !$(".said", next)) next.prepend(said);
    main.replaceChildren(...next.childNodes);
    const now = seen?.id && document.getElementById(seen.id);
    if (now && scrollY) scrollBy({top: now.getBoundingClientRect().top - top, behavior: "instant"});
    if (focus?.isConnected) focus.focus({preventScroll: true});
  };

  // renew shows the page as it is now. Where somebody is in the middle of
  // something it says so instead, and waits to be asked.
  let made = Date.now(), known, stream, fetching;
  const renew = async (why, asked) => {
    const wait = () => {
      if (asked || !busy()) return false;
      $("p", bar).textContent = why;
      return !(bar.hidden = false);
    };
    if (fetching || wait()) return;
    fetching = true;
    try {
      const r = await fetch(location, {headers: {"X-Renew": "1"}});
      const page = r.ok && new DOMParser().parseFromString(await r.text(), "text/html");
      if (!page || wait()) return;
      document.title = page.title;
      swap($("main", page));
      made = Date.now();
      bar.hidden = true;
      say(words.shown);
    } catch { /* out of reach: the next news asks again */ } finally { fetching = false; }
  };
  $("button", bar).addEventListener("click", () => renew("", true));

  // Only a page that is looked at listens: a browser has few connections.
  const listen = () => {
    stream?.close();
    if (!main.dataset.live || document.hidden) return;
    known ??= new URL(main.dataset.live, location).searchParams.get("facts");
    stream = new EventSource(main.dataset.live);
    stream.onmessage = ({data}) => {
      const news = known && data !== known;
      known = data;
      if (news) renew(words.news);
    };
  };
  listen();
  document.addEventListener("visibilitychange", () => {
    listen();
    if (!document.hidden && Date.now() - made > 3600e3) renew(words.old); // left open: its dates have moved on
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", e => {
    if (!e.persisted) return;
    for (const form of document.forms) form.sent = 0;
    listen();
  });

  // How long somebody is at the page, added up for the company by the day: not
  // who, nor at what hour, nor at which deal. A minute without a sign is no longer being at it.
  if (main.dataset.use) {
    let at = Date.now(), sum = 0;
    const more = () => { const now = Date.now(); sum += Math.min(now - at, 60e3); at = now; };
    const send = () => {
      more();
      const seconds = Math.min(900, Math.round(sum / 1e3));
      if (seconds) navigator.sendBeacon("/use", new URLSearchParams({of: main.dataset.use, seconds}));
      sum = 0;
    };
    for (const e of ["pointerdown", "pointermove", "keydown", "scroll"]) addEventListener(e, () => { if (Date.now() - at > 1e3) more(); if (sum > 600e3) send(); }, {capture: true, passive: true});
    document.addEventListener("visibilitychange", () => { document.hidden ? send() : at = Date.now(); });
    addEventListener("pagehide", () => { if (!document.hidden) send(); });
  }

  // The palette

  const box = $("input", palette), list = $("ul", palette);
  let choices = [], at = 0, search, offered;

  const act = e => {
    for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    e.scrollIntoView({block: "nearest"});
    typing(e) ? e.focus() : e.click();
  };
  const shown = selector => all(selector).filter(e => !e.closest("dialog, [hidden]") && name(e));
  const acts = () => shown("[data-key], [data-action]").map(e => ({word: name(e), key: e.dataset.key, go: () => act(e)}));
  const pages = () => shown("[data-go]").map(e => ({word: name(e), key: "g " + e.dataset.go, go: () => act(e)}));
  const fits = (word, q) => (" " + word.toLowerCase()).includes(/[^\0-\x7f]/.test(q) ? q : " " + q);

  const draw = () => {
    list.replaceChildren(...choices.map((c, i) => {
      const li = make("li", {id: "choice-" + i, role: "option", "aria-selected": i === at}, make("span", {}, c.word));
      if (c.key || c.note) li.append(c.key ? make("kbd", {}, c.key) : make("small", {}, c.note));
      li.onclick = () => pick(i);
      return li;
    }));
    $("p", palette).hidden = choices.length;
    box.ariaExpanded = choices.length > 0;
    box.setAttribute("aria-activedescendant", choices.length ? "choice-" + at : "");
    list.children[at]?.scrollIntoView({block: "nearest"});
  };
  const pick = i => { palette.close(); choices[i]?.go(); };
  const offer = async () => {
    const q = box.value.trim().toLowerCase(), to = new URL(palette.dataset.find, location);
    search?.abort();
    search = new AbortController();
    const own = [...acts(), ...pages()].filter(c => !q || fits(c.word, q));
    try {
      to.searchParams.set("q", q);
      const found = q ? (await (await fetch(to, {signal: search.signal})).json()).deals : [];
      choices = [...own, ...found.map(d => ({word: d.name, note: d.note, go: () => location.assign(d.href)}))];
    } catch (e) {
      if (e.name === "AbortError") return offered; // a newer question is on its way
      choices = own;
    }
    at = 0;
    draw();
  };
  const open = () => {
    if (palette.open) return palette.close();
    keys.close();
    box.value = "";
    palette.showModal();
    offered = offer();
  };
  $(".hint").addEventListener("click", open);
  box.addEventListener("input", () => { offered = offer(); });
  box.addEventListener("keydown", async e => {
    if (composing(e) || !["ArrowDown", "ArrowUp", "Enter"].includes(e.key)) return;
    e.preventDefault();
    if (e.key === "Enter") return pick((await offered, at)); // typing may be quicker than finding
    at = (at + (e.key === "ArrowDown" ? 1 : choices.length - 1)) % (choices.length || 1);
    draw();
  });
  for (const d of [palette, keys]) d.addEventListener("click", e => { if (e.target === d) d.close(); });

  // Keys

  if (apple) for (const k of all("kbd[data-apple]")) k.textContent = k.dataset.apple;
  const single = $("#single"); // who speaks to the computer, or has a cat, can switch letters off
  try { single.checked = localStorage.single !== "off"; } catch { /* nothing may be kept */ }
  single.onchange = () => { try { localStorage.single = single.checked ? "on" : "off"; } catch { /* nor here */ } };

  const showKeys = () => {
    const met = new Set(), own = shown("[data-key]").filter(e => !met.has(e.dataset.key) && met.add(e.dataset.key)); // the first is the one that a key reaches
    for (const e of all(".here", keys)) e.hidden = !own.length;
    for (const e of all("[data-general]", keys)) e.hidden = met.has(e.dataset.general) || !$(e.dataset.needs, main); // on this page the key does something else, or nothing
    $("dl.here", keys).replaceChildren(...own.flatMap(e => [make("dt", {}, make("kbd", {}, e.dataset.key)), make("dd", {}, name(e))]));
    keys.showModal();
  };
  const step = by => {
    const rows = all(".row-link, [data-row]", main), i = rows.indexOf(document.activeElement) + by;
    const row = rows[Math.max(0, Math.min(i, rows.length - 1))];
    row?.focus({preventScroll: true});
    row?.closest(".row, li, tr")?.scrollIntoView({block: "nearest"});
  };
  const choose = () => {
    const box = $("[data-pick]", document.activeElement?.closest("tr") ?? document.createElement("i"));
    box?.click();
    return box;
  };
  document.addEventListener("change", ({target}) => {
    if (target.matches("[data-pick-all]")) for (const box of all("[data-pick]", target.form)) box.checked = target.checked;
    if (target.matches("[data-pick], [data-pick-all]")) say(all("[data-pick]:checked", target.form).length + " " + ($(".bulk-n", target.form)?.textContent.trim() ?? ""));
  });
  const nextTab = () => {
    const tabs = all(".tabs a", main);
    tabs[(tabs.findIndex(a => a.ariaCurrent) + 1) % tabs.length]?.click();
  };
  const moves = {j: () => step(1), k: () => step(-1), "?": showKeys, "/": () => $("#find").select()};

  let went = 0; // when g was pressed
  document.addEventListener("keydown", e => {
    const {key, target} = e, mod = apple ? e.metaKey : e.ctrlKey;
    if (composing(e) || e.defaultPrevented) return;
    if (mod && key === "k") { e.preventDefault(); return open(); }
    if (mod && key === "Enter") return typing(target) && target.form?.requestSubmit();
    if (e.ctrlKey || e.metaKey || e.altKey || typing(target) || $("dialog[open]")) return;
    const letter = single.checked && key.length === 1, going = Date.now() - went < 1500;
    const arrow = target.matches(".row-link, [data-row]") && {ArrowDown: moves.j, ArrowUp: moves.k}[key];
    went = 0;
    const named = attribute => shown(`[data-${attribute}="${CSS.escape(key)}"]`)[0];
    if (arrow) arrow();
    else if (!letter) return;
    else if (going && named("go")) act(named("go"));
    else if (key === "g") went = Date.now();
    else if (moves[key]) moves[key]();
    else if (key === "x" && choose()) { /* chosen, or no longer */ }
    else if (named("key")) act(named("key"));
    else if (key === "n") nextTab();
    else return;
    e.preventDefault();
  });
})();
