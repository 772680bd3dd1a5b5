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
  box.appendChild(document.createElement("p")).textContent = spot.precision;
  return box;
}

function icon(className, label, size) {
  const disc = document.createElement("span");
  disc.textContent = label;
  return L.divIcon({ className, html: disc, iconSize: [size, size] });
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

  const clusters = L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 60, // at half a zoom step this is 42 pixels: rings of 26 never cover one another
    iconCreateFunction(cluster) {
      const n = cluster.getAllChildMarkers().reduce((sum, marker) => sum + marker.options.n, 0);
      const everyPoint = cluster.getAllChildMarkers().every((marker) => marker.options.isPoint);
      return icon(everyPoint ? "map-pin" : "map-area", String(n), 30);
    },
  });
  for (const spot of data.spots) {
    L.circle(spot.at, { radius: spot.metres, className: "spot", interactive: false }).addTo(map);
    const n = spot.incidents.length;
    const isPoint = spot.metres <= POINT_METRES;
    // What is known only to be somewhere within a circle is an open ring of at least a finger's size, never a pin.
    const disc = icon(isPoint ? "map-pin" : "map-area", n > 1 ? String(n) : "", n > 1 || !isPoint ? 26 : 16);
    const title = `${spot.incidents.map((incident) => incident.title).join("; ")} (${spot.precision})`;
    const marker = L.marker(spot.at, { icon: disc, title, alt: title, n, isPoint });
    clusters.addLayer(marker.bindPopup(() => popup(spot), { minWidth: 220, maxWidth: 260 }));
  }
  map.addLayer(clusters);
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
