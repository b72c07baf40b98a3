/**
 * Stands in for packages that our dependencies import but whose parts we never use: react-markdown and remark-gfm (Refine's
 * MarkdownField), papaparse (its import and export in the browser), object-inspect (an error text inside qs), html2canvas (export of
 * @antv/g). Together they are some 95 kB gzipped. Calling one is a mistake, so it says so.
 */
export default function unusedPackage(): never {
  throw new Error('This package is not part of the build: see the aliases in vite.config.ts.')
}
