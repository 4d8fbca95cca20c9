/** All files of a report, as text, from its data. Pure: the same data give the same files. */
import { bandwidthChart } from './bandwidth-chart.js';
import { decompositionChart } from './decomposition-chart.js';
import { parameterChart } from './parameter-chart.js';
import { parameterWorth } from './parameter-worth.js';
import { renderSvg } from './render-svg.js';
import type { ReportData } from './report-data.js';
import { pictures, reportPage } from './report-page.js';
import { speedupChart } from './speedup-chart.js';
import { spreadChart } from './spread-chart.js';

/** File name to content; report.md last, so that no page stands without its pictures. */
export async function renderReport(data: ReportData): Promise<Map<string, string>> {
  const worth = parameterWorth(data.problems);
  const files = new Map<string, string>();
  files.set(pictures.speedup, await renderSvg(speedupChart(data)));
  files.set(pictures.bandwidth, await renderSvg(bandwidthChart(data)));
  files.set(pictures.spread, await renderSvg(spreadChart(data)));
  const decompositions = decompositionChart(data);
  if (decompositions !== undefined) files.set(pictures.decompositions, await renderSvg(decompositions));
  if (worth.length > 0) files.set(pictures.parameters, await renderSvg(parameterChart(data, worth)));
  files.set('report.md', reportPage(data, worth));
  return files;
}
