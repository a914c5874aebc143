// Light or dark as the pages of the guide beside this reference were set.
const chosen = localStorage.getItem('vitepress-theme-appearance')
if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen
