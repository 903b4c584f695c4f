// SPDX-License-Identifier: MIT
/**
 * Reads server-sent events (HTML Living Standard, 9.2.6) from a response's body. A stream of our
 * own instead of EventSource, because that gives up at the first 401 and forgets the last id.
 *
 * Yields `{id, name, data}`; a comment (the heartbeat) yields `data: null`.
 * @param {ReadableStream<Uint8Array>} body
 */
export async function* readEventStream(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = empty();
  try {
    while (true) {
      const {value, done} = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === '') {
          if (event.lines.length > 0) yield {id: event.id, name: event.name, data: event.lines.join('\n')};
          event = empty();
        } else if (line.startsWith(':')) {
          yield {id: '', name: '', data: null};
        } else {
          take(event, line);
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function empty() {
  return {id: '', name: 'message', lines: []};
}

function take(event, line) {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'data') event.lines.push(value);
  else if (field === 'event') event.name = value;
  else if (field === 'id') event.id = value;
}
