/** A pid as `String(pid)` shows it: those of the kernel that shows it have no node. */
const SHOWN = /<([^<>\s]+)\.(\d+)>/g

/** A text of one kernel, with its pids as another shows them. */
export function pidsAsSeenFrom(text: string, there: string, here: string): string {
  return text.replace(SHOWN, (shown: string, node: string, id: string) => {
    if (node === '0') return `<${here}.${id}>`
    return node === there ? `<0.${id}>` : shown
  })
}
