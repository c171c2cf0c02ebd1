/** An experiment for others to read: one HTML file, or Markdown with its pictures and numbers beside it. */
export { csvOf } from './csv.js';
export { htmlReport } from './html.js';
export { markdownReport, type ReportFile } from './markdown.js';
export type { Picture, Report, ReportedConclusion, ReportedDirection, ReportedText, Table } from './report.js';
