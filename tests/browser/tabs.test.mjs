// SPDX-License-Identifier: MIT
// Several tabs of one browser, of which one alone holds the event stream.
import { after, test } from 'node:test';
import { picture } from './support/pictures.mjs';
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
  await stage.server.predict(picture(211), 'told-to-both.png');
  for (const tab of [follower, holder]) await tab.locator('.task-row', { hasText: 'told-to-both.png' }).waitFor();
});
