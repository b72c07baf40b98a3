/** Stands in for the parts of antd's table that ours never shows, its pagination and its filter menus (with a tree and a second search box in them): some 15 kB gzipped of the first list. */
export default function unusedPart(): never {
  throw new Error('This part of the table is not in the build: see partsOfTable in vite.config.ts.')
}
export { unusedPart as flattenKeys }
