// SPDX-License-Identifier: MIT
// Several tabs of one browser, of which one alone holds the event stream.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { connected, setUp } from './support/browser.mjs';

const stage = await setUp(after, ['--event-streams-per-user', '1']);

test('a tab that does not hold the stream takes its place back for all tabs, too', async (t) => {
  const holder = await stage.page(t, { hash: '#/history' });
  await connected(holder);
  const follower = await stage.tab(holder, '#/history');
  await connected(follower);
  const elsewhere = await stage.page(t, { hash: '#/history' });
  await connected(elsewhere);
  await follower.getByRole('button', { name: 'Listen here' }).click();
  for (const tab of [follower, holder]) await tab.getByText('Connected again').waitFor();
  await elsewhere.getByText('open in so many places').waitFor();
  await stage.server.analysed(sceneOfShapes(211), 'told-to-both.png');
  for (const tab of [follower, holder]) await tab.locator('.task-row', { hasText: 'told-to-both.png' }).waitFor();
});

test('a session that is over is told in the tab that is seen, whichever holds the stream', async (t) => {
  const holder = await stage.page(t, { hash: '#/history', allowed: /401/ });
  await connected(holder);
  const seen = await stage.tab(holder, '#/models');
  await connected(seen);
  await holder.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' }));
  const { sessions } = await stage.server.api('GET', 'sessions');
  for (const { id } of sessions) await stage.server.api('DELETE', `sessions/${id}`);
  await seen.getByRole('dialog').getByText('nothing is lost').waitFor();
  assert.equal(await holder.getByRole('dialog').count(), 0);
  await holder.locator('.banner').getByText('You are signed out').waitFor();
  await seen.getByRole('dialog').getByLabel('Password').fill(stage.server.password);
  await seen.keyboard.press('Enter');
  for (const tab of [holder, seen]) await tab.locator('.banner').waitFor({ state: 'detached' });
  await stage.server.analysed(sceneOfShapes(212), 'after-the-sign-in.png');
  await holder.locator('.task-row', { hasText: 'after-the-sign-in.png' }).waitFor();
});
