// SPDX-License-Identifier: MIT
// A server with two accounts and some tasks, and for each operation of the OpenAPI document a
// request that it accepts.
import assert from 'node:assert/strict';
import { makePng, sceneOfShapes } from '../../support/pictures.mjs';
import { Server } from '../../support/server.mjs';

const kPassword = 'correct horse battery';
const kJson = { 'Content-Type': 'application/json' };

/** The form with a picture that browsers and the classic clients send. */
export function pictureForm(picture) {
  const form = new FormData();
  form.append('image_file', new Blob([picture]), 'a.png');
  return form;
}

export class World {
  /** Starts a server of its own in the directory. */
  static async make(data, args = []) {
    const world = new World();
    world.server = await Server.start({ data, args: ['--metrics', ...args] });
    world.admin = world.server.key;
    world.user = await world.makeUser('anna');
    world.key = await world.keyOf('anna');
    world.done = (await world.server.predict(sceneOfShapes(1), '', world.authorization())).body.id;
    return world;
  }

  #count = 0;
  name() { return `user-${++this.#count}`; }
  authorization(key = this.key) { return { Authorization: `Bearer ${key}` }; }

  async #post(target, body, key = this.admin) {
    const answer = await this.server.json(target,
      { method: 'POST', key, headers: kJson, body: JSON.stringify(body) });
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return answer.body;
  }

  async makeUser(name) { return (await this.#post('/api/v1/users', { name, password: kPassword })).id; }
  signIn(name) { return this.#post('/api/v1/auth/login', { username: name, password: kPassword }, null); }
  async keyOf(name) {
    return (await this.#post('/api/v1/keys', { name: 'test' }, (await this.signIn(name)).access_token)).key;
  }
  async makeKey() { return (await this.#post('/api/v1/keys', { name: 'test' }, this.key)).id; }

  /** A task of anna's that has just been accepted. */
  async task() {
    return (await this.server.json('/api/v1/tasks', {
      method: 'POST', key: this.key, body: makePng(32, 24, (x, y) => [x, y, this.#count++ % 256]),
    })).body.id;
  }

  /** A task of anna's that is finished. */
  async finished() {
    return (await this.server.predict(makePng(32, 24, (x, y) => [x, y, this.#count++ % 256]), '',
      this.authorization())).body.id;
  }

  /** Sends a request of `requests`; the answer's body is `text`. */
  async send({ method, path }, request = {}) {
    const { params = {}, query = '', key = this.key, headers = {}, json, body, redirect = 'manual' } = request;
    const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]));
    const response = await this.server.fetch(target + query, {
      method, key, redirect,
      headers: { ...(json === undefined ? {} : kJson), ...headers },
      body: json === undefined ? body : JSON.stringify(json),
    });
    if (response.body && response.headers.get('Content-Type') === 'text/event-stream') {
      const reader = response.body.getReader();
      const first = await reader.read();
      await reader.cancel();
      return { status: response.status, headers: response.headers, text: new TextDecoder().decode(first.value) };
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

const picture = () => ({ body: sceneOfShapes(2), headers: { 'Content-Type': 'image/png' } });
const id = (value) => ({ params: { id: value } });
const done = (world) => id(world.done);
const detector = { params: { name: 'geon-detector' } };
const primitive = { class: 'cube', probability: 0.9, center: [5, 5], size: [4, 3], rotation: 10 };

/** For each operationId a function from the world to a request that succeeds. */
export const requests = {
  login: () => ({ key: null, json: { username: 'anna', password: kPassword } }),
  refresh: async (world) =>
    ({ key: null, json: { refresh_token: (await world.signIn('anna')).refresh_token } }),
  logout: async (world) => ({ key: (await world.signIn('anna')).access_token }),
  link: (world) => ({ key: null, json: { token: world.server.output.match(/#\/link\/(\S+)/)[1] } }),
  createUser: (world) => ({ key: world.admin, json: { name: world.name(), password: kPassword } }),
  listUsers: (world) => ({ key: world.admin }),
  getMe: () => ({}),
  changeMe: () => ({ json: { current_password: kPassword, password: kPassword } }),
  getUser: (world) => ({ key: world.admin, ...id(world.user) }),
  changeUser: async (world) =>
    ({ key: world.admin, ...id(await world.makeUser(world.name())), json: { role: 'user' } }),
  removeUser: async (world) => ({ key: world.admin, ...id(await world.makeUser(world.name())) }),
  listSessions: async (world) => ({ key: (await world.signIn('anna')).access_token }),
  endOtherSessions: () => ({}),
  endSession: async (world) => id((await world.signIn('anna')).session_id),
  listKeys: () => ({}),
  createKey: () => ({ json: { name: 'laptop' } }),
  revokeKey: async (world) => id(await world.makeKey()),
  createTask: picture,
  listTasks: () => ({}),
  bulk: async (world) => ({ json: { action: 'delete', ids: [await world.finished(), 999999] } }),
  getTask: done,
  changeTask: (world) => ({ ...done(world), json: { note: 'the blue room' } }),
  deleteTask: async (world) => id(await world.finished()),
  getInput: done,
  getThumbnail: done,
  getOverlay: done,
  getResult: done,
  getAnnotations: done,
  cancelTask: async (world) => id(await world.task()), // 409 if a worker was faster
  retryTask: async (world) => id(await world.finished()),
  events: () => ({}),
  listModels: () => ({}),
  getModel: () => detector,
  changeModel: (world) => ({ ...detector, key: world.admin, json: { default: true } }),
  predict: () => ({ ...detector, ...picture() }),
  listClasses: () => ({}),
  stats: (world) => ({ key: world.admin }),
  server: () => ({ key: null }),
  healthz: () => ({ key: null }),
  readyz: () => ({ key: null }),
  metrics: () => ({ key: null }),
  openapi: () => ({ key: null }),
  classicLogin: () => ({ key: null, body: new URLSearchParams({ username: 'anna', password: kPassword }) }),
  classicMe: () => ({}),
  classicCreate: () => ({
    query: '?detection_model_id=1&classification_model_id=1', body: pictureForm(sceneOfShapes(3)),
  }),
  classicList: () => ({}),
  classicGet: done,
  classicDelete: async (world) => id(await world.finished()),
  classicStatus: done,
  classicInput: done,
  classicResult: done,
  classicModels: () => ({}),
  classicUiTasks: () => ({ key: null }),
  classicUiResult: () => ({ key: null, ...id(12) }),
};

/** For each operation that takes JSON beside a picture: one with JSON. */
export const classification = {
  params: { name: 'scene-classifier' },
  json: { image: { width: 10, height: 10 }, primitives: [primitive] },
};
