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

  // Fetch the same page for another day and put its content in place of this one.
  const move = async (form, day) => {
    const turn = ++wanted;
    const url = address(form, day);
    const main = document.getElementById("main");
    main.setAttribute("aria-busy", "true");
    main.classList.add("waiting");
    const begun = performance.now();
    const answer = await fetch(`${url}&step=1`, { credentials: "same-origin" });
    const text = await answer.text();
    if (turn !== wanted) return;
    if (!answer.ok) { window.location.assign(url); return; }
    const next = new DOMParser().parseFromString(text, "text/html");
    const focused = document.activeElement && document.activeElement.id;
    for (const part of ["#main", ".foot", ".bar"]) {
      const now = document.querySelector(part), then = next.querySelector(part);
      if (now && then) now.replaceWith(document.adoptNode(then));
    }
    document.title = next.title;
    window.history.replaceState(null, "", url);
    dress();
    if (focused === "as-of-slider") document.getElementById(focused)?.focus();
    document.documentElement.dataset.step = String(Math.round(performance.now() - begun));
  };

  const dress = () => {
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
    // Whoever comes near the slider will move it: have the days beside this one made.
    const near = () => {
      for (const link of document.querySelectorAll(".asof a[rel]")) fetch(`${link.href}&step=1`, { priority: "low" });
    };
    for (const sign of ["pointerenter", "focus"]) slider.addEventListener(sign, near, { once: true });
    let timer = 0;
    slider.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => move(form, days[Number(slider.value)]), 60);
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
