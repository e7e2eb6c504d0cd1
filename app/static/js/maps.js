// The map of a chain, drawn anew by ECharts so that it can be zoomed and walked over. Where everything lies was decided by the
// server: boxes, lines, words and colours are read from the picture that came with the page, which stays for paper and for
// whoever has no script. Any link to a link of the chain (data-node, data-open) opens it beside the map.
import { fresh } from "./fresh.js";

const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
const LEAST_FONT = 5; // px; below that words are a blur and cost time
const LARGEST = 1.3; // so much larger than on paper a small chain is shown at most
const READABLE = 0.75; // the scale at which words can be read: a large chain begins so on a phone
const LEAST_HEIGHT = 360; // px
const STEP = 1.4; // of the buttons and keys that zoom
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const numbers = (text) => (text.match(/-?[\d.]+/g) ?? []).map(Number);
const value = (element, name) => Number(element.getAttribute(name));

// --- what the picture says ------------------------------------------------------------------------------

// All boxes of a state look alike, and to ask the browser for a look is dear: so it is asked once for each.
let looks = new Map();

function look(element) {
  const key = `${element.parentElement.getAttribute("class")?.replace(" is-faint", "")} ${element.getAttribute("class")}`;
  if (!looks.has(key)) looks.set(key, lookOf(element));
  return looks.get(key);
}

function lookOf(element) {
  const style = getComputedStyle(element);
  const dash = numbers(style.strokeDasharray);
  return {
    fill: style.fill,
    stroke: style.stroke,
    lineWidth: Number.parseFloat(style.strokeWidth),
    lineDash: dash.length > 0 ? dash : null,
  };
}

function markOf(element) {
  const mark = element.querySelector(".map-mark, .map-ring");
  if (!mark) return null;
  if (mark.tagName === "rect")
    return { kind: "rect", at: ["x", "y", "width", "height"].map((name) => value(mark, name)), look: look(mark) };
  if (mark.tagName === "circle") return { kind: "circle", at: ["cx", "cy", "r"].map((name) => value(mark, name)), look: look(mark) };
  const [x, y] = numbers(mark.getAttribute("d"));
  return { kind: "triangle", at: [x, y], look: look(mark) };
}

const wordsOf = (elements) =>
  [...elements].map((one) => ({
    text: one.textContent,
    x: value(one, "x"),
    y: value(one, "y"),
    size: value(one, "font-size"),
    weight: one.getAttribute("font-weight") ?? "400",
    align: one.getAttribute("text-anchor") === "middle" ? "center" : "left",
    fill: look(one).fill,
  }));

function nodeOf(element) {
  const box = element.querySelector(".map-box");
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => value(box, name));
  return {
    x,
    y,
    width,
    height,
    id: element.dataset.node,
    fold: element.dataset.fold,
    href: element.getAttribute("href"),
    name: element.querySelector("title").textContent,
    faint: element.classList.contains("is-faint"),
    look: look(box),
    mark: markOf(element),
    words: wordsOf(element.querySelectorAll("text")),
  };
}

export function readPicture(svg) {
  looks = new Map();
  const lines = svg.querySelector(".map-lines");
  return {
    width: svg.viewBox.baseVal.width,
    height: svg.viewBox.baseVal.height,
    nodes: [...svg.querySelectorAll(".map-node")].map(nodeOf),
    lines: [...svg.querySelectorAll(".map-line")].map((one) => ({
      at: numbers(one.getAttribute("d")),
      from: one.dataset.from,
      to: one.dataset.to,
    })),
    tips: [...svg.querySelectorAll(".map-tip")].map((one) => numbers(one.getAttribute("d"))),
    heads: wordsOf(svg.querySelectorAll(".map-tier, .map-count")),
    line: lines ? getComputedStyle(lines).stroke : "",
  };
}

// The next link in a direction: near in it, and not far beside it.
export function neighbour(nodes, at, [dx, dy]) {
  const middle = (node) => [node.x + node.width / 2, node.y + node.height / 2];
  const [x, y] = middle(nodes[at]);
  let best = at;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, node] of nodes.entries()) {
    const [ox, oy] = middle(node);
    const ahead = (ox - x) * dx + (oy - y) * dy;
    const cost = ahead + 2 * Math.abs((ox - x) * dy + (oy - y) * dx);
    if (index !== at && ahead > 1 && cost < least) {
      best = index;
      least = cost;
    }
  }
  return best;
}

