// Charts of pages: plain data in `data-chart`, colours from the page's tokens, drawn as SVG so that they can be read and tested.
import { BarChart, FunnelChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendScrollComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent, BarChart, FunnelChart, GridComponent, HeatmapChart, LegendScrollComponent, LineChart, PieChart, SVGRenderer,
  TooltipComponent, VisualMapComponent,
]);

interface Series {
  name: string;
  data: number[];
  color?: number;
}

interface Chart {
  kind: "line" | "area" | "bar" | "hbar" | "funnel" | "donut" | "heatmap";
  labels: string[];
  rows?: string[];
  series: Series[];
  stacked?: boolean;
}

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function option(chart: Chart): EChartsCoreOption {
  const ink = token("--aero-muted");
  const line = token("--aero-border");
  const colours = Array.from({ length: 8 }, (_, i) => token(`--aero-chart-${i + 1}`));
  const common = {
    color: colours,
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250,
    aria: { enabled: true, label: { enabled: true } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    tooltip: {
      trigger: "axis", confine: true, backgroundColor: token("--aero-surface"), borderColor: line,
      textStyle: { color: token("--aero-text") },
    },
  };
  const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: line } }, splitLine: { lineStyle: { color: line } } };
  const colour = (series: Series, i: number) => colours[((series.color ?? i + 1) - 1) % colours.length];
  const legend = { type: "scroll", top: 0, left: 0, textStyle: { color: ink }, icon: "roundRect", itemWidth: 12, itemHeight: 8 };
  if (chart.kind === "donut" || chart.kind === "funnel") {
    const values = chart.labels.map((name, i) => ({ name, value: chart.series[0]?.data[i] ?? 0 }));
    const shape = chart.kind === "donut"
      ? { type: "pie", radius: ["55%", "80%"], label: { color: ink } }
      : { type: "funnel", sort: "none", gap: 3, left: 0, right: 0, top: 8, bottom: 8, minSize: "12%",
          label: { position: "inside", color: token("--aero-text"), formatter: "{b}: {c}" },
          itemStyle: { borderWidth: 0, opacity: 0.35 } };
    return { ...common, tooltip: { ...common.tooltip, trigger: "item" }, series: [{ ...shape, data: values }] };
  }
  if (chart.kind === "heatmap") {
    const cells = chart.series.flatMap((row, y) => row.data.map((value, x) => [x, y, value]));
    const most = Math.max(1, ...cells.map((cell) => cell[2] ?? 0));
    return {
      ...common, tooltip: { ...common.tooltip, trigger: "item" }, grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: chart.labels, ...axis }, yAxis: { type: "category", data: chart.series.map((s) => s.name), ...axis },
      visualMap: { min: 0, max: most, show: false, inRange: { color: [token("--aero-surface"), token("--aero-chart-1")] } },
      series: [{ type: "heatmap", data: cells }],
    };
  }
  const named = chart.series.length > 1 || chart.stacked;
  const lying = chart.kind === "hbar";
  const names = { type: "category", data: chart.labels, ...axis, boundaryGap: chart.kind === "bar" || lying };
  const whole = chart.series.every((series) => series.data.every(Number.isInteger));
  const values = { type: "value", minInterval: whole ? 1 : undefined, ...axis };
  return {
    ...common,
    legend: named ? legend : undefined,
    grid: { left: 4, right: 12, top: named ? 32 : 12, bottom: 4, containLabel: true },
    xAxis: lying ? values : names,
    yAxis: lying ? { ...names, inverse: true } : values,
    series: chart.series.map((series, i) => ({
      name: series.name, data: series.data, type: chart.kind === "bar" || lying ? "bar" : "line",
      itemStyle: { color: colour(series, i), borderRadius: 3 }, lineStyle: { width: 2 }, symbol: "none", smooth: 0.2, barMaxWidth: 28,
      stack: chart.stacked ? "all" : undefined, areaStyle: chart.kind === "area" ? { opacity: 0.18 } : undefined,
    })),
  };
}

/** Draw the chart of an element, again whenever its data, its size or the page's mode changes. */
export function mount(element: HTMLElement): void {
  const chart = init(element, undefined, { renderer: "svg" });
  const draw = () => chart.setOption(option(JSON.parse(element.dataset.chart ?? "{}") as Chart), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(draw).observe(element, { attributeFilter: ["data-chart"] });
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}
