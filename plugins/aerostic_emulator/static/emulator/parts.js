// Pictures, films, sounds, documents, places and contacts inside a message.

import { el, icon } from "./dom.js";
import { link } from "./markup.js";
import { bytes } from "./words.js";

const NAMES = { image: "Photo", video: "Video", audio: "Audio", document: "Document", sticker: "Sticker", gif: "GIF" };
const ICONS = { image: "photo", gif: "photo" };

/** A file: shown when the emulator keeps it, else a placeholder that names its link. Nothing is fetched from elsewhere. */
export function mediaCard(media) {
  const label = media.name || NAMES[media.kind] || media.kind;
  if (media.kind === "document") return documentCard(media, label);
  if (!media.url || media.bytes < 16) return placeholder(media, label);
  if (media.kind === "audio") return el("audio", { class: "sound", controls: true, src: media.url, preload: "metadata", aria: { label } });
  if (media.kind === "video") return el("video", { class: "picture", controls: true, src: media.url, preload: "metadata", aria: { label } });
  const picture = el("img", { class: media.kind === "sticker" ? "sticker" : "picture", src: media.url, alt: label });
  picture.addEventListener("error", () => picture.replaceWith(placeholder(media, label)));
  return picture;
}

function placeholder(media, label) {
  const where = media.host || (media.mime_type ?? "Not kept here");
  return el("div", { class: `placeholder kind-${media.kind}` }, icon(ICONS[media.kind] ?? media.kind), el("strong", {}, label),
    media.link ? link(media.link, where, "quiet") : el("span", { class: "quiet" }, where));
}

function documentCard(media, label) {
  const facts = [media.mime_type?.split("/").pop().toUpperCase(), media.bytes !== undefined && bytes(media.bytes), media.host].filter(Boolean);
  const inner = [icon("document"), el("span", {}, el("strong", {}, el("bdi", {}, label)), el("small", {}, facts.join(" · ") || "Document"))];
  if (media.url) return el("a", { class: "file", href: media.url, download: label }, ...inner);
  if (!media.link) return el("div", { class: "file" }, ...inner);
  const anchor = link(media.link, "", "file");
  anchor.append(...inner);
  return anchor;
}

/** A place, on a map that is the same everywhere. */
export function locationCard(place) {
  const where = `${Number(place.latitude).toFixed(5)}, ${Number(place.longitude).toFixed(5)}`;
  const hasPlace = place.latitude && Number.isFinite(Number(place.latitude));
  return el("div", { class: "place" }, el("img", { src: "/_phone/map.svg", alt: "", class: "picture map" }),
    el("strong", { dir: "auto" }, place.name || "Location"), place.address && el("span", { dir: "auto" }, place.address),
    hasPlace && el("small", {}, where));
}

/** Somebody's card. */
export function contactCard(card) {
  return el("div", { class: "file" }, icon("person"),
    el("span", {}, el("strong", {}, el("bdi", {}, card.name || "Contact")), el("small", {}, card.phones.join(", "))));
}
