import { errorsOf } from '../kernel/index.js'

/** What this layer raises. */
export const MCP_ERRORS = {
  MCP_SDK_MISSING:
    'heartwood mcp needs the SDK of the Model Context Protocol, which is not installed here. Install it: npm install --save-dev @modelcontextprotocol/sdk',
  MCP_TOKEN_NEEDED:
    '--allow-actions needs the token of the observer: set OBSERVER_TOKEN to the one it was started with, or leave the option out.',
  MCP_TOOL_UNKNOWN: 'there is no tool {tool}. There are {*known}.',
  MCP_ARGUMENTS: 'the tool {tool} cannot be called like this: {*problems}.',
} as const

export const mcpError = errorsOf(MCP_ERRORS)
