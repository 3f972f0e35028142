// Adds to pages that are whole without it: the as-of slider, and citations on copy.
"use strict";
(() => {
  let wanted = 0;

  const spoken = (iso) => {
    const [y, m, d] = iso.split("-").map(Number);
    return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
      .format(new Date(Date.UTC(y, m - 1, d)));
  };

  const address = (form, day) => {
    const query = new URLSearchParams(new FormData(form));
    query.set("as_of", day);
    return `${form.getAttribute("action")}?${query}`;
  };

  const wait = (form, day, look) => {
    // The findings of another day must not stand under this one: what is known at once takes
    // their place. The form stays, and with it the reader's hand on the slider.
    const main = document.getElementById("main");
    for (const part of [...main.children]) if (!part.contains(form) && !part.matches(".eyebrow")) part.remove();
    const told = document.createElement("div");
    told.className = "look";
    const head = document.createElement("h1");
    head.textContent = `As of ${spoken(day)}`;
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    status.textContent = "The analysis of this day is being made…";
    form.before(head);
    told.append(status);
    if (look) told.append(document.adoptNode(look));
    main.append(told);
  };

  // Fetch the same page for another day and put its content in place of this one. A day that
  // is not made yet is answered (202) with what is known of it at once; then the whole is asked for.
  const move = async (form, day, back) => {
    const turn = ++wanted;
    const url = address(form, day);
    const root = document.documentElement;
    const main = document.getElementById("main");
    main.setAttribute("aria-busy", "true");
    main.classList.add("waiting");
    const begun = performance.now();
    const passed = () => String(Math.round(performance.now() - begun));
    const read = async (from) => {
      const answer = await fetch(from, { credentials: "same-origin" });
      return [answer, new DOMParser().parseFromString(await answer.text(), "text/html")];
    };
    let [answer, next] = await read(`${url}&step=1${back}`);
    if (turn !== wanted) return;
    if (answer.status === 202) {
      wait(form, day, next.getElementById("look"));
      main.classList.remove("waiting");
      window.history.replaceState(null, "", url);
      root.dataset.look = passed();
      // Whoever drags on past this day does not have it made.
      await new Promise((done) => window.setTimeout(done, 150));
      if (turn !== wanted) return;
      [answer, next] = await read(`${url}&step=2${back}`);
      if (turn !== wanted) return;
    }
    if (!answer.ok) { window.location.assign(url); return; }
    const focused = document.activeElement && document.activeElement.id;
    for (const part of ["#main", ".foot", ".bar"]) {
      const now = document.querySelector(part), then = next.querySelector(part);
      if (now && then) now.replaceWith(document.adoptNode(then));
    }
    document.title = next.title;
    window.history.replaceState(null, "", url);
    dress();
    if (focused === "as-of-slider") document.getElementById(focused)?.focus();
    root.dataset.step = passed();
  };

  // Ids of a part taken from another page, and what refers to them, are made its own.
  const renamed = (part, mark) => {
    const own = new Set([...part.querySelectorAll("[id]")].map((e) => e.id));
    const named = (id) => (own.has(id) ? `${mark}-${id}` : id);
    for (const e of [part, ...part.querySelectorAll("*")]) {
      for (const { name, value } of [...e.attributes]) {
        if (name === "id") e.id = named(value);
        else if (name.startsWith("aria-") && /by$|controls$/.test(name)) e.setAttribute(name, value.split(" ").map(named).join(" "));
        else if (value.includes("url(#")) e.setAttribute(name, value.replace(/url\(#([^)]+)\)/g, (_, id) => `url(#${named(id)})`));
        else if (/href$/.test(name) && value.startsWith("#")) e.setAttribute(name, `#${named(value.slice(1))}`);
      }
    }
    return part;
  };

  // What stands behind a finding opens beside it (under it, on a narrow screen).
  const shut = () => {
    const open = document.getElementById("panel");
    if (!open) return;
    const link = document.querySelector('.finding .kind a[aria-expanded="true"]');
    link?.setAttribute("aria-expanded", "false");
    if (open.contains(document.activeElement)) link?.focus();
    open.remove();
    document.body.classList.remove("paned");
  };
  const unfold = async (link) => {
    const again = link.getAttribute("aria-expanded") === "true";
    shut();
    if (again) return;
    link.setAttribute("aria-expanded", "true");
    const answer = await fetch(link.href, { credentials: "same-origin" });
    if (!answer.ok) { window.location.assign(link.href); return; }
    if (link.getAttribute("aria-expanded") !== "true") return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const panel = document.createElement("aside");
    panel.id = "panel";
    panel.tabIndex = -1;
    panel.setAttribute("aria-label", `Behind: ${link.textContent.trim()}`);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", shut);
    const head = document.createElement("p");
    head.className = "panel-head";
    const whole = document.createElement("a");
    whole.href = link.href;
    whole.textContent = "On a page of its own";
    head.append(whole, close);
    panel.append(head);
    for (const part of page.querySelectorAll("#main > article, #main > section")) panel.append(document.adoptNode(part));
    link.closest(".finding").append(renamed(panel, "p"));
    document.body.classList.add("paned");
    panel.focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".finding .kind a");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    unfold(link);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });

  const dress = () => {
    for (const link of document.querySelectorAll(".finding .kind a")) link.setAttribute("aria-expanded", "false");
    document.body.classList.remove("paned");
    const slider = document.getElementById("as-of-slider");
    if (!slider) return;
    slider.hidden = false;
    const form = slider.form;
    const days = slider.dataset.days.split(" ");
    const field = form.querySelector("input[type=date]");
    slider.addEventListener("input", () => {
      field.value = days[Number(slider.value)];
      slider.setAttribute("aria-valuetext", spoken(field.value));
    });
    let timer = 0, at = Number(slider.value);
    slider.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        const to = Number(slider.value), back = to < at ? "-" : "";
        at = to;
        move(form, days[to], back);
      }, 60);
    });
  };

  // A finding that is copied takes its interval, grade, day and sources along.
  document.addEventListener("copy", (event) => {
    const picked = document.getSelection();
    const node = picked && picked.anchorNode;
    const holder = node && (node.nodeType === 1 ? node : node.parentElement).closest(".finding");
    if (!holder || !event.clipboardData || !String(picked).trim()) return;
    event.clipboardData.setData("text/plain", `${String(picked).trim()} [Compare Notes: ${holder.dataset.cite}]`);
    event.preventDefault();
  });

  dress();
})();
