import { useData } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { h } from 'vue'
import './style.css'

/** At the end of each page: of which version it is. */
const Version = {
  setup() {
    const { theme } = useData()
    return () => h('p', { class: 'version' }, `This page is of Heartwood ${theme.value.version}.`)
  },
}

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'doc-footer-before': () => h(Version) }),
}
