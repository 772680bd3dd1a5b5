// Lays a movable map over the drawing of the page: the same outlines below, the same circles and counts above.
"use strict";

const MAX_ZOOM = 10; // there are no tiles to say where detail ends, and our outlines have none beyond this
const POINT_METRES = 1000; // a settlement; from there on a place is an area
const MANY = 30; // circles, whose colours would add up to a blot
const SQUARE = 26; // pixels
const NEAR_METRES = 25000; // of such an area: somewhere near a named place

function popup(spot) {
  const box = document.createElement("div");
  const list = box.appendChild(document.createElement("ul"));
  for (const incident of spot.incidents) {
    const line = list.appendChild(document.createElement("li"));
    const link = line.appendChild(document.createElement("a"));
    link.href = incident.url;
    link.lang = incident.language;
    link.textContent = incident.title;
    line.appendChild(document.createElement("p")).textContent = `${incident.date} · ${incident.code}`;
  }
  if (spot.others) box.appendChild(document.createElement("p")).textContent = spot.others;
  box.appendChild(document.createElement("p")).textContent = spot.precision;
  return box;
}

// Leaflet lets Enter open a popup and nothing else: what a click does elsewhere, Enter and the space bar do as well.
function onPress(marker, act) {
  return marker.on("click", act).on("keydown", ({ originalEvent }) => {
    if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
    originalEvent.preventDefault();
    act();
  });
}

function icon(className, label, size, words) {
  const disc = document.createElement("span");
  const shown = disc.appendChild(document.createElement("span"));
  shown.textContent = label;
  if (words) {
    shown.setAttribute("aria-hidden", "true");
    const said = disc.appendChild(document.createElement("span"));
    said.className = "visually-hidden";
    said.textContent = words;
  }
  return L.divIcon({ className, html: disc, iconSize: [size, size] });
}

// A number with its noun, in the form that the page's language has for it.
function counter(holder) {
  const forms = JSON.parse(holder.dataset.said);
  const rules = new Intl.PluralRules(document.documentElement.lang);
  return (n) => forms[rules.select(n)].replace("{n}", n);
}

const numbered = (n) => 26 + 5 * Math.log10(n);

// Discs that would cover one another are counted together until there is room for them.
function gathering(said, look) {
  return L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 60, // at half a zoom step this is 42 pixels: rings of 26 never cover one another
    iconCreateFunction(cluster) {
      const markers = cluster.getAllChildMarkers();
      const n = markers.reduce((sum, marker) => sum + marker.options.n, 0);
      return icon(look(markers), String(n), numbered(n), said(n));
    },
  });
}

// What the server counted together, or the circles one by one; raions and hromadas among them, since they are small.
function layer(map, data, said) {
  const units = data.areas.filter((area) => area.isUnit).map((area) => square(area, area.n > 1 ? String(area.n) : "", 18));
  return data.clusters.length ? countedLayer(map, data.clusters, units, said) : spotLayer(data.spots, units, said);
}

// A square that counts an area, and leads to its incidents.
function square(area, label, size, options = {}) {
  const { at, n, said: title, query } = area;
  const marker = L.marker(at, { icon: icon("map-count", label, size), title, alt: title, n, ...options });
  return onPress(marker, () => location.assign(`?${query}`));
}

function countedLayer(map, clusters, units, said) {
  const gathered = gathering(said, () => "map-cluster").addLayers(units);
  for (const { at, n, said: title, box } of clusters) {
    const disc = icon("map-cluster", String(n), numbered(n));
    const closer = () =>
      map.fitBounds([box.slice(0, 2), box.slice(2)], { maxZoom: Math.min(map.getZoom() + 2, MAX_ZOOM) });
    gathered.addLayer(onPress(L.marker(at, { icon: disc, title, alt: title, n }), closer));
  }
  return gathered;
}

