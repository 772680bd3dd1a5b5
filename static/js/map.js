// Lays a movable map over the drawing of the page: the same outlines below, the same circles and counts above.
"use strict";

const MAX_ZOOM = 10; // there are no tiles to say where detail ends, and our outlines have none beyond this
const POINT_METRES = 1000; // a settlement; from there on a place is an area

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

function icon(className, label, size) {
  const disc = document.createElement("span");
  disc.textContent = label;
  return L.divIcon({ className, html: disc, iconSize: [size, size] });
}

// What the server counted together, or the circles one by one.
function layer(map, data) {
  return data.clusters.length ? countedLayer(map, data.clusters) : spotLayer(data.spots);
}

function countedLayer(map, clusters) {
  const group = L.featureGroup();
  for (const { at, n, said, box } of clusters) {
    const disc = icon("map-cluster", String(n), 26 + 5 * Math.log10(n));
    L.marker(at, { icon: disc, title: said, alt: said })
      .on("click", () => map.fitBounds([box.slice(0, 2), box.slice(2)], { maxZoom: Math.min(map.getZoom() + 2, MAX_ZOOM) }))
      .addTo(group);
  }
  return group;
}

function spotLayer(spots) {
  const group = L.featureGroup();
  const clusters = L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 60, // at half a zoom step this is 42 pixels: rings of 26 never cover one another
    iconCreateFunction(cluster) {
      const n = cluster.getAllChildMarkers().reduce((sum, marker) => sum + marker.options.n, 0);
      const everyPoint = cluster.getAllChildMarkers().every((marker) => marker.options.isPoint);
      return icon(everyPoint ? "map-pin" : "map-area", String(n), 30);
    },
  });
  for (const spot of spots) {
    L.circle(spot.at, { radius: spot.metres, className: "spot", interactive: false }).addTo(group);
    const { n } = spot;
    const isPoint = spot.metres <= POINT_METRES;
    // What is known only to be somewhere within a circle is an open ring of at least a finger's size, never a pin.
    const disc = icon(isPoint ? "map-pin" : "map-area", n > 1 ? String(n) : "", n > 1 || !isPoint ? 26 : 16);
    const titles = [...spot.incidents.map((incident) => incident.title), spot.others].filter(Boolean).join("; ");
    const title = `${titles} (${spot.precision})`;
    const marker = L.marker(spot.at, { icon: disc, title, alt: title, n, isPoint });
    clusters.addLayer(marker.bindPopup(() => popup(spot), { minWidth: 220, maxWidth: 260 }));
  }
  return group.addLayer(clusters);
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

function draw(holder, data) {
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
  L.control.zoom({ zoomInTitle: holder.dataset.zoomIn, zoomOutTitle: holder.dataset.zoomOut }).addTo(map);
  map.fitBounds(bounds);
  map.setMinZoom(Math.floor(map.getZoom())); // with a broken number the clusters leave out a marker that stands alone

  const outlines = drawing.cloneNode(true);
  outlines.querySelector(".marks").remove();
  L.svgOverlay(outlines, bounds).addTo(map);

  let shown = layer(map, data).addTo(map);
  if (data.clusters.length) {
    follow(map, holder.dataset.source, (closer) => {
      shown.remove();
      shown = layer(map, closer).addTo(map);
    });
  }
  for (const area of data.areas) {
    L.marker(area.at, { icon: icon("map-count", String(area.n), 30), title: area.said, alt: area.said })
      .on("click", () => location.assign(`?${area.query}`))
      .addTo(map);
  }
  drawing.remove();
}

async function start(holder) {
  try {
    const response = await fetch(holder.dataset.source);
    if (!response.ok) throw new Error(String(response.status));
    draw(holder, await response.json());
  } catch {
    const note = holder.appendChild(document.createElement("p"));
    note.className = "map-failed";
    note.textContent = holder.dataset.failed;
  }
}

for (const holder of document.querySelectorAll(".map")) start(holder);
