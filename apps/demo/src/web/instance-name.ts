/** Of the name of a node, what says nothing of the machine that it runs on. */
export const shortName = (node: string): string => node.split('@')[0] ?? node
