// Sorting, filtering and histograms of a probe's page. The page reads well without it; all it shows it takes from
// data- attributes, and it writes text only as text.
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  function made(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function closeDetails(table) {
    for (const row of table.querySelectorAll("tr.detail")) row.remove();
    for (const button of table.querySelectorAll(".open")) button.setAttribute("aria-expanded", "false");
  }

  function sort(table, header) {
    closeDetails(table);
    const column = Array.prototype.indexOf.call(header.parentNode.children, header);
    const descending = header.getAttribute("aria-sort") === "ascending";
    const words = header.dataset.sort === "text";
    const body = table.tBodies[0];
    const keyed = Array.from(body.rows, (row) => ({ row, key: row.cells[column].dataset.key }));
    keyed.sort((one, other) => {
      if (!one.key || !other.key) return Number(!one.key) - Number(!other.key); // what is not known stands last
      const order = words ? one.key.localeCompare(other.key, "en", { numeric: true }) : one.key - other.key;
      return descending ? -order : order;
    });
    for (const each of keyed) body.appendChild(each.row);
    for (const each of header.parentNode.children) each.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  }

  function density(family, mean, std) {
    if (!(std > 0)) return null;
    if (family === "normal") {
      return (x) => Math.exp((-0.5 * (x - mean) * (x - mean)) / (std * std)) / (std * Math.sqrt(2 * Math.PI));
    }
    const half = std * Math.sqrt(3);
    return family === "uniform" ? (x) => (Math.abs(x - mean) <= half ? 1 / (2 * half) : 0) : null;
  }

  function histogram(row, width) {
    const counts = row.dataset.bins.split(" ").map(Number);
    const [low, high] = [Number(row.dataset.low), Number(row.dataset.high)];
    const [height, left, bottom] = [210, 8, 190];
    const total = counts.reduce((sum, count) => sum + count, 0);
    const bin = (high - low) / counts.length;
    const promised = density(
      row.dataset.promisedFamily, Number(row.dataset.promisedMean), Number(row.dataset.promisedStd));
    const expected = (x) => promised(x) * total * bin;
    const peak = Math.max(...counts, promised ? expected(Number(row.dataset.promisedMean)) : 0);
    const x = (value) => left + ((value - low) / (high - low)) * (width - 2 * left);
    const y = (count) => bottom - (count / peak) * (bottom - 12);
    const chart = made("svg", { class: "histogram", viewBox: `0 0 ${width} ${height}`, role: "img" });
    chart.appendChild(made("title", {}, `histogram of ${row.dataset.name}`));
    counts.forEach((count, place) => {
      const from = x(low + place * bin);
      const rect = made("rect", {
        class: "bin", x: from + 0.5, y: y(count), width: Math.max(x(low + (place + 1) * bin) - from - 1, 0.5),
        height: bottom - y(count) });
      rect.appendChild(made("title", {}, `${count} from ${(low + place * bin).toPrecision(3)}`));
      chart.appendChild(rect);
    });
    if (promised) {
      const points = Array.from({ length: 201 }, (_, i) => low + ((high - low) * i) / 200);
      chart.appendChild(made("path", {
        class: "curve", d: "M" + points.map((v) => `${x(v).toFixed(1)} ${y(expected(v)).toFixed(1)}`).join("L") }));
    }
    chart.appendChild(made("path", { class: "axis", d: `M${left} ${bottom}H${width - left}` }));
    const labels = [[low, "start"], [(low + high) / 2, "middle"], [high, "end"]];
    for (const [value, anchor] of labels) {
      chart.appendChild(made("text", { x: x(value), y: height - 4, "text-anchor": anchor }, value.toPrecision(3)));
    }
    return chart;
  }

  function facts(data) {
    const number = (text) => (text === undefined ? null : Number(Number(text).toPrecision(4)));
    const parts = [`${data.n} entries`, `mean ${number(data.mean)}`, `std ${number(data.std)}`];
    if (data.interval) parts.push(`true std ${data.interval}`);
    if (data.promisedStd !== undefined) parts.push(`promised ${data.promisedFamily} std ${number(data.promisedStd)}`);
    parts.push(data.family ? `looks ${data.family}` : "of no family that is tested for");
    if (data.nonfinite) parts.push(`${data.nonfinite} not finite`);
    return parts.join("; ");
  }

  function toggle(table, row) {
    const button = row.querySelector(".open");
    const opened = button.getAttribute("aria-expanded") === "true";
    closeDetails(table);
    if (opened) return;
    button.setAttribute("aria-expanded", "true");
    const detail = document.createElement("tr");
    detail.className = "detail";
    const cell = detail.appendChild(document.createElement("td"));
    cell.colSpan = row.cells.length;
    if (row.dataset.bins) cell.appendChild(histogram(row, Math.min(620, table.clientWidth - 24)));
    const text = cell.appendChild(document.createElement("p"));
    text.textContent = row.dataset.n === undefined ? "nothing was measured" : facts(row.dataset);
    row.after(detail);
  }

  function prepare(root) {
    root.classList.add("js");
    for (const table of root.querySelectorAll("table.parameters")) {
      for (const header of table.tHead.rows[0].cells) {
        const button = header.querySelector("button");
        if (button) button.addEventListener("click", () => sort(table, header));
      }
      const rows = Array.from(table.tBodies[0].rows);
      for (const row of rows) row.querySelector(".open").addEventListener("click", () => toggle(table, row));
      const section = table.closest("section");
      section.querySelector(".filter input").addEventListener("input", (event) => {
        closeDetails(table);
        const words = event.target.value.toLowerCase().split(/\s+/);
        for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      });
      for (const point of section.querySelectorAll(".plot .weight")) {
        point.addEventListener("click", () => {
          const row = rows.find((each) => each.dataset.name === point.dataset.parameter);
          if (!row) return;
          row.hidden = false;
          if (row.querySelector(".open").getAttribute("aria-expanded") !== "true") toggle(table, row);
          row.scrollIntoView({ block: "center" });
        });
      }
    }
  }

  for (const root of document.querySelectorAll(".winit-lint:not(.js)")) prepare(root);
})();