function spotLayer(spots, units, said) {
  const group = L.featureGroup();
  const open = { minWidth: 220, maxWidth: 260 };
  const circles = spots.length > MANY ? "spot one-of-many" : "spot";
  const gathered = gathering(said, (markers) => (markers.every((marker) => marker.options.isPoint) ? "map-pin" : "map-area"));
  for (const spot of spots) {
    const { n } = spot;
    const isPoint = spot.metres <= POINT_METRES;
    L.circle(spot.at, { radius: spot.metres, className: circles }).bindPopup(() => popup(spot), open).addTo(group);
    // What is known only to be somewhere within a circle is an open ring of at least a finger's size, never a pin.
    const disc = icon(isPoint ? "map-pin" : "map-area alone", n > 1 ? String(n) : "", n > 1 || !isPoint ? 26 : 16);
    const titles = [...spot.incidents.map((incident) => incident.title), spot.others].filter(Boolean).join("; ");
    const title = `${titles} (${spot.precision})`;
    const marker = L.marker(spot.at, { icon: disc, title, alt: title, n, isPoint });
    gathered.addLayer(marker.bindPopup(() => popup(spot), open));
  }
  return group.addLayer(gathered.addLayers(units));
}

// Once the circles themselves are larger than the ring that stands for them, a ring in their middle would be a false pin.
function hideRings(map) {
  const metresPerPixel = map.distance(map.containerPointToLatLng([0, 0]), map.containerPointToLatLng([100, 0])) / 100;
  map.getContainer().classList.toggle("near", NEAR_METRES / metresPerPixel > 16);
}

// Asks for what comes into sight, in whole degrees or quarters of one, so that neighbours share an answer in caches.
function follow(map, source, show) {
  let waiting = new AbortController();
  map.on("moveend", async () => {
    waiting.abort();
    waiting = new AbortController();
    const step = map.getZoom() < 8 ? 1 : 0.25;
    const sight = map.getBounds();
    const down = (degrees) => Math.floor(degrees / step) * step;
    const up = (degrees) => Math.ceil(degrees / step) * step;
    const box = [down(sight.getSouth()), down(sight.getWest()), up(sight.getNorth()), up(sight.getEast())];
    try {
      const address = `${source}${source.includes("?") ? "&" : "?"}within=${box.join(",")}`;
      const response = await fetch(address, { signal: waiting.signal });
      if (response.ok) show(await response.json());
    } catch {
      // What is shown stays: it is coarser, not wrong.
    }
  });
}

// A popup is read where it opens, and left to where it was opened from.
function followPopups(map, closeLabel) {
  map.on("popupopen", ({ popup: opened }) => {
    const box = opened.getElement();
    const from = document.activeElement;
    box.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", closeLabel);
    box.querySelector("a[href]:not([role])")?.focus({ preventScroll: true });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup(opened);
    });
    map.once("popupclose", () => {
      if (box.contains(document.activeElement)) (from.isConnected ? from : map.getContainer()).focus({ preventScroll: true });
    });
  });
}

// The shapes of the oblasts, by which no number leaves its own. What is drawn of them stands in a file of its own.
async function shapes(holder) {
  const [file] = holder.querySelector("use[data-region]").href.baseVal.split("#");
  const drawn = new DOMParser().parseFromString(await (await fetch(file)).text(), "image/svg+xml");
  return (id) => new Path2D(drawn.getElementById(id).getAttribute("d"));
}

// The squares that count oblasts, each with the shape that it must stay in.
function squares(map, areas, drawing, shapeOf) {
  return areas.map((area) => {
    const marker = square(area, String(area.n), SQUARE, { zIndexOffset: -1000 }).addTo(map);
    const region = drawing.querySelector(`[data-region="${area.region}"]`);
    return { marker, home: L.latLng(area.at), region, shape: shapeOf(region.href.baseVal.split("#")[1]) };
  });
}

