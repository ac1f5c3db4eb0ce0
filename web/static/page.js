// What the pages do beyond links and forms; all of it can be missing.
"use strict";

// Both clocks on one day: the other date is then out of use, and choosing it sets the clocks apart.
const linked = document.getElementById("linked"), valid = document.getElementById("d-valid");
if (linked && valid) {
  valid.addEventListener("input", () => { document.getElementById("free").checked = true; });
  document.querySelector(".cuts").addEventListener("submit", () => { if (linked.checked) valid.value = ""; });
}

// Who comes back finds the dates of the page, and not those that were chosen to leave it.
addEventListener("pageshow", (event) => { if (event.persisted) for (const form of document.forms) form.reset(); });

// A source that is opened fetches the rest: versions, rivals, and why the rule shows the claim.
document.addEventListener("toggle", async (event) => {
  const drawer = event.target;
  const more = drawer.open && drawer.querySelector(".more a");
  if (!more || drawer.dataset.asked) return;
  drawer.dataset.asked = "1";
  try {
    const told = (await page(more.href)).getElementById("explained");
    told.removeAttribute("id");
    told.classList.add("within");
    drawer.querySelector(".source").append(told);
  } catch { delete drawer.dataset.asked; }
}, true);

async function page(url) {
  const response = await fetch(url, { headers: { accept: "text/html" }, cache: "no-cache" });
  if (!response.ok) throw new Error(response.status);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// Where the days do not fit beside each other, the last one up to the cut is the one to see.
function showDay() {
  for (const days of document.querySelectorAll(".moments ol")) {
    const last = [...days.querySelectorAll("li:not(.later)")].at(-1);
    if (last) days.scrollLeft = last.offsetLeft - days.offsetLeft - (days.clientWidth - last.offsetWidth) / 2;
  }
}
showDay();

// A chart is drawn once the reader comes near it; the page does not wait for what draws it.
const chart = document.querySelector("iframe[data-src]");
if (chart) {
  const near = new IntersectionObserver((found) => {
    if (!found.some((one) => one.isIntersecting)) return;
    near.disconnect();
    chart.src = chart.dataset.src;
  }, { rootMargin: "300px" });
  addEventListener("load", () => near.observe(chart));
}

// News: the parts that are live are taken from the page as it is now, and the reader stays in place.
// A page that is fixed takes in only what was redacted.
const live = document.querySelector("[data-news]"), bar = document.getElementById("news");
if (live && window.EventSource) {
  let waiting = null, told = 0, last = said(document), source = null, after = null, latest = [], quiet = null;
  let anew = false;
  const listen = () => {
    source = new EventSource(live.dataset.news.replace(/after=\d+/, (was) => after ? `after=${after}` : was));
    source.onmessage = (event) => {
      const news = JSON.parse(event.data);
      after = event.lastEventId;
      if ("fixed" in live.dataset && !news.anew) return;
      anew ||= news.anew;
      told += 1;
      latest = [news.place, news.says, news.party].filter(Boolean);
      soon(100);
    };
  };
  const soon = (ms) => { waiting ??= setTimeout(() => { waiting = null; refresh(latest); }, ms); };
  // A tab that nobody looks at keeps no connection, of which a browser has few.
  const look = () => {
    source?.close();
    source = null;
    if (!document.hidden) listen();
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  look();
  const refresh = async (what) => {
    const fresh = await page(location.href).catch(() => null);
    if (!fresh && anew) soon(5000);  // what has to go goes once the server answers
    if (!fresh) return;
    const now = said(fresh), changed = now !== last, all = anew;
    last = now;
    anew = false;
    if (changed || all) replace(fresh, all);
    if (all && !changed) return;
    bar.hidden = false;
    // Each word of others by itself: of two names written from right to left the second would come first.
    const parts = what.flatMap((text) => [" · ", Object.assign(document.createElement("bdi"), { textContent: text })]);
    bar.replaceChildren(told === 1 ? "New: " : `${told} new: `, ...parts.slice(1), changed ? "" : " (it changes nothing here)");
    const first = document.querySelector(".fresh[id]");
    if (first) bar.append(" ", Object.assign(document.createElement("a"), { href: `#${first.id}`, textContent: "show it" }));
    clearTimeout(quiet);
    quiet = setTimeout(() => { bar.hidden = true; told = 0; }, 60000);
    document.dispatchEvent(new CustomEvent("news", { detail: { told, changed } }));
  };
}

// What a page says; its basis, which tells the time of asking, is elsewhere.
function said(where) { return where.querySelector("#answer, [data-live=newest], [data-live=all]")?.innerHTML; }

function key(drawer) { return drawer.closest("[id^='c-'], [id^='n-']")?.id; }

// The links within a part that lead where this one does; or what opens its sources.
function like(one, part) {
  const same = (other) => other.getAttribute("href") === one.getAttribute("href");
  return [...document.getElementById(part)?.querySelectorAll(one.localName) ?? []].filter(same);
}

// With `anew` nothing stays that was on the page: a source that is open is fetched again.
function replace(fresh, anew) {
  if (anew) {
    document.title = fresh.title;
    if (chart?.src) chart.contentWindow.location.reload();
  }
  const anchor = [...document.querySelectorAll("main [id^='c-'], main [id^='n-'], main section[id]")]
    .find((one) => one.getBoundingClientRect().bottom > 0);
  const top = anchor?.getBoundingClientRect().top;
  const focus = document.activeElement;
  const within = focus?.closest("[id]")?.id, nth = like(focus, within).indexOf(focus);
  const seen = new Set([...document.querySelectorAll(".card[id], .newest li[id]")].map((one) => one.id));
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!now || (!anew && part.innerHTML === now.innerHTML)) continue;
    const open = new Map([...part.querySelectorAll("details[open]")].reverse().map((one) => [key(one), one]));
    const adopted = document.adoptNode(now);
    for (const drawer of adopted.querySelectorAll("details")) {
      if (!open.has(key(drawer))) continue;
      if (anew) drawer.open = true;
      else drawer.replaceWith(open.get(key(drawer)));
    }
    part.replaceChildren(...adopted.childNodes);
    for (const one of part.querySelectorAll(".card[id], .newest li[id]")) {
      if (!seen.has(one.id)) {
        one.classList.add("fresh");
        setTimeout(() => one.classList.remove("fresh"), 20000);
      }
    }
  }
  if (focus && focus !== document.activeElement) (focus.isConnected ? focus : like(focus, within)[nth])?.focus({ preventScroll: true });
  showDay();
  const same = anchor && document.getElementById(anchor.id);
  if (same) scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
}
