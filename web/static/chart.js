// Draws the picture of this page: its specification comes from the server, as do all scripts.
"use strict";

const box = document.getElementById("picture");
const frame = window.frameElement;
if (frame) frame.title = document.title;  // its page named it after the picture that comes first

(async () => {
  const url = new URL(box.dataset.spec, location.href);
  url.searchParams.set("width", Math.max(240, Math.min(1200, document.documentElement.clientWidth - 140)));
  const response = await fetch(url, { cache: "no-cache" });  // words may have been redacted since
  if (!response.ok) {
    const { detail } = await response.json().catch(() => ({ detail: response.status }));
    throw new Error(`the picture cannot be drawn: ${detail}`);
  }
  const { spec, embed } = await response.json();
  await vegaEmbed(box, spec, embed);
  const menu = box.querySelector("summary");
  menu?.setAttribute("aria-label", menu.parentElement.title);  // three dots are no name
  if (frame) frame.height = document.body.scrollHeight + 8;
})().catch((error) => { box.textContent = error.message; });
