import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { paletteStyles } from './app/engine/palette.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const unused = here('app/engine/unused-package.ts')

/** `import 'virtual:palette.css'` is the stylesheet made of app/engine/palette.ts, so that a colour is written once. */
const palette = (): Plugin => ({
  name: 'quarterdeck:palette',
  resolveId: id => (id === 'virtual:palette.css' ? id : undefined),
  load: id => (id === 'virtual:palette.css' ? paletteStyles() : undefined),
})

/** Preloads the one font file that every page needs; the other scripts load by unicode-range only when they occur. */
const fontPreload = (): Plugin => ({
  name: 'quarterdeck:font-preload',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {}).filter(name => /ibm-plex-sans-latin-wght-normal.*\.woff2$/.test(name)).map(name => ({
        tag: 'link',
        attrs: { rel: 'preload', href: `/${name}`, as: 'font', type: 'font/woff2', crossorigin: '' },
        injectTo: 'head' as const,
      })),
  },
})

/** Our table pages, filters and sorts on the server with its own controls; antd's table would bring its own along. */
const partsOfTable = (): Plugin => ({
  name: 'quarterdeck:parts-of-table',
  enforce: 'pre',
  apply: 'build',
  resolveId: (source, importer) => (importer && ((source === '../pagination' && importer.endsWith('antd/es/table/InternalTable.js')) || (source === './FilterDropdown' && importer.endsWith('antd/es/table/hooks/useFilter/index.js'))) ? here('app/engine/unused-part.ts') : undefined),
})

/** In development Vite serves both pages; in production the server chooses between them. */
const signInPage = (): Plugin => ({
  name: 'quarterdeck:sign-in-page',
  configureServer: server => {
    server.middlewares.use((request, _response, next) => {
      if (/^\/(sign-in$|sign-in\?|invite\/|reset\/)/.test(request.url ?? '')) request.url = '/sign-in.html'
      next()
    })
  },
})

const api = process.env.QD_API ?? 'http://127.0.0.1:3000'
/** The API refuses unsafe requests of a foreign origin, so the proxy speaks with the API's own. */
const proxied = { target: api, headers: { origin: api } }

export default defineConfig({
  root: here('app'),
  publicDir: false,
  plugins: [react(), palette(), partsOfTable(), fontPreload(), signInPage()],
  resolve: { alias: Object.fromEntries(['react-markdown', 'remark-gfm', 'html2canvas', 'papaparse', 'object-inspect'].map(name => [name, unused])) },
  server: { proxy: { '/v1': proxied, '/api': proxied } },
  build: {
    outDir: here('dist/app'),
    // Pages that are open keep finding the scripts they were built with, also while a new build is written.
    emptyOutDir: false,
    manifest: true,
    target: 'es2023',
    // A small font inlined as data: would break `font-src 'self'`.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: { index: here('app/index.html'), 'sign-in': here('app/sign-in.html') } },
  },
})
