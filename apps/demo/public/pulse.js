// The page is rendered by the server. This script exchanges the pieces of it that have changed, and sends crashes.

const link = document.getElementById('link')
const linkText = document.getElementById('link-text')

function showLink(state, text) {
  link.dataset.state = state
  linkText.textContent = text
}

function exchange({ id, html }) {
  const old = document.getElementById(id)
  if (old === null) return
  const template = document.createElement('template')
  template.innerHTML = html
  const next = template.content.firstElementChild
  const focused = old.contains(document.activeElement) ? document.activeElement : null
  const how = document.getElementById('how')?.value
  const pid = old.querySelector(':scope > .pid')?.textContent
  keepBars(old, next)
  old.replaceWith(next)
  // What the visitor was doing goes on in the new piece.
  if (how !== undefined) document.getElementById('how').value = how
  const worker = focused?.dataset.crash
  if (worker !== undefined) document.querySelector(`[data-crash="${CSS.escape(worker)}"]`)?.focus()
  else if (focused?.id) document.getElementById(focused.id)?.focus()
  if (pid !== undefined && pid !== next.querySelector('.pid').textContent) next.classList.add('fresh')
}

/** The bars of uptime come as a piece of their own: a new card gets those that were there. */
function keepBars(old, next) {
  for (const empty of next.querySelectorAll('.uptime:empty')) {
    const known = old.querySelector('.uptime')
    if (known !== null) empty.replaceWith(known)
  }
}

/** Brings the pieces of a list into their order. One that is new is empty until its content comes. */
function arrange({ id, items }) {
  const list = document.getElementById(id)
  if (list === null) return
  const shown = [...list.children]
  if (shown.length === items.length && shown.every((each, index) => each.id === items[index])) return
  const kept = new Map(shown.map((each) => [each.id, each]))
  const focused = document.activeElement
  list.replaceChildren(
    ...items.map((item) => {
      if (kept.has(item)) return kept.get(item)
      const isGroup = item.startsWith('group:')
      const empty = document.createElement(list.tagName === 'UL' ? 'li' : isGroup ? 'h2' : 'article')
      empty.id = item
      empty.className = list.tagName === 'UL' ? 'worker' : isGroup ? 'group' : 'card'
      return empty
    }),
  )
  if (list.contains(focused)) focused.focus()
}

/** The page of all targets is kept up to date by the server. */
function follow() {
  const operator = document.body.dataset.view === 'operator'
  const events = new EventSource(operator ? '/api/operator/events' : '/api/page/events')
  events.addEventListener('open', () => showLink('on', 'live'))
  // The browser tries again by itself; it gives up only where no stream is to be had.
  events.addEventListener('error', () =>
    showLink(
      'off',
      events.readyState === EventSource.CLOSED ? 'not connected: reload the page' : 'reconnecting',
    ),
  )
  events.addEventListener('fragment', (event) => exchange(JSON.parse(event.data)))
  events.addEventListener('list', (event) => arrange(JSON.parse(event.data)))
}

/** Any other page is asked for again from time to time, while somebody looks at it and types nothing. */
async function reload() {
  if (document.hidden || document.activeElement?.tagName === 'INPUT') return
  try {
    const response = await fetch(location.href)
    if (!response.ok) throw new Error(`answered ${response.status}`)
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    document.getElementById('live').replaceWith(page.getElementById('live'))
    choosePeriod(period())
    showLink('on', 'up to date')
  } catch {
    showLink('off', 'Pulse did not answer')
  }
}

const PERIOD = 'pulse-period'
const period = () => localStorage.getItem(PERIOD) ?? '30d'

function choosePeriod(key) {
  localStorage.setItem(PERIOD, key)
  document.body.dataset.period = key
  const input = document.querySelector(`#period [value="${key}"]`)
  if (input !== null) input.checked = true
}

document.addEventListener('change', (event) => {
  if (event.target.name === 'period') choosePeriod(event.target.value)
})
choosePeriod(period())

const { refresh } = document.getElementById('live').dataset
if (refresh === undefined) follow()
else {
  showLink('on', 'up to date')
  // biome-ignore lint/style/noRestrictedGlobals: the browser has no kernel
  setInterval(reload, 1000 * refresh)
}

async function crash(button, worker) {
  button.disabled = true
  const how = document.getElementById('how').value
  try {
    const response = await fetch(`/api/chaos/crash/${encodeURIComponent(worker)}?how=${how}`, {
      method: 'POST',
    })
    if (!response.ok) showLink('off', (await response.json()).error)
  } catch {
    showLink('off', 'Pulse did not answer')
  }
  button.disabled = false
}

async function tell(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error((await response.json()).error)
    return true
  } catch (error) {
    showLink('off', error.message)
    return false
  }
}

document.addEventListener('submit', async (event) => {
  if (event.target.id !== 'tell') return
  event.preventDefault()
  const form = event.target
  if (await tell('/api/incidents', Object.fromEntries(new FormData(form)))) form.reset()
})

document.addEventListener('click', (event) => {
  const incident = event.target.closest('[data-incident]')
  if (incident !== null) {
    const over = incident.dataset.over !== undefined
    const text = prompt(over ? 'How did it end?' : 'What is new?')
    if (text) tell(`/api/incidents/${incident.dataset.incident}`, { text, over })
    return
  }
  const button = event.target.closest('[data-crash]')
  if (button !== null) return crash(button, button.dataset.crash)
  const any = event.target.closest('#any')
  if (any === null) return
  const workers = [...document.querySelectorAll('[data-crash]')]
  crash(any, workers[Math.floor(Math.random() * workers.length)].dataset.crash)
})