// --- as ECharts draws it --------------------------------------------------------------------------------

// From units of the map to pixels of the moment.
function scaled(api) {
  const [left, top] = api.coord([0, 0]);
  const k = api.size([1, 1])[0];
  return { k, x: (each) => left + each * k, y: (each) => top + each * k };
}

function drawWords(words, to, opacity) {
  return words
    .filter((word) => word.size * to.k >= LEAST_FONT)
    .map((word) => ({
      type: "text",
      silent: true,
      style: {
        text: word.text,
        x: to.x(word.x),
        y: to.y(word.y - word.size * 0.36),
        font: `${word.weight} ${word.size * to.k}px ${FONT}`,
        fill: word.fill,
        align: word.align,
        verticalAlign: "middle",
        opacity,
      },
    }));
}

function drawMark({ kind, at, look: style }, to, opacity) {
  const [x, y, third, fourth] = at;
  const shown = { ...style, lineWidth: style.lineWidth * to.k, lineDash: null, opacity };
  if (kind === "rect")
    return { type: "rect", silent: true, shape: { x: to.x(x), y: to.y(y), width: third * to.k, height: fourth * to.k }, style: shown };
  if (kind === "circle") return { type: "circle", silent: true, shape: { cx: to.x(x), cy: to.y(y), r: third * to.k }, style: shown };
  const points = [
    [x, y],
    [x + 7, y + 13],
    [x - 7, y + 13],
  ].map(([px, py]) => [to.x(px), to.y(py)]);
  return { type: "polygon", silent: true, shape: { points }, style: shown };
}

function boxShape(node, to, out = 0) {
  return {
    x: to.x(node.x - out),
    y: to.y(node.y - out),
    width: (node.width + 2 * out) * to.k,
    height: (node.height + 2 * out) * to.k,
    r: 4 * to.k,
  };
}

function drawNode(node, to) {
  const opacity = node.faint ? 0.35 : 1;
  const { lineWidth, lineDash } = node.look;
  const style = { ...node.look, lineWidth: lineWidth * to.k, lineDash: lineDash?.map((each) => each * to.k) ?? "solid", opacity };
  const mark = node.mark ? [drawMark(node.mark, to, opacity)] : [];
  return { type: "group", children: [{ type: "rect", shape: boxShape(node, to), style }, ...mark, ...drawWords(node.words, to, opacity)] };
}

function drawLine([x1, y1, cpx1, cpy1, cpx2, cpy2, x2, y2], to, stroke, width) {
  const shape = {
    x1: to.x(x1),
    y1: to.y(y1),
    cpx1: to.x(cpx1),
    cpy1: to.y(cpy1),
    cpx2: to.x(cpx2),
    cpy2: to.y(cpy2),
    x2: to.x(x2),
    y2: to.y(y2),
  };
  return { type: "bezierCurve", silent: true, shape, style: { stroke, lineWidth: Math.max(width * to.k, 0.5), fill: null } };
}

function drawTip([x, y, back, upper, lower], to, fill) {
  const points = [
    [x, y],
    [back, upper],
    [back, lower],
  ].map(([px, py]) => [to.x(px), to.y(py)]);
  return { type: "polygon", silent: true, shape: { points }, style: { fill } };
}

function drawEdge({ at }, tip, to, colour) {
  return { type: "group", silent: true, children: [drawLine(at, to, colour, 1.2), drawTip(tip, to, colour)] };
}

const custom = (id, count, draw, more = {}) => ({
  id,
  type: "custom",
  animation: false,
  clip: false,
  data: [...new Array(count).keys()].map((each) => [0, 0, each]),
  renderItem: (_params, api) => draw(api.value(2), scaled(api)),
  tooltip: { show: false },
  ...more,
});

// --- the map --------------------------------------------------------------------------------------------

class ChainMap {
  constructor(view) {
    this.view = view;
    this.sheet = view.querySelector(".map-sheet");
    this.svg = view.querySelector("svg.map");
    this.side = view.querySelector("[data-map-side]");
    this.at = null;
    this.listen();
    this.load();
  }

  load() {
    if (window.echarts) this.begin();
    else document.querySelector("script[data-charts]").addEventListener("load", () => this.begin());
  }

  begin() {
    this.picture = readPicture(this.svg);
    this.canvas = document.createElement("div");
    this.canvas.className = "map-canvas";
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute(
      "aria-label",
      `${this.svg.getAttribute("aria-label")}：方向键走到环节，下一页上一页依次走遍，回车打开，加号减号放大缩小；下面的表里是同样的内容`,
    );
    this.said = document.createElement("p");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    this.sheet.before(this.canvas, this.said);
    this.addButtons();
    this.view.classList.add("is-drawn");
    this.measure();
    this.chart = window.echarts.init(this.canvas, null, { renderer: "canvas" });
    this.chart.on("finished", () => {
      if (!this.view.dataset.drawn) performance.mark("map-drawn");
      this.view.dataset.drawn = "1";
    });
    this.chart.on("click", { seriesId: "nodes" }, ({ dataIndex }) => this.go(dataIndex));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("focus", () => this.walk(this.at ?? this.first()));
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    new MutationObserver(() => this.recolour()).observe(document.getElementById("dark"), { attributeFilter: ["media"] });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.draw();
    if (this.picture.nodes.some((node) => node.faint)) this.show(this.first());
  }

  addButtons() {
    const bar = document.createElement("div");
    bar.className = "map-zoom";
    for (const [words, act] of [
      ["放大", () => this.zoom(STEP)],
      ["缩小", () => this.zoom(1 / STEP)],
      ["看全", () => this.whole()],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-plain btn-small";
      button.textContent = words;
      button.addEventListener("click", act);
      bar.append(button);
    }
    this.sheet.before(bar);
  }

  first() {
    return Math.max(
      this.picture.nodes.findIndex((node) => !node.faint),
      0,
    );
  }

  // The world has the proportions of the canvas, so that both axes always have one scale.
  measure() {
    const width = this.canvas.clientWidth;
    const whole = this.picture.height * Math.min(width / this.picture.width, LARGEST);
    const height = Math.round(Math.min(Math.max(whole, LEAST_HEIGHT), 0.72 * window.innerHeight));
    this.canvas.style.height = `${height}px`;
    this.scale = Math.min(width / this.picture.width, height / this.picture.height, LARGEST);
    this.world = [width / this.scale, height / this.scale];
    this.span ??= Math.min(100, (100 * this.scale) / READABLE);
  }

  draw() {
    this.measure();
    const { nodes, lines, tips, heads, line } = this.picture;
    const [width, height] = this.world;
    const axis = { type: "value", show: false, min: 0 };
    const inside = {
      type: "inside",
      filterMode: "none",
      zoomOnMouseWheel: "ctrl",
      moveOnMouseMove: true,
      minSpan: 5,
      start: 0,
      end: this.span,
    };
    this.chart.setOption(
      {
        animation: false,
        grid: { left: 0, top: 0, right: 0, bottom: 0 },
        xAxis: { ...axis, max: width },
        yAxis: { ...axis, max: height, inverse: true },
        dataZoom: [
          { ...inside, xAxisIndex: 0 },
          { ...inside, yAxisIndex: 0 },
        ],
        tooltip: { renderMode: "richText", formatter: ({ dataIndex }) => nodes[dataIndex].name },
        series: [
          custom("lines", lines.length, (at, to) => drawEdge(lines[at], tips[at], to, line), { silent: true }),
          custom("nodes", nodes.length, (at, to) => drawNode(nodes[at], to), { tooltip: { show: true } }),
          custom("heads", heads.length, (at, to) => ({ type: "group", children: drawWords([heads[at]], to, 1) }), { silent: true }),
          this.cursor(),
        ],
      },
      { notMerge: true },
    );
  }

  // The link that the reader is at, and its lines.
  cursor() {
    const stroke = getComputedStyle(this.view).getPropertyValue("--brand");
    const node = this.picture.nodes[this.at];
    const own = node ? this.picture.lines.filter(({ from, to }) => from === node.id || to === node.id) : [];
    const draw = (_at, to) => ({
      type: "group",
      silent: true,
      children: [
        ...own.map((each) => drawLine(each.at, to, stroke, 2.4)),
        { type: "rect", shape: boxShape(node, to, 3), style: { fill: null, stroke, lineWidth: Math.max(3 * to.k, 2) } },
      ],
    });
    return custom("cursor", node ? 1 : 0, draw, { silent: true });
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || (this.chart.getWidth() === clientWidth && this.chart.getHeight() === clientHeight)) return;
    this.measure();
    this.chart.resize();
    const [width, height] = this.world;
    this.chart.setOption({ xAxis: { max: width }, yAxis: { max: height } });
  }

