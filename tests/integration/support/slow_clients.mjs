// SPDX-License-Identifier: MIT
// node slow_clients.mjs PORT COUNT: opens COUNT connections from many addresses of 127/8, each of
// which sends a byte of its request's head a second and never ends it. Says `open N` when they
// stand and `lost N` at the end of its input, which ends it.
import net from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const head = 'GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
const sockets = [];
let lost = 0;

function open(index) {
  const localAddress = `127.${1 + (index % 200)}.${1 + (Math.floor(index / 200) % 200)}.7`;
  const socket = net.connect({ host: '127.0.0.1', port, localAddress });
  socket.sent = 0;
  socket.on('error', () => {});
  socket.on('close', () => { lost += 1; });
  sockets.push(socket);
  return new Promise((resolve) => { socket.once('connect', resolve); socket.once('close', resolve); });
}

for (let index = 0; index < count; index += 100) {
  await Promise.all(Array.from({ length: Math.min(100, count - index) }, (_, offset) => open(index + offset)));
}
console.log(`open ${sockets.length - lost}`);
// A tenth of them at a time, so that their second is spread.
let turn = 0;
const timer = setInterval(() => {
  for (let index = turn % 10; index < sockets.length; index += 10) {
    const socket = sockets[index];
    if (socket.writable) socket.write(head[socket.sent++] ?? 'x');
  }
  turn += 1;
}, 100);
process.stdin.resume();
process.stdin.on('end', () => {
  clearInterval(timer);
  console.log(`lost ${lost}`);
  for (const socket of sockets) socket.destroy();
});
