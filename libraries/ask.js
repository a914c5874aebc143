import http from 'node:http'

/** The body of an answer; one that is no success rejects. */
export function ask(port, path) {
  return new Promise((resolve, reject) => {
    http
      .get({ port, path, host: '127.0.0.1', agent: false }, async (response) => {
        let text = ''
        for await (const part of response) text += part
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${path} answered ${response.statusCode}`))
      })
      .on('error', reject)
  })
}