  recolour() {
    this.picture = readPicture(this.svg);
    this.draw();
  }

  // --- zoom

  ranges() {
    return this.chart.getOption().dataZoom.map(({ start, end }) => [start, end]);
  }

  range(starts, span) {
    const batch = starts.map((each, dataZoomIndex) => {
      const start = Math.min(Math.max(each, 0), 100 - span);
      return { dataZoomIndex, start, end: start + span };
    });
    this.chart.dispatchAction({ type: "dataZoom", batch });
  }

  zoom(factor) {
    const found = this.ranges();
    const span = Math.min(Math.max((found[0][1] - found[0][0]) / factor, 5), 100);
    this.range(
      found.map(([start, end]) => (start + end - span) / 2),
      span,
    );
  }

  whole() {
    this.range([0, 0], 100);
  }

  // Brings a link into sight, where it is not.
  show(at) {
    const node = this.picture.nodes[at];
    const found = this.ranges();
    const span = found[0][1] - found[0][0];
    const edges = [
      [node.x, node.x + node.width],
      [node.y, node.y + node.height],
    ].map((each, axis) => each.map((one) => (100 * one) / this.world[axis]));
    const inside = edges.every(([begin, end], axis) => begin >= found[axis][0] && end <= found[axis][1]);
    if (!inside)
      this.range(
        edges.map(([begin, end]) => (begin + end - span) / 2),
        span,
      );
  }

  // --- walking and opening

  key(event) {
    const direction = ARROWS[event.key];
    if (direction) this.walk(neighbour(this.picture.nodes, this.at ?? 0, direction));
    else if (event.key === "Enter" && this.at !== null) this.go(this.at);
    else if (event.key === "+" || event.key === "=") this.zoom(STEP);
    else if (event.key === "-") this.zoom(1 / STEP);
    else if (event.key === "0") this.whole();
    else if (event.key === "PageDown") this.walk(this.at + 1);
    else if (event.key === "PageUp") this.walk(this.at - 1);
    else if (event.key === "Home") this.walk(0);
    else if (event.key === "End") this.walk(this.picture.nodes.length - 1);
    else return;
    event.preventDefault();
  }

  walk(at) {
    if (!this.picture.nodes[at]) return;
    this.at = at;
    this.said.textContent = this.picture.nodes[at].name;
    this.chart.setOption({ series: [this.cursor()] });
    this.show(at);
  }

  go(at) {
    const { id, href } = this.picture.nodes[at];
    this.walk(at);
    if (id) this.open(id, this.canvas);
    else window.location.assign(href);
  }

  listen() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("[data-open], .map-node[data-node]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      this.open(link.dataset.open ?? link.dataset.node, link);
    });
    this.side.addEventListener("click", (event) => event.target.closest("[data-map-close]") && this.close());
    this.view.addEventListener("keydown", (event) => event.key === "Escape" && !this.side.hidden && this.close());
  }

  async open(id, from) {
    if (!this.side.contains(from)) this.from = from;
    const answer = await fetch(this.view.dataset.panel.replace("-node-", id), { headers: { "X-Requested-With": "fetch" } }).catch(
      () => null,
    );
    if (!answer?.ok || answer.redirected) {
      window.location.assign(`/chains/nodes/${id}`);
      return;
    }
    this.side.innerHTML = await answer.text();
    this.side.hidden = false;
    this.side.querySelector("h2").focus();
    const at = this.picture?.nodes.findIndex((node) => node.id === id) ?? -1;
    if (at >= 0) this.walk(at);
  }

  close() {
    this.side.hidden = true;
    this.side.replaceChildren();
    this.from?.focus?.();
  }
}

export function enlivenMaps(root) {
  for (const view of fresh(root, "[data-map]")) new ChainMap(view);
}
