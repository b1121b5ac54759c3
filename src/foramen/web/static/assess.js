// The clinician's page: the body chart, "rest normal", jumping to a question, and keeping what was typed.
"use strict";
(() => {
  const form = document.getElementById("case");
  for (const b of document.querySelectorAll("button.print")) b.addEventListener("click", () => {
    for (const d of document.querySelectorAll(".document details")) d.open = true;
    print();
  });
  if (document.querySelector(".document")) {
    addEventListener("beforeprint", () => { for (const d of document.querySelectorAll(".document details")) d.open = true; });
  }
  if (!form) return;
  // what was typed over an opened case belongs to that case alone
  const STORE = "foramen-case:" + location.pathname + (form.dataset.opened ? ":" + form.dataset.opened : "");
  const changed = () => form.dispatchEvent(new Event("refresh"));
  const field = (name) => form.elements.namedItem(name);
  const value = (name) => { const f = field(name); return f ? f.value : ""; };
  const state = (said) => { if (!said.startsWith("{")) return said; try { return JSON.parse(said).state || ""; } catch { return said; } };

  // body chart: paints the selects of the list, and shows what they say
  const rows = { pain: {}, numb: {} };
  for (const a of document.querySelectorAll("#areas-of-body > span")) {
    for (const kind of ["pain", "numb"]) if (a.dataset[kind]) rows[kind][a.dataset.area] = a.dataset[kind];
  }
  const nameOf = (kind, area, side) => rows[kind][area] && (field("f." + rows[kind][area] + "." + side) ? "f." + rows[kind][area] + "." + side : "f." + rows[kind][area]);
  const show = () => {
    for (const g of form.querySelectorAll(".area")) for (const kind of ["pain", "numb"]) {
      const name = nameOf(kind, g.dataset.area, g.dataset.side);
      g.classList.toggle("has-" + kind, !!name && state(value(name)).startsWith("present"));
    }
    const line = document.getElementById("said");
    line.hidden = !line.textContent.trim();
    for (const d of form.querySelectorAll("details.group")) {
      const said = [...d.querySelectorAll("select, input:checked")].filter((f) => f.value).length;
      d.querySelector(".count").textContent = said ? `(${said})` : "";
    }
  };
  for (const g of form.querySelectorAll(".area")) g.addEventListener("click", () => {
    const { area, side } = g.dataset;
    const wanted = form.querySelector("[name=brush]:checked").value;
    const f = field(nameOf(wanted, area, side)); // what was not chosen is never painted in its place
    if (!f) return;
    f.value = state(f.value).startsWith("present") ? "" : "present";
    changed();
  });

  // what is stated of each finding, in whichever way: with the last answer (report, medicines, less exact words …) ...
  const spoken = () => {
    const found = new Set(document.getElementById("stated").dataset.keys.split(" "));
    // ... and what was entered since
    for (const r of form.querySelectorAll("[data-parts]")) {
      const said = r.matches("select") ? r.value : r.querySelector("input:checked")?.value;
      if (said && said !== r.dataset.rest) for (const part of r.dataset.parts.split(" ")) found.add(part);
    }
    return found;
  };
  // findings that stand among the further findings
  const listed = () => new Set([...form.querySelectorAll("#extras input[name=x]")].map((i) => { try { const x = JSON.parse(i.value); return x.finding || x; } catch { return ""; } }));
  // "rest normal": what was not answered in this group was examined and normal; nothing stated anywhere is written over
  for (const b of form.querySelectorAll("button.normal")) {
    b.hidden = false;
    b.addEventListener("click", () => {
      const within = b.closest("details, tbody");
      const found = spoken();
      const names = listed();
      const free = (r) => !r.dataset.parts.split(" ").some((part) => found.has(part)) && !names.has((r.name || r.querySelector("input").name).split(".")[1]);
      for (const s of within.querySelectorAll("select[data-rest]")) if (!s.value && free(s)) s.value = s.dataset.rest;
      for (const p of within.querySelectorAll(".pick[data-rest]")) if (!p.querySelector("input:checked")?.value && free(p)) {
        const normal = p.querySelector(`input[value="${p.dataset.rest}"]`);
        if (normal) normal.checked = true;
      }
      changed();
    });
  }

  // states and places that fit the finding to be added
  const finding = document.getElementById("add.finding");
  const fit = () => {
    const chosen = finding.selectedOptions[0];
    const site = chosen.dataset.site || "";
    for (const l of form.querySelectorAll(".adding .place")) {
      const kind = l.dataset.kind;
      l.hidden = !(kind === "side" ? site.includes("side") : kind === "level" ? site.startsWith("level") : site === kind);
    }
    const state = document.getElementById("add.state");
    state.replaceChildren(...(chosen.dataset.states || "present|absent").split("|").map((s) => new Option(s.replaceAll("_", " "), s)));
  };
  finding.addEventListener("change", (e) => { e.stopPropagation(); fit(); });
  fit();
  for (const s of form.querySelectorAll(".adding select")) s.addEventListener("change", (e) => e.stopPropagation());
  form.addEventListener("click", (e) => { if (e.target.matches(".remove")) { e.target.closest("li").remove(); changed(); } });
  document.addEventListener("htmx:afterSettle", (e) => { if (e.detail.target?.id === "extras") changed(); });

  document.addEventListener("htmx:afterSettle", show);

  // an answer that no longer belongs to what stands in the form says so, until the next one comes
  const SLOW = 1500; // ms
  const answer = document.getElementById("answer");
  let waiting = 0;
  const older = () => {
    if (!answer.querySelector(".urgency")) return;
    const note = document.getElementById("older").content.cloneNode(true);
    const line = document.getElementById("said");
    const { short } = note.firstElementChild.dataset;
    if (!line.textContent.startsWith(short)) line.textContent = short + " " + line.textContent.trim();
    if (!answer.querySelector(".older")) answer.prepend(note);
    show();
  };
  // what is wrong with a field is said at the field
  const faults = () => {
    for (const old of form.querySelectorAll(".fault[id^='e-']")) old.remove();
    for (const f of form.querySelectorAll("[aria-invalid]")) { f.removeAttribute("aria-invalid"); f.removeAttribute("aria-describedby"); }
    for (const told of answer.querySelectorAll("[data-fault]")) {
      const f = field(told.dataset.fault);
      if (!f) continue;
      f.setAttribute("aria-invalid", "true");
      f.setAttribute("aria-describedby", "e-" + f.name);
      f.after(Object.assign(document.createElement("small"), { id: "e-" + f.name, className: "fault", textContent: told.textContent }));
    }
  };
  const forAnswer = (e) => ["/assess/live", "/assess/whole"].includes(e.detail.requestConfig?.path);
  document.addEventListener("htmx:beforeRequest", (e) => { if (e.detail.requestConfig?.path === "/assess/add") document.querySelector("#extras .problem")?.remove(); if (forAnswer(e)) waiting ||= setTimeout(older, SLOW); });
  document.addEventListener("htmx:sendError", (e) => { if (forAnswer(e)) older(); });
  document.addEventListener("htmx:afterSwap", (e) => {
    const part = e.detail.target;
    if (part.id === "answer-problem") {
      if (answer.querySelector(".urgency")) older();
      else document.getElementById("said").textContent = part.dataset.none;
      faults();
    }
    if (["answer-first", "answer-rest"].includes(part.id)) { document.getElementById("answer-problem").replaceChildren(); faults(); }
    if (part.id !== "answer-rest" && part.id !== "answer-problem") return;
    clearTimeout(waiting);
    waiting = 0;
    if (part.id === "answer-rest") answer.querySelector(".older")?.remove();
  });

  // a question named in the answer is one click away
  document.getElementById("answer").addEventListener("click", (e) => {
    const link = e.target.closest('a[href^="#f-"]');
    const row = link && document.getElementById(link.hash.slice(1));
    if (!row) return;
    e.preventDefault();
    for (let d = row.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    row.scrollIntoView({ block: "center" });
    (row.querySelector("select, input:checked, .pick input") || row).focus();
  });

  // what was typed outlives a reload of this tab; the server keeps nothing
  const save = () => {
    const kept = [...new FormData(form)].filter(([k, v]) => v && !k.startsWith("add.") && k !== "brush");
    try { sessionStorage.setItem(STORE, JSON.stringify(kept)); } catch { /* private mode: nothing is kept */ }
  };
  const restore = () => {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(STORE)); } catch { return; }
    if (!kept) return;
    for (const f of form.elements) { // what was taken back stays taken back
      if (f.type === "checkbox") f.checked = false;
      else if (f.type === "radio") f.checked ||= f.value === "";
      else if (f.tagName === "TEXTAREA" || f.type === "text" || f.type === "select-one") f.value = "";
    }
    document.getElementById("extras").replaceChildren();
    for (const [name, said] of kept) {
      if (name === "x") {
        const li = document.createElement("li");
        const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "x", value: said });
        let words = said;
        try { words = Object.values(JSON.parse(said)).join(" ").replaceAll("_", " "); } catch { /* shown as it is */ }
        const remove = Object.assign(document.createElement("button"), { type: "button", className: "small outline remove", textContent: "✕" });
        remove.setAttribute("aria-label", "Remove: " + words);
        li.append(hidden, words + " ", remove);
        document.getElementById("extras").append(li);
        continue;
      }
      const f = field(name);
      if (!f && name.startsWith("u.")) { // a doubt's answer; the report, read again, puts its question here
        document.getElementById("report-read").append(Object.assign(document.createElement("input"), { type: "hidden", name, value: said }));
      }
      if (!f) continue;
      if (f.type === "checkbox") f.checked = true; else f.value = said;
    }
    changed();
  };
  const keep = () => setTimeout(() => { show(); save(); }); // after the question is on its way to the server
  form.addEventListener("change", keep);
  form.addEventListener("refresh", keep);
  form.addEventListener("input", save);
  for (const a of document.querySelectorAll("a.fresh")) a.addEventListener("click", () => sessionStorage.removeItem("foramen-case:/assess"));
  document.addEventListener("htmx:configRequest", (e) => {
    const sent = e.detail.formData;
    if (sent && e.detail.path.startsWith("/assess/")) for (const [k, v] of [...sent]) if (v === "" || k === "brush") sent.delete(k);
  });
  document.addEventListener("foramen:back", changed);
  show();
  // a reload or the back button brings back what was typed; who comes anew may have another patient, and is asked
  const offer = () => {
    const note = document.getElementById("begun");
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(STORE)); } catch { return; }
    if (!kept?.some(([name, said]) => !["keep", "setting"].includes(name) && said)) return;
    note.hidden = false;
    note.querySelector("button").addEventListener("click", () => { note.hidden = true; restore(); document.getElementById("age").focus(); });
    form.addEventListener("input", () => { note.hidden = true; }, { once: true });
    form.addEventListener("refresh", () => { note.hidden = true; }, { once: true });
  };
  const same = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
  // htmx listens only after the page is complete
  if (same) addEventListener("load", restore);
  else if (form.dataset.fresh !== undefined) addEventListener("load", offer);
  else sessionStorage.removeItem(STORE); // opened anew, it starts as it is
})();
