// The patient view with script: screens change in place, the browser's back button and a reload work.
// Answers lie in this window's sessionStorage alone; what is shown is always asked anew by POST.
"use strict";
(() => {
  const ADDRESS = "/patient";
  const KEY = "foramen-patient";
  const LEFT = KEY + "-left"; // answers of whoever left this page; shown to nobody who comes anew without asking
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(KEY)) || { at: 0, steps: [] }; } catch { return { at: 0, steps: [] }; } };
  const keep = (state) => { try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { /* it works without, but not over a reload */ } };
  const forget = () => { try { for (const key of [KEY, LEFT]) sessionStorage.removeItem(key); } catch { /* nothing was kept */ } };
  const sameReader = () => keep({ ...kept(), again: true }); // the page is left only for another language
  const place = () => document.getElementById("interview");

  const show = async (body) => {
    const old = place();
    old.setAttribute("aria-busy", "true");
    let text, good;
    try {
      const answer = await fetch(ADDRESS, { method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded" } });
      text = await answer.text();
      good = answer.ok;
    } catch {
      old.removeAttribute("aria-busy");
      document.getElementById("offline")?.removeAttribute("hidden");
      return false;
    }
    document.getElementById("offline")?.setAttribute("hidden", "");
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.getElementById("interview") || page.getElementById("main");
    fresh.id = "interview";
    old.replaceWith(fresh);
    document.title = page.title;
    ready();
    scrollTo(0, 0);
    fresh.querySelector("h1")?.focus({ preventScroll: true });
    return good; // a problem page is no step to come back to
  };

  const bodyOf = (form, button) => {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    return fields.toString();
  };

  // what is typed or pressed on this screen, so that coming back to it shows it again
  const givenOn = (form, button) => {
    const fields = new FormData(form).getAll("v").filter((v) => v.trim());
    if (button && button.name === "v") return button.value;
    return button && button.value === "skip" ? "?" : fields.join(" ");
  };

  const restore = async (at) => {
    const state = kept();
    const step = state.steps[at];
    if (at > 0 && !step) return;
    const body = at === 0 ? "go=welcome" : step.body + (step.was ? "&was=" + encodeURIComponent(step.was) : "");
    if (await show(body)) keep({ ...state, at });
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.id !== "answers" || !place()) return;
    if (button && button.getAttribute("formaction")) return; // the file is saved by the browser
    event.preventDefault();
    if (place().getAttribute("aria-busy")) return;
    const press = button ? button.value : "";
    if (button && button.name === "lang") { sameReader(); location.assign(ADDRESS + "?lang=" + press); return; }
    if (button && press === "restart") { forget(); location.assign(ADDRESS); return; }
    const state = kept();
    if (press === "back" && state.at > 0) { history.back(); return; }
    const body = bodyOf(form, button);
    const at = state.at;
    if (at === 0) { try { sessionStorage.removeItem(LEFT); } catch { /* nothing was kept */ } }
    if (!(await show(body))) return;
    const steps = state.steps.slice(0, at + 1);
    steps[at] = { ...(steps[at] || { body: "go=welcome" }), was: givenOn(form, button) };
    steps[at + 1] = { body, was: "" };
    keep({ at: at + 1, steps });
    history.pushState({ at: at + 1 }, "", ADDRESS);
  });

  addEventListener("popstate", (event) => { if (place()) restore(event.state ? event.state.at : 0); });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
    if (event.target.closest('a[href^="?lang="]')) sameReader();
    const patch = event.target.closest("[data-place]");
    if (patch) place().querySelector(`input[value="${patch.dataset.place}"]`)?.click();
  });
  document.addEventListener("change", (event) => { if (event.target.matches(".place input")) colour(); });

  const colour = () => {
    for (const patch of place().querySelectorAll("[data-place]")) {
      const box = place().querySelector(`input[value="${patch.dataset.place}"]`);
      patch.classList.toggle("on", Boolean(box && box.checked));
    }
  };
  const ready = () => {
    colour();
    for (const button of place().querySelectorAll("[data-print]")) button.hidden = false;
  };

  const here = place();
  if (!here) return;
  ready();
  const offer = () => {
    const note = document.getElementById("left");
    let left = null;
    try { left = sessionStorage.getItem(LEFT); } catch { return; }
    if (!left || !note) return;
    note.hidden = false;
    note.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-left]")?.dataset.left;
      if (!chosen) return;
      note.hidden = true;
      forget();
      if (chosen === "delete") { place().querySelector("h1").focus(); return; }
      const state = JSON.parse(left);
      keep(state);
      history.replaceState({ at: state.at }, "", ADDRESS);
      restore(state.at);
    });
  };
  const { again, ...state } = kept();
  if (!again && history.state?.at === undefined && state.at > 0) {
    try { sessionStorage.setItem(LEFT, JSON.stringify(state)); sessionStorage.removeItem(KEY); } catch { /* nothing was kept */ }
  } else if (again) keep(state);
  const at = history.state?.at ?? kept().at;
  history.replaceState({ at }, "", ADDRESS);
  if (here.dataset.here === "welcome" && at > 0) restore(at); else offer();
})();
