import { entries } from './entries.mjs'

/** Where the site is that this reference is a part of, if it is made for one. */
const site = process.env.HEARTWOOD_SITE_BASE
const links = {
  titleLink: site,
  navigationLinks: { Guides: site, 'All names': `${site}api/index.html`, Errors: `${site}docs/errors.html` },
}

export default {
  name: 'Heartwood',
  entryPoints: [...entries.keys()].map((file) => `../../${file}`),
  plugin: ['./groups.mjs'],
  categorizeByGroup: false,
  tsconfig: 'tsconfig.json',
  outputs: [
    { name: 'html', path: 'dist' },
    { name: 'json', path: 'dist/reference.json' },
  ],
  readme: 'none',
  disableGit: true,
  sourceLinkTemplate: '{path}:{line}',
  excludeInternal: true,
  excludePrivate: true,
  sort: ['kind', 'alphabetical'],
  favicon: '../../site/public/logo.svg',
  customJs: 'appearance.js',
  validation: { notExported: false, invalidLink: true, invalidPath: false },
  treatWarningsAsErrors: true,
  ...(site === undefined ? {} : links),
}
