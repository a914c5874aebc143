/** What the views need of the browser. */
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

export interface Size {
  readonly width: number
  readonly height: number
  readonly top: number
  readonly left: number
}

/** The size of an element, and how far it is scrolled. */
export function useSize(ref: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0, top: 0, left: 0 })
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    let due = 0
    const measure = (): void => {
      due = 0
      const { clientWidth: width, clientHeight: height, scrollTop: top, scrollLeft: left } = element
      setSize((now) =>
        now.width === width && now.height === height && now.top === top && now.left === left
          ? now
          : { width, height, top, left },
      )
    }
    const soon = (): void => {
      if (due === 0) due = requestAnimationFrame(measure)
    }
    const watcher = new ResizeObserver(soon)
    watcher.observe(element)
    element.addEventListener('scroll', soon, { passive: true })
    measure()
    return () => {
      watcher.disconnect()
      element.removeEventListener('scroll', soon)
      cancelAnimationFrame(due)
    }
  }, [])
  return size
}

/** For `ref`: has the focus once it is there. A browser minds `autofocus` at its next picture, and only once in a document. */
export function focused(element: HTMLElement | null): void {
  element?.focus()
}

/** Whether a key is for a field and not for the page. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
}

/** Calls `fn` now and every so many milliseconds while the page can be seen. */
export function useEvery(ms: number, fn: () => void, ...inputs: readonly unknown[]): void {
  useEffect(() => {
    fn()
    const timer = setInterval(() => {
      if (!document.hidden) fn()
    }, ms)
    return () => clearInterval(timer)
  }, inputs)
}

/** A length as a style has it. */
export function px(length: number): string {
  return `${length}px`
}
