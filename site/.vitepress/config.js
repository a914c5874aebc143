import { readFileSync } from 'node:fs'
import { anchorOf } from '../anchors.js'
import { sidebarOf } from '../sidebar.js'

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8')
const { version } = JSON.parse(read('../../package.json'))
/** Earlier versions that are published beside this one, as { text, link }. */
const earlier = JSON.parse(read('../versions.json'))
const base = process.env.HEARTWOOD_SITE_BASE ?? '/'

/** Links of errors and log records name files of the repository (`errors.md#CODE`), also where the site does not know such a page. */
const PAGE_OF_FILE = `if (/\\.md$/.test(location.pathname)) location.replace(location.pathname.replace(/\\.md$/, '.html') + location.hash)`

export default {
  title: 'Heartwood',
  description: 'Supervision trees for Node.js: the process model of Erlang/OTP, in TypeScript.',
  lang: 'en',
  srcDir: './pages',
  outDir: './dist',
  base,
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }],
    ['script', {}, PAGE_OF_FILE],
  ],
  markdown: { anchor: { slugify: anchorOf } },
  vite: { publicDir: '../public', build: { chunkSizeWarningLimit: 2_000 } },
  themeConfig: {
    logo: '/logo.svg',
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/docs/guides/from-zero' },
      { text: 'API', link: '/api/index', activeMatch: '/api/' },
      { text: 'Errors', link: '/docs/errors' },
      { text: version, items: [{ text: `${version}: this page`, link: '/' }, ...earlier] },
    ],
    sidebar: sidebarOf(read('../../README.md'), new URL('../../', import.meta.url)),
    version,
  },
}
