// SPDX-License-Identifier: MIT
// What the page's modules ask of a browser when they are loaded, and a server that answers as a test says.
// Import it before any of them.
globalThis.document ??= { baseURI: 'http://page.test/', addEventListener() {}, querySelector: () => null };
globalThis.addEventListener ??= () => {};
globalThis.matchMedia ??= () => ({ matches: false, addEventListener() {} });
// An open channel would keep the test from ending.
delete globalThis.BroadcastChannel;

/**
 * Answers the page's requests until the test `t` is over.
 * @param {function({method: string, route: string, query: Object<string, string>, json: *, signal: AbortSignal}): *} answer
 *   gives the JSON, or a promise of it; what it throws is a line that breaks, a Response goes out as it is
 * @returns {Object[]} the requests so far
 */
export function serve(t, answer) {
  const asked = [];
  t.mock.method(globalThis, 'fetch', async (address, { method, body, signal }) => {
    const { pathname, searchParams } = new URL(address);
    const request = { method, route: pathname.replace('/api/v1/', ''), query: Object.fromEntries(searchParams), json: body ? JSON.parse(body) : null, signal };
    asked.push(request);
    const given = await answer(request);
    if (signal?.aborted) throw signal.reason;
    return given instanceof Response ? given : Response.json(given);
  });
  return asked;
}

/** A promise that is settled from outside. */
export function promised() {
  let settle;
  const promise = new Promise((resolve, reject) => { settle = { resolve, reject }; });
  return { promise, ...settle };
}