// A square that would cover a place gives way within its region, so that a finger finds both. Where there is no room
// for that it goes as far as it can, and the place lies above it.
function makeRoom(map, counted) {
  const discs = [...map.getContainer().querySelectorAll(".map-pin, .map-area, .map-cluster")];
  const taken = discs.map((disc) => ({ at: L.DomUtil.getPosition(disc), reach: (disc.offsetWidth + SQUARE) / 2 }));
  for (const { marker, home, region, shape } of counted) {
    const room = (at) => Math.min(...taken.map((other) => apart(at, other.at) - other.reach), 1);
    const middle = map.latLngToLayerPoint(home);
    const within = around(middle).filter((point) => isWithin(map, region, shape, point));
    const best = [middle, ...within].reduce((one, other) => (room(other) > room(one) ? other : one));
    marker.setLatLng(map.layerPointToLatLng(best));
    taken.push({ at: best, reach: SQUARE });
  }
}

const apart = (one, other) => Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y));

// Points in rings around a point, the nearest first, so far that a square finds room beside a heap of discs.
function around(point) {
  const rings = [0.5, 1, 1.5, 2, 2.5, 3].flatMap((times) =>
    Array.from({ length: 16 }, (_, n) => [times * SQUARE, (n * Math.PI) / 8]),
  );
  return rings.map(([far, turn]) => point.add([far * Math.cos(turn), far * Math.sin(turn)]).round());
}

const pen = document.createElement("canvas").getContext("2d");

function isWithin(map, region, shape, point) {
  const frame = map.getContainer().getBoundingClientRect();
  const seen = map.layerPointToContainerPoint(point);
  const onScreen = new DOMPoint(frame.left + seen.x, frame.top + seen.y);
  const { x, y } = onScreen.matrixTransform(region.getScreenCTM().inverse());
  return pen.isPointInPath(shape, x, y);
}

function draw(holder, data, shapeOf) {
  const drawing = holder.querySelector("svg");
  const [south, west, north, east] = holder.dataset.bounds.split(",").map(Number);
  const bounds = L.latLngBounds([south, west], [north, east]);
  const frame = holder.appendChild(document.createElement("div"));
  const map = L.map(frame, {
    maxZoom: MAX_ZOOM,
    maxBounds: bounds.pad(0.4),
    zoomSnap: 0.25,
    zoomControl: false,
    attributionControl: false, // the credits stand below the map, also without this script
    scrollWheelZoom: false, // scrolling the page must not end in the map
  });
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", holder.dataset.keys);
  followPopups(map, holder.dataset.close);
  L.control.zoom({ zoomInTitle: holder.dataset.zoomIn, zoomOutTitle: holder.dataset.zoomOut }).addTo(map);
  map.fitBounds(bounds);
  map.on("zoomend", () => hideRings(map));
  map.setMinZoom(Math.floor(map.getZoom())); // with a broken number the clusters leave out a marker that stands alone

  const outlines = drawing.cloneNode(true);
  outlines.querySelector(".marks").remove();
  L.svgOverlay(outlines, bounds).addTo(map);

  const said = counter(holder);
  const counted = squares(map, data.areas.filter((area) => !area.isUnit), outlines, shapeOf);
  const arrange = () => makeRoom(map, counted);
  const show = (of) => layer(map, of, said).on("animationend", arrange).addTo(map);
  let shown = show(data);
  if (data.clusters.length) {
    follow(map, holder.dataset.source, (closer) => {
      const hadFocus = frame.contains(document.activeElement);
      shown.remove();
      shown = show(closer);
      arrange();
      if (hadFocus && !frame.contains(document.activeElement)) frame.focus({ preventScroll: true });
    });
  }
  arrange();
  map.on("zoomend moveend", arrange);
  drawing.classList.add("on-paper"); // a movable map is cut off in print
}

async function start(holder) {
  try {
    const response = await fetch(holder.dataset.source);
    if (!response.ok) throw new Error(String(response.status));
    draw(holder, await response.json(), await shapes(holder));
  } catch {
    const note = holder.appendChild(document.createElement("p"));
    note.className = "map-failed";
    note.textContent = holder.dataset.failed;
  }
}

for (const holder of document.querySelectorAll(".map")) start(holder);
